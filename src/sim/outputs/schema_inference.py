"""Data dictionary of the commands that infer: calibrate, compare-models, sbc."""

from sim.outputs.columns import CLAIM, OF_THE_CLAIM, OutputColumn, OutputTable

PRIOR_SDS = "prior standard deviations"
OF_THE_PRIOR = "of the prior"
ESS_DESCRIPTION = "how many independent draws they are worth for this"
ESS_SUFFICIENT = OutputColumn("shown", "boolean", "", "whether that is enough to show it")
TEMPERING_TABLE = OutputTable(
    "temperatures",
    "an island and temperature, in order; after the first at 1 a row is another round of moves there",
    (
        OutputColumn("island", "integer", "", "number of the island"),
        OutputColumn(
            "temperature", "number", "", "power to which the likelihood is raised: 0 is the prior, 1 the posterior"
        ),
        OutputColumn("log_evidence", "number", "", "natural logarithm of the evidence so far"),
        OutputColumn("error", "number", "", "standard error of what this row added to it"),
        OutputColumn(
            "effective_sample",
            "number",
            "draws",
            "that the particles are worth: before resampling, of another round after it",
        ),
        OutputColumn("battles", "number", "battles", "that the island has fought so far"),
    ),
)
HISTORY_MATCHING_TABLE = OutputTable(
    "wave",
    "a claim, before anything is calibrated: what draws from the prior could have told",
    (
        CLAIM,
        OutputColumn("draws", "integer", "draws", "from the prior that were fought; the same in all rows"),
        OutputColumn("could_tell", "integer", "draws", "of which at least one battle told the claim as it was told"),
        OutputColumn("told", "integer", "battles", "that told it as it was told"),
        OutputColumn("battles", "integer", "battles", "that were fought; the same in all rows"),
        OutputColumn(
            "not_implausible", "integer", "draws", "that lie near enough to the claim; empty if it is no count"
        ),
    ),
)
PARAMETERS_TABLE = OutputTable(
    "unknowns",
    "an unknown, the most contracted first",
    (
        OutputColumn("slot", "string", "", "name of its prior"),
        OutputColumn("unit", "string", "", "unit of its values"),
        OutputColumn("prior_median", "number", OF_THE_PRIOR, "median before any claim was heard"),
        OutputColumn("prior_q05", "number", OF_THE_PRIOR, "5% quantile before"),
        OutputColumn("prior_q95", "number", OF_THE_PRIOR, "95% quantile before"),
        OutputColumn("posterior_median", "number", OF_THE_PRIOR, "median after the claims were heard"),
        OutputColumn("posterior_q05", "number", OF_THE_PRIOR, "5% quantile after"),
        OutputColumn("posterior_q95", "number", OF_THE_PRIOR, "95% quantile after"),
        OutputColumn(
            "contraction", "number", "share of the variance", "that the claims took away, where the prior is normal"
        ),
        OutputColumn("contraction_error", "number", "share of the variance", "standard error of that"),
        OutputColumn("shift", "number", PRIOR_SDS, "by which the mean moved, where the prior is normal"),
        OutputColumn("effective", "number", "draws", ESS_DESCRIPTION),
        ESS_SUFFICIENT,
        OutputColumn(
            "words", "string", "", "what the claims say of it: determined, narrowed, not determined and so on"
        ),
    ),
)
CORRELATIONS_TABLE = OutputTable(
    "together",
    "two unknowns that are known together better than alone; no rows without any",
    (
        OutputColumn("first", "string", "", "name of a prior"),
        OutputColumn("second", "string", "", "name of the other"),
        OutputColumn("correlation", "number", "", "of the two over the draws, where the priors are normal"),
    ),
)
PREDICTIVE_TABLE = OutputTable(
    "predictive",
    "a claim that was heard, beside what its source would tell of the draws",
    (
        CLAIM,
        OutputColumn("low", "number", OF_THE_CLAIM, "least value that agrees with what was told"),
        OutputColumn("high", "number", OF_THE_CLAIM, "greatest value that agrees with it"),
        OutputColumn("median", "number", OF_THE_CLAIM, "median of what the source would tell"),
        OutputColumn("q25", "number", OF_THE_CLAIM, "25% quantile of it"),
        OutputColumn("q75", "number", OF_THE_CLAIM, "75% quantile"),
        OutputColumn("q05", "number", OF_THE_CLAIM, "5% quantile"),
        OutputColumn("q95", "number", OF_THE_CLAIM, "95% quantile"),
        OutputColumn("like", "number", "share of draws", "of which the source would tell what it told"),
        OutputColumn("tail", "number", "chance", "of something as far out as what was told, on either side"),
        OutputColumn("missed", "boolean", "", "whether that hardly ever comes, even after the claim was heard"),
        OutputColumn("effective", "number", "draws", ESS_DESCRIPTION),
        ESS_SUFFICIENT,
    ),
)
BY_DRAW = "by chain and draw"
POSTERIOR_TABLE = OutputTable(
    "posterior",
    "the draws, in the groups of InferenceData, which ArviZ opens, and in some of our own; a chain is an island",
    (
        OutputColumn("posterior/<prior>", "number", OF_THE_PRIOR, f"value of the prior, {BY_DRAW}"),
        OutputColumn("prior/<prior>", "number", OF_THE_PRIOR, f"as many values that heard no claim, {BY_DRAW}"),
        OutputColumn("log_likelihood/record", "number", "", "log-likelihood of what was told, by chain, draw and term"),
        OutputColumn(
            "posterior_predictive/report", "number", OF_THE_CLAIM, "what sources would tell, by chain, draw and claim"
        ),
        OutputColumn(
            "observed_data/low", "number", OF_THE_CLAIM, "least value that agrees with what was told, by claim"
        ),
        OutputColumn("observed_data/high", "number", OF_THE_CLAIM, "greatest value that agrees with it, by claim"),
        OutputColumn("sample_stats/lp", "number", "", f"log-likelihood of all that was told, {BY_DRAW}"),
        OutputColumn(
            "sample_stats/family", "integer", "", f"number of the family of relatives in the island, {BY_DRAW}"
        ),
        OutputColumn(
            "dice/drivers", "number", "", "standard normal numbers that drive the battle, by chain, draw and driver"
        ),
        OutputColumn(
            "dice/salts", "integer", "", "what the streams of dice are salted with, by chain, draw and stream"
        ),
        OutputColumn("dice/seed", "integer", "", f"seed by which the dice are cast, {BY_DRAW}"),
        OutputColumn("dice/number", "integer", "", f"number by which the dice are cast, {BY_DRAW}"),
        OutputColumn(
            "dice/slots",
            "number",
            PRIOR_SDS,
            "values of the priors as standard normal numbers, by chain, draw and slot",
        ),
        OutputColumn(
            "battles/observed",
            "number",
            "of what is asked",
            "what the claims are about, as it was in the battle, by chain and draw",
        ),
        *(
            OutputColumn(f"tempering/{each.name}", "number", each.unit, f"by chain and rung: {each.description}")
            for each in TEMPERING_TABLE.columns
            if each is not TEMPERING_TABLE.columns[0]
        ),
        OutputColumn("schema", "integer", "", "attribute of the file: its version"),
        OutputColumn("digest", "string", "", "attribute of the file: SHA-256 of all of its numbers"),
        OutputColumn("about", "string", "", "attribute of the file: scenario, law, claims, seed and evidence, as JSON"),
        OutputColumn("priors", "string", "", "attribute of the file: the priors of the scenario, as JSON"),
    ),
    "nc",
)
CALIBRATION_TABLES = (
    TEMPERING_TABLE,
    HISTORY_MATCHING_TABLE,
    PARAMETERS_TABLE,
    CORRELATIONS_TABLE,
    PREDICTIVE_TABLE,
    POSTERIOR_TABLE,
)


