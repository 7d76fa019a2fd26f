"""Data dictionary of the commands that simulate and score: run, whatif, sweep, sensitivity, tipping-point, score."""

from sim.outputs.columns import (
    CLAIM,
    MEASURE,
    MEASURES,
    OF_THE_CLAIM,
    PLACE,
    POINT,
    PRIOR,
    REPLICATION,
    SHARE_OF_BATTLES,
    SIDE,
    STEP,
    TERM,
    OutputColumn,
    OutputTable,
)

RUNS_TABLE = OutputTable(
    "runs",
    "a battle",
    (
        REPLICATION,
        OutputColumn("seed", "integer", "", "seed of the study"),
        OutputColumn("objective_share", "number", "share", "of the objective's place, held by its side at the end"),
        OutputColumn("objective_held", "boolean", "", "whether that is enough"),
        OutputColumn("n_phases", "integer", "", "phases of orders that were played"),
        OutputColumn("killed_<side>", "number", "people", "killed on that side"),
        OutputColumn("wounded_<side>", "number", "people", "wounded on that side"),
        OutputColumn("captured_<side>", "number", "people", "of that side taken prisoner"),
        OutputColumn(
            "headline_<headline>", "number", "of the headline", "what that headline output of the scenario is about"
        ),
        PRIOR,
    ),
)
DAILY_TABLE = OutputTable(
    "daily",
    "a battle, step of time, place and side; of a study of more than 2,000 battles only the first 2,000",
    (
        REPLICATION,
        STEP,
        PLACE,
        SIDE,
        OutputColumn("killed", "number", "people", "killed there in that step"),
        OutputColumn("wounded", "number", "people", "wounded there in that step"),
        OutputColumn("captured", "number", "people", "taken prisoner there in that step"),
        OutputColumn("strength", "number", "people", "there at the end of the step"),
        OutputColumn("control", "number", "share", "of the place, held at the end of the step"),
    ),
)
DAYS_TABLE = OutputTable(
    "days",
    "a step of time, place and side, over all battles",
    (
        STEP,
        PLACE,
        SIDE,
        OutputColumn("replications", "integer", "battles", "that the means are taken over"),
        OutputColumn("killed", "number", "people", "mean killed there in that step"),
        OutputColumn("wounded", "number", "people", "mean wounded there in that step"),
        OutputColumn("captured", "number", "people", "mean taken prisoner there in that step"),
        OutputColumn("strength", "number", "people", "mean there at the end of the step"),
        OutputColumn("control", "number", "share", "mean share of the place held at the end of the step"),
        OutputColumn("holds", "number", SHARE_OF_BATTLES, "in which the side holds the place at the end of the step"),
        OutputColumn(
            "contested", "number", SHARE_OF_BATTLES, "in which the place is contested then; the same for both sides"
        ),
    ),
)
CLAIMS_TABLE = OutputTable(
    "claims",
    "a battle and claim",
    (
        REPLICATION,
        OutputColumn("claim", "string", "", "id of a claim of the scenario"),
        OutputColumn("simulated", "number", "of the claim", "what the claim is about, as it was in this battle"),
        OutputColumn("holds", "boolean", "", "whether that agrees with what the source said"),
    ),
)
EVENT_LOG_TABLE = OutputTable(
    "event_log",
    "an event of a battle whose events are kept (save_logs=N: the first N), in order of time",
    (
        REPLICATION,
        OutputColumn("time", "datetime", "", "local time"),
        OutputColumn("event", "string", "", "kind of event: one of those of src/sim/events/log.py"),
        OutputColumn("order", "string", "", "id of the order that it belongs to"),
        SIDE,
        PLACE,
        OutputColumn("force", "string", "", "id of the force that it is about"),
        OutputColumn("value", "number", "of the kind", "people, pieces or a share, as the kind of event has it"),
        OutputColumn(
            "code", "string", "", "reason, ending, outcome, kind of equipment, or 1 and 0 for light and weather"
        ),
    ),
)
REPORTING_TABLE = OutputTable(
    "reporting",
    "a draw of the posterior and parameter of how sources report; none with `parameters=prior`",
    (
        OutputColumn("draw", "integer", "", "number of the draw: battle n is of draw n modulo their number"),
        OutputColumn("parameter", "string", "", "name of a prior of the scenario"),
        OutputColumn("value", "number", "of the prior", "its value in this draw"),
    ),
)
RUN_TABLES = (RUNS_TABLE, DAILY_TABLE, DAYS_TABLE, CLAIMS_TABLE, EVENT_LOG_TABLE, REPORTING_TABLE)


