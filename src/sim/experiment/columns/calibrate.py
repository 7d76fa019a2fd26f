"""The files of `sim calibrate`; those of the posterior are there only if there is one to show."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import CLAIM

NORMAL = "prior standard deviations"
OF_THE_PRIOR, OF_THE_CLAIM = "of the prior", "of the claim"
EFFECTIVE = "how many independent draws they are worth for this"
SHOWN = Column("shown", "boolean", "", "whether that is enough to show it")
TEMPERATURES = Table(
    "temperatures",
    "an island and temperature, in order; after the first at 1 a row is another round of moves there",
    (
        Column("island", "integer", "", "number of the island"),
        Column("temperature", "number", "", "power to which the likelihood is raised: 0 is the prior, 1 the posterior"),
        Column("log_evidence", "number", "", "natural logarithm of the evidence so far"),
        Column("error", "number", "", "standard error of what this row added to it"),
        Column(
            "effective_sample",
            "number",
            "draws",
            "that the particles are worth: before resampling, of another round after it",
        ),
        Column("battles", "number", "battles", "that the island has fought so far"),
    ),
)
WAVE = Table(
    "wave",
    "a claim, before anything is calibrated: what draws from the prior could have told",
    (
        CLAIM,
        Column("draws", "integer", "draws", "from the prior that were fought; the same in all rows"),
        Column("could_tell", "integer", "draws", "of which at least one battle told the claim as it was told"),
        Column("told", "integer", "battles", "that told it as it was told"),
        Column("battles", "integer", "battles", "that were fought; the same in all rows"),
        Column("not_implausible", "integer", "draws", "that lie near enough to the claim; empty if it is no count"),
    ),
)
UNKNOWNS = Table(
    "unknowns",
    "an unknown, the most contracted first",
    (
        Column("slot", "string", "", "name of its prior"),
        Column("unit", "string", "", "unit of its values"),
        Column("prior_median", "number", OF_THE_PRIOR, "median before any claim was heard"),
        Column("prior_q05", "number", OF_THE_PRIOR, "5% quantile before"),
        Column("prior_q95", "number", OF_THE_PRIOR, "95% quantile before"),
        Column("posterior_median", "number", OF_THE_PRIOR, "median after the claims were heard"),
        Column("posterior_q05", "number", OF_THE_PRIOR, "5% quantile after"),
        Column("posterior_q95", "number", OF_THE_PRIOR, "95% quantile after"),
        Column(
            "contraction", "number", "share of the variance", "that the claims took away, where the prior is normal"
        ),
        Column("contraction_error", "number", "share of the variance", "standard error of that"),
        Column("shift", "number", NORMAL, "by which the mean moved, where the prior is normal"),
        Column("effective", "number", "draws", EFFECTIVE),
        SHOWN,
        Column("words", "string", "", "what the claims say of it: determined, narrowed, not determined and so on"),
    ),
)
TOGETHER = Table(
    "together",
    "two unknowns that are known together better than alone; no rows without any",
    (
        Column("first", "string", "", "name of a prior"),
        Column("second", "string", "", "name of the other"),
        Column("correlation", "number", "", "of the two over the draws, where the priors are normal"),
    ),
)
PREDICTIVE = Table(
    "predictive",
    "a claim that was heard, beside what its source would tell of the draws",
    (
        CLAIM,
        Column("low", "number", OF_THE_CLAIM, "least value that agrees with what was told"),
        Column("high", "number", OF_THE_CLAIM, "greatest value that agrees with it"),
        Column("median", "number", OF_THE_CLAIM, "median of what the source would tell"),
        Column("q25", "number", OF_THE_CLAIM, "25% quantile of it"),
        Column("q75", "number", OF_THE_CLAIM, "75% quantile"),
        Column("q05", "number", OF_THE_CLAIM, "5% quantile"),
        Column("q95", "number", OF_THE_CLAIM, "95% quantile"),
        Column("like", "number", "share of draws", "of which the source would tell what it told"),
        Column("tail", "number", "chance", "of something as far out as what was told, on either side"),
        Column("missed", "boolean", "", "whether that hardly ever comes, even after the claim was heard"),
        Column("effective", "number", "draws", EFFECTIVE),
        SHOWN,
    ),
)
BY_DRAW = "by chain and draw"
POSTERIOR = Table(
    "posterior",
    "the draws, in the groups of InferenceData, which ArviZ opens, and in some of our own; a chain is an island",
    (
        Column("posterior/<prior>", "number", OF_THE_PRIOR, f"value of the prior, {BY_DRAW}"),
        Column("prior/<prior>", "number", OF_THE_PRIOR, f"as many values that heard no claim, {BY_DRAW}"),
        Column("log_likelihood/record", "number", "", "log-likelihood of what was told, by chain, draw and term"),
        Column(
            "posterior_predictive/report", "number", OF_THE_CLAIM, "what sources would tell, by chain, draw and claim"
        ),
        Column("observed_data/low", "number", OF_THE_CLAIM, "least value that agrees with what was told, by claim"),
        Column("observed_data/high", "number", OF_THE_CLAIM, "greatest value that agrees with it, by claim"),
        Column("sample_stats/lp", "number", "", f"log-likelihood of all that was told, {BY_DRAW}"),
        Column("sample_stats/family", "integer", "", f"number of the family of relatives in the island, {BY_DRAW}"),
        Column(
            "dice/drivers", "number", "", "standard normal numbers that drive the battle, by chain, draw and driver"
        ),
        Column("dice/salts", "integer", "", "what the streams of dice are salted with, by chain, draw and stream"),
        Column("dice/seed", "integer", "", f"seed by which the dice are cast, {BY_DRAW}"),
        Column("dice/number", "integer", "", f"number by which the dice are cast, {BY_DRAW}"),
        Column(
            "dice/slots", "number", NORMAL, "values of the priors as standard normal numbers, by chain, draw and slot"
        ),
        Column(
            "battles/observed",
            "number",
            "of what is asked",
            "what the claims are about, as it was in the battle, by chain and draw",
        ),
        *(
            Column(f"tempering/{each.name}", "number", each.unit, f"by chain and rung: {each.says}")
            for each in TEMPERATURES.columns
            if each is not TEMPERATURES.columns[0]
        ),
        Column("schema", "integer", "", "attribute of the file: its version"),
        Column("digest", "string", "", "attribute of the file: SHA-256 of all of its numbers"),
        Column("about", "string", "", "attribute of the file: scenario, law, claims, seed and evidence, as JSON"),
        Column("priors", "string", "", "attribute of the file: the priors of the scenario, as JSON"),
    ),
    "nc",
)
TABLES = (TEMPERATURES, WAVE, UNKNOWNS, TOGETHER, PREDICTIVE, POSTERIOR)
