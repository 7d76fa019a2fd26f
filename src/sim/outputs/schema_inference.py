"""Data dictionary of the commands that infer: calibrate, compare-models, sbc, pool."""

from sim.outputs.columns import CLAIM, OF_THE_CLAIM, OutputColumn, OutputTable

PRIOR_SDS = "prior standard deviations"
OF_THE_PRIOR = "of the prior"
ESS_DESCRIPTION = "how many independent draws they are worth for this"
ESS_SUFFICIENT = OutputColumn("ess_sufficient", "boolean", "", "whether that is enough to show it")
TEMPERING_TABLE = OutputTable(
    "tempering",
    "a chain and step, in order; after the first with beta 1 a row is another round of moves there",
    (
        OutputColumn("chain", "integer", "", "number of the chain"),
        OutputColumn("beta", "number", "", "power to which the likelihood is raised: 0 is the prior, 1 the posterior"),
        OutputColumn("log_evidence", "number", "", "natural logarithm of the evidence so far"),
        OutputColumn("log_evidence_error", "number", "", "standard error of what this row added to it"),
        OutputColumn(
            "ess",
            "number",
            "draws",
            "that the particles are worth: before resampling, of another round after it",
        ),
        OutputColumn(
            "control_ess", "number", "draws", "that the particles are worth by negative controls, after the moves"
        ),
        OutputColumn("n_simulations", "number", "battles", "that the chain has simulated so far"),
    ),
)
HISTORY_MATCHING_TABLE = OutputTable(
    "history_matching",
    "a claim, before anything is calibrated: which draws from the prior can give such a report",
    (
        CLAIM,
        OutputColumn("n_draws", "integer", "draws", "from the prior; the same in all rows"),
        OutputColumn(
            "n_draws_matching", "integer", "draws", "of which at least one battle gives the report that was made"
        ),
        OutputColumn("n_matches", "integer", "battles", "that give the report that was made"),
        OutputColumn("n_simulations", "integer", "battles", "that were simulated; the same in all rows"),
        OutputColumn(
            "n_not_implausible", "integer", "draws", "that lie near enough to the claim; empty if it is no count"
        ),
    ),
)
PARAMETERS_TABLE = OutputTable(
    "parameters",
    "an unknown parameter, the most contracted first",
    (
        OutputColumn("parameter", "string", "", "name of its prior"),
        OutputColumn("unit", "string", "", "unit of its values"),
        OutputColumn("prior_median", "number", OF_THE_PRIOR, "median of the prior"),
        OutputColumn("prior_q05", "number", OF_THE_PRIOR, "5% quantile of the prior"),
        OutputColumn("prior_q95", "number", OF_THE_PRIOR, "95% quantile of the prior"),
        OutputColumn("posterior_median", "number", OF_THE_PRIOR, "median of the posterior"),
        OutputColumn("posterior_q05", "number", OF_THE_PRIOR, "5% quantile of the posterior"),
        OutputColumn("posterior_q95", "number", OF_THE_PRIOR, "95% quantile of the posterior"),
        OutputColumn(
            "contraction", "number", "share of the variance", "that the claims took away, where the prior is normal"
        ),
        OutputColumn("contraction_error", "number", "share of the variance", "standard error of that"),
        OutputColumn("shift", "number", PRIOR_SDS, "by which the mean moved, where the prior is normal"),
        OutputColumn("ess", "number", "draws", ESS_DESCRIPTION),
        ESS_SUFFICIENT,
        OutputColumn(
            "label", "string", "", "what the claims say of it: determined, narrowed, not determined and so on"
        ),
    ),
)
CORRELATIONS_TABLE = OutputTable(
    "correlations",
    "two unknowns that are known together better than alone; no rows without any",
    (
        OutputColumn("parameter_1", "string", "", "name of a prior"),
        OutputColumn("parameter_2", "string", "", "name of the other"),
        OutputColumn("correlation", "number", "", "of the two over the draws, where the priors are normal"),
    ),
)
PREDICTIVE_TABLE = OutputTable(
    "posterior_predictive",
    "a claim that was calibrated on, and the reports that its source would make of the draws",
    (
        CLAIM,
        OutputColumn("low", "number", OF_THE_CLAIM, "least value that agrees with the report"),
        OutputColumn("high", "number", OF_THE_CLAIM, "greatest value that agrees with it"),
        OutputColumn("median", "number", OF_THE_CLAIM, "median of the reports"),
        OutputColumn("q25", "number", OF_THE_CLAIM, "25% quantile of it"),
        OutputColumn("q75", "number", OF_THE_CLAIM, "75% quantile"),
        OutputColumn("q05", "number", OF_THE_CLAIM, "5% quantile"),
        OutputColumn("q95", "number", OF_THE_CLAIM, "95% quantile"),
        OutputColumn("p_observed", "number", "share of draws", "of which the source would report what it did"),
        OutputColumn("p_tail", "number", "chance", "of a report as far out, on either side"),
        OutputColumn(
            "is_misfit", "boolean", "", "whether such a report hardly ever comes, although the claim was calibrated on"
        ),
        OutputColumn("ess", "number", "draws", ESS_DESCRIPTION),
        ESS_SUFFICIENT,
    ),
)
BY_DRAW = "by chain and draw"
POSTERIOR_TABLE = OutputTable(
    "posterior",
    "the draws, in the groups of InferenceData, which ArviZ opens, and in some of our own",
    (
        OutputColumn("posterior/<prior>", "number", OF_THE_PRIOR, f"value of the prior, {BY_DRAW}"),
        OutputColumn("prior/<prior>", "number", OF_THE_PRIOR, f"as many values from the prior, {BY_DRAW}"),
        OutputColumn("log_likelihood/claims", "number", "", "log-likelihood of the reports, by chain, draw and term"),
        OutputColumn(
            "posterior_predictive/report",
            "number",
            OF_THE_CLAIM,
            "reports that the sources would make, by chain, draw and claim",
        ),
        OutputColumn("observed_data/low", "number", OF_THE_CLAIM, "least value that agrees with the report, by claim"),
        OutputColumn("observed_data/high", "number", OF_THE_CLAIM, "greatest value that agrees with it, by claim"),
        OutputColumn("sample_stats/lp", "number", "", f"log-likelihood of all reports, {BY_DRAW}"),
        OutputColumn(
            "sample_stats/lineage", "integer", "", f"number of the lineage of relatives in the chain, {BY_DRAW}"
        ),
        OutputColumn(
            "random_inputs/normal_inputs",
            "number",
            "",
            "standard normal numbers that drive the battle, by chain, draw and input",
        ),
        OutputColumn(
            "random_inputs/salts", "integer", "", "what the random streams are salted with, by chain, draw and stream"
        ),
        OutputColumn("random_inputs/seed", "integer", "", f"seed of the random streams, {BY_DRAW}"),
        OutputColumn(
            "random_inputs/replication_number", "integer", "", f"replication number of the random streams, {BY_DRAW}"
        ),
        OutputColumn(
            "random_inputs/parameter_normals",
            "number",
            PRIOR_SDS,
            "values of the priors as standard normal numbers, by chain, draw and parameter",
        ),
        OutputColumn(
            "outcomes/observables",
            "number",
            "of the observable",
            "what the claims are about, as it was in the battle, by chain and draw",
        ),
        *(
            OutputColumn(f"tempering/{each.name}", "number", each.unit, f"by chain and step: {each.description}")
            for each in TEMPERING_TABLE.columns
            if each is not TEMPERING_TABLE.columns[0]
        ),
        OutputColumn("schema", "integer", "", "attribute of the file: its version"),
        OutputColumn("sha256", "string", "", "attribute of the file: SHA-256 of all of it, priors and metadata too"),
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
    "model_comparison",
    "a rival model and chain",
    (
        OutputColumn("model", "string", "", "name of a law, or of an option of the reading"),
        OutputColumn("chain", "integer", "", "number of the chain"),
        OutputColumn("beta", "number", "", "to which it came: 1 is the posterior"),
        OutputColumn("log_evidence", "number", "", "natural logarithm of the evidence up to there"),
        OutputColumn("log_evidence_error", "number", "", "standard error of that"),
        OutputColumn("n_simulations", "integer", "battles", "that the chain simulated"),
        OutputColumn("probability", "number", "chance", f"{PROBABILITY_DESCRIPTION}; the same for its chains"),
        OutputColumn(
            "probability_low", "number", "chance", "lower end of its 95% interval, for the errors of the evidences"
        ),
        OutputColumn("probability_high", "number", "chance", "upper end of it"),
    ),
)
CONFUSION_TABLE = OutputTable(
    "confusion",
    "a true rival and one that the evidence may find; only with `recovery_trials=N`",
    (
        OutputColumn("truth", "string", "", "the rival that made the synthetic battles"),
        OutputColumn("selected", "string", "", "the rival whose evidence is greatest"),
        OutputColumn(
            "n_datasets", "integer", "battles", "synthetic ones of that truth that the evidence gives to that rival"
        ),
        OutputColumn(
            "probability_of_truth", "number", "chance", "that evidence gives to the truth, on average; the same for all"
        ),
    ),
)
EVIDENCE_TABLES = (EVIDENCE_TABLE, CONFUSION_TABLE)


SBC_RANKS_TABLE = OutputTable(
    "sbc_ranks",
    "a synthetic battle and quantity",
    (
        OutputColumn("dataset", "integer", "", "number of the synthetic battle, from 0"),
        OutputColumn(
            "quantity",
            "string",
            "",
            "name of a prior; `observed_` and the number of what is asked of a battle, from 0; or `log_likelihood`",
        ),
        OutputColumn("rank", "integer", "draws", "that lie below the truth, of 19: uniform if the inference is right"),
        OutputColumn("covered_50", "boolean", "", "whether the truth lies in the middle half of what was inferred"),
        OutputColumn("covered_90", "boolean", "", "whether it lies in the middle nine tenths"),
    ),
)
SBC_TABLES = (SBC_RANKS_TABLE,)


LEFT_OUT = OutputColumn("left_out", "string", "", "scenario whose own evidence is left out; empty if none is")
POOL_DRAWS_TABLE = OutputTable(
    "draws",
    "a draw of the unknowns of a battle that taught nothing, from all battles and with each left out",
    (
        LEFT_OUT,
        OutputColumn("draw", "integer", "", "number of the draw, from 0"),
        OutputColumn(
            "z_<prior>", "number", PRIOR_SDS, "place of the unknown in its prior, as a standard normal number"
        ),
    ),
)
POOLED_PARAMETERS_TABLE = OutputTable(
    "pooled_parameters",
    "an unknown, from all battles and with each left out",
    (
        OutputColumn("parameter", "string", "", "name of its prior"),
        LEFT_OUT,
        OutputColumn("n_battles", "integer", "battles", "that have it and are not left out"),
        OutputColumn("mean", "number", PRIOR_SDS, "expected place in its prior of a battle that taught nothing"),
        OutputColumn("sd", "number", PRIOR_SDS, "standard deviation of that: 1 before"),
    ),
)
POOL_EVIDENCE_TABLE = OutputTable(
    "evidence",
    "an observation that a battle's posterior stands for, the most exact of each battle first",
    (
        OutputColumn("battle", "string", "", "name of the scenario"),
        OutputColumn("value", "number", PRIOR_SDS, "observed place along a direction of the unknowns"),
        OutputColumn("variance", "number", "squared prior standard deviations", "of the noise of the observation"),
        OutputColumn("leading", "string", "", "up to three unknowns that weigh most in the direction"),
    ),
)
POOL_TABLES = (POOL_DRAWS_TABLE, POOLED_PARAMETERS_TABLE, POOL_EVIDENCE_TABLE)