DIFFERENCES_TABLE = OutputTable(
    "differences",
    "a change and measure",
    (
        OutputColumn("change", "string", "", "name of the change"),
        OutputColumn("description", "string", "", "the change in words"),
        MEASURE,
        OutputColumn("text", "string", "", "the measure in words"),
        OutputColumn(
            "unit", "string", "", "unit of the numbers: `battles` for an event, whose numbers are shares of them"
        ),
        OutputColumn("base", "number", "of the row", "mean in the base case"),
        OutputColumn("changed", "number", "of the row", "mean with the change"),
        OutputColumn("difference", "number", "of the row", "mean of the paired differences"),
        OutputColumn("low", "number", "of the row", "lower end of its 95% interval"),
        OutputColumn("high", "number", "of the row", "upper end of its 95% interval"),
        OutputColumn("variance_ratio", "number", "", "variance of the difference without pairs, over that with them"),
        OutputColumn("n_increased", "integer", "pairs", "in which the measure rose"),
        OutputColumn("n_decreased", "integer", "pairs", "in which it fell"),
        OutputColumn("n_pairs", "integer", "pairs", "that were simulated"),
    ),
)
PAIRS_TABLE = OutputTable(
    "pairs",
    "a case and battle; rows of one replication share their luck",
    (OutputColumn("case", "string", "", "`base case`, or the name of the change"), REPLICATION, MEASURES),
)
WHATIF_TABLES = (DIFFERENCES_TABLE, PAIRS_TABLE)


FACTOR_LEVEL = OutputColumn("<factor>", "any", "of the factor", "its level; a column of mixed kinds is text")
SWEEP_TABLES = (
    OutputTable("points", "a design point", (POINT, FACTOR_LEVEL)),
    OutputTable(
        "outcomes",
        "a design point and battle; rows of one replication share their luck",
        (POINT, REPLICATION, MEASURES),
    ),
)


FACTOR_NAME = OutputColumn("factor", "string", "", "name of a prior, `all other priors`, or `pure chance`")
SOBOL_INDICES_TABLE = OutputTable(
    "sobol_indices",
    "a measure and factor",
    (
        MEASURE,
        FACTOR_NAME,
        OutputColumn("first_order", "number", "share of the variance", "that goes when this factor alone is known"),
        OutputColumn("first_order_conf", "number", "share of the variance", "half its 95% interval"),
        OutputColumn(
            "total_order", "number", "share of the variance", "that is left when all but this factor is known"
        ),
        OutputColumn("total_order_conf", "number", "share of the variance", "half its 95% interval"),
    ),
)
MORRIS_EFFECTS_TABLE = OutputTable(
    "morris_effects",
    "a measure and factor of the screening; no rows without one",
    (
        MEASURE,
        FACTOR_NAME,
        OutputColumn("mu_star", "number", "of the measure", "mean size of the elementary effects"),
        OutputColumn("mu_star_conf", "number", "of the measure", "half its 95% interval"),
        OutputColumn("sigma", "number", "of the measure", "standard deviation of the elementary effects"),
    ),
)
SENSITIVITY_RUNS_TABLE = OutputTable("sensitivity_runs", "a battle behind the indices", (PRIOR, MEASURES))
SENSITIVITY_TABLES = (SOBOL_INDICES_TABLE, MORRIS_EFFECTS_TABLE, SENSITIVITY_RUNS_TABLE)


TIPPING_CURVE_TABLE = OutputTable(
    "tipping_curve",
    "a value of the factor",
    (
        OutputColumn("value", "number", "of the factor", "where the factor stands"),
        OutputColumn("n_runs", "integer", "battles", "that were simulated there"),
        OutputColumn("n_events", "integer", "battles", "in which the event came about"),
        OutputColumn("low", "number", SHARE_OF_BATTLES, "lower end of the 95% interval of the event's chance"),
        OutputColumn("high", "number", SHARE_OF_BATTLES, "upper end of it"),
    ),
)
TIPPING_POINT_TABLES = (TIPPING_CURVE_TABLE,)