PROBABILITY_DESCRIPTION = "of the rival if all were equally likely before; empty if it did not come to its posterior"
EVIDENCE_TABLE = OutputTable(
    "evidence",
    "a rival and island",
    (
        OutputColumn("rival", "string", "", "name of a law, or of an option of the reading"),
        OutputColumn("island", "integer", "", "number of the island"),
        OutputColumn("temperature", "number", "", "to which it came: 1 is the posterior"),
        OutputColumn("log_evidence", "number", "", "natural logarithm of the evidence up to there"),
        OutputColumn("error", "number", "", "standard error of that"),
        OutputColumn("battles", "integer", "battles", "that the island fought"),
        OutputColumn("chance", "number", "chance", f"{PROBABILITY_DESCRIPTION}; the same for its islands"),
        OutputColumn(
            "chance_low", "number", "chance", "lower end of its 95% interval, for the errors of the evidences"
        ),
        OutputColumn("chance_high", "number", "chance", "upper end of it"),
    ),
)
CONFUSION_TABLE = OutputTable(
    "confusion",
    "a true rival and one that the evidence may find; only with `recovery_trials=N`",
    (
        OutputColumn("truth", "string", "", "the rival by which synthetic battles were fought"),
        OutputColumn("given_to", "string", "", "the rival whose evidence is greatest"),
        OutputColumn(
            "battles", "integer", "battles", "synthetic ones of that truth that the evidence gives to that rival"
        ),
        OutputColumn(
            "chance_of_truth", "number", "chance", "that evidence gives to the truth, on average; the same for all"
        ),
    ),
)
EVIDENCE_TABLES = (EVIDENCE_TABLE, CONFUSION_TABLE)


SBC_RANKS_TABLE = OutputTable(
    "ranks",
    "a synthetic battle and quantity",
    (
        OutputColumn("battle", "integer", "", "number of the synthetic battle, from 0"),
        OutputColumn(
            "quantity",
            "string",
            "",
            "name of a prior; `observed_` and the number of what is asked of a battle, from 0; or `log_likelihood`",
        ),
        OutputColumn("rank", "integer", "draws", "that lie below the truth, of 19: uniform if the inference is right"),
        OutputColumn("in_half", "boolean", "", "whether the truth lies in the middle half of what was inferred"),
        OutputColumn("in_most", "boolean", "", "whether it lies in the middle nine tenths"),
    ),
)
SBC_TABLES = (SBC_RANKS_TABLE,)