SPLIT = OutputColumn("split", "string", "", "`calibration` or `holdout`: what the claims may be used for")
CLAIM_FORECASTS_TABLE = OutputTable(
    "claim_forecasts",
    "a claim, and one more for the state of a place that it gives",
    (
        CLAIM,
        OutputColumn("kind", "string", "", "count, share, time, state, event or order"),
        SPLIT,
        OutputColumn("source", "string", "", "id of who reported it"),
        TERM,
        OutputColumn("phrase", "string", "", "what the source said"),
        OutputColumn("reported_low", "number", OF_THE_CLAIM, "least value that agrees with it"),
        OutputColumn("reported_high", "number", OF_THE_CLAIM, "greatest value that agrees with it"),
        OutputColumn("q05", "number", OF_THE_CLAIM, "5% quantile of the reports that the source was expected to make"),
        OutputColumn("q25", "number", OF_THE_CLAIM, "25% quantile"),
        OutputColumn("q50", "number", OF_THE_CLAIM, "median"),
        OutputColumn("q75", "number", OF_THE_CLAIM, "75% quantile"),
        OutputColumn("q95", "number", OF_THE_CLAIM, "95% quantile"),
        OutputColumn("probability", "number", SHARE_OF_BATTLES, "in which the source would have made this report"),
        OutputColumn("probability_low", "number", SHARE_OF_BATTLES, "lower end of its 95% interval"),
        OutputColumn("probability_high", "number", SHARE_OF_BATTLES, "upper end of it"),
        OutputColumn(
            "pit", "number", "share", "of the expected reports that lies below the real one; by chance within a step"
        ),
        OutputColumn("inside_50", "boolean", "", "whether the report lies in the middle half of those expected"),
        OutputColumn("inside_90", "boolean", "", "whether it lies in the middle nine tenths"),
    ),
)
CLAIM_AGREEMENT_TABLE = OutputTable(
    "claim_agreement",
    "a claim that can be observed in these battles, whether it is scored or not",
    (
        CLAIM,
        OutputColumn("share", "number", SHARE_OF_BATTLES, "in which it was so, whatever its source would report"),
        OutputColumn("low", "number", SHARE_OF_BATTLES, "lower end of its 95% interval"),
        OutputColumn("high", "number", SHARE_OF_BATTLES, "upper end of it"),
    ),
)
SCORES_TABLE = OutputTable(
    "scores",
    "a forecaster, claim and score; and one for each term and its logarithmic score",
    (
        OutputColumn("forecaster", "string", "", "`simulation`, or a baseline"),
        SPLIT,
        CLAIM,
        TERM,
        OutputColumn("score", "string", "", "name of the score: less is better"),
        OutputColumn("value", "number", "of the score", "the score"),
    ),
)
SKILL_TABLE = OutputTable(
    "skill",
    "a split, baseline and score",
    (
        SPLIT,
        OutputColumn("baseline", "string", "", "name of the baseline"),
        OutputColumn("score", "string", "", "name of the score"),
        OutputColumn("simulation", "number", "of the score", "mean of the simulation"),
        OutputColumn("baseline_score", "number", "of the score", "mean of the baseline"),
        OutputColumn("skill", "number", "", "how much better the simulation is: above 0 if it is"),
        OutputColumn("low", "number", "", "lower end of its 95% interval"),
        OutputColumn("high", "number", "", "upper end of it"),
        OutputColumn("n_claims", "integer", "claims", "that both forecast"),
        OutputColumn("n_terms", "integer", "terms", "that they make up"),
    ),
)
UNSCORED_TABLE = OutputTable(
    "unscored",
    "a claim of which a baseline says nothing",
    (
        SPLIT,
        OutputColumn("baseline", "string", "", "name of the baseline"),
        CLAIM,
        OutputColumn("reason", "string", "", "why it says nothing"),
    ),
)
SCORE_TABLES = (CLAIM_FORECASTS_TABLE, CLAIM_AGREEMENT_TABLE, SCORES_TABLE, SKILL_TABLE, UNSCORED_TABLE)


CURVES_TABLE = OutputTable(
    "validation_curves",
    "a number of what the figures are drawn from",
    (
        OutputColumn("data_set", "string", "", "name of the set of data"),
        OutputColumn("curve", "string", "", "name of the curve"),
        OutputColumn("row", "integer", "", "its place in the curve"),
        OutputColumn("column", "integer", "", "its place in the row, for curves that have several columns"),
        OutputColumn("value", "number", "of the curve", "the number"),
    ),
)
VALIDATION_TABLES = (CURVES_TABLE,)
