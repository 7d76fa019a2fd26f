"""Data dictionary of the commands that use posteriors: analyse and forecast."""

from dataclasses import replace

from sim.outputs.columns import CLAIM, CUTOFF, SHARE_OF_BATTLES, SIDE, TERM, OutputColumn, OutputTable
from sim.outputs.schema_questions import QUESTION_STATEMENT_COLUMNS, QUESTION_TABLES
from sim.outputs.schema_simulation import CLAIM_FORECASTS_TABLE, SCORES_TABLE, SKILL_TABLE

OF_THE_HEADLINE = "of the sentence"
BIAS_UNIT = "times what there was"
RATIO_UNIT = "times the other"


def interval_columns(name: str, unit: str, description: str) -> tuple[OutputColumn, OutputColumn, OutputColumn]:
    """The columns of a number with its 95% interval."""
    return (
        OutputColumn(name, "number", unit, description),
        OutputColumn(f"{name}_low", "number", unit, "lower end of its 95% interval"),
        OutputColumn(f"{name}_high", "number", unit, "upper end of it"),
    )


def quantile_columns(name: str, unit: str, when: str) -> tuple[OutputColumn, OutputColumn, OutputColumn]:
    """The columns of a median with a central 90% interval."""
    return (
        OutputColumn(f"{name}_median", "number", unit, f"median {when} the claims"),
        OutputColumn(f"{name}_q05", "number", unit, f"5% quantile {when}"),
        OutputColumn(f"{name}_q95", "number", unit, f"95% quantile {when}"),
    )


TURNING_POINTS_TABLE = OutputTable(
    "turning_points",
    "a turning point of the scenario",
    (
        OutputColumn("turning_point", "string", "", "id of the turning point"),
        OutputColumn("description", "string", "", "the turning point in words"),
        *interval_columns(
            "probability", SHARE_OF_BATTLES, "that have the turn; empty if all have it and it is taken away by edits"
        ),
        *interval_columns(
            "p_hold_if_so",
            SHARE_OF_BATTLES,
            "in which the objective is held if the turn happens, of those that could be decided both ways",
        ),
        *interval_columns(
            "p_hold_if_not", SHARE_OF_BATTLES, "in which it is held if the turn goes the other way, of the same battles"
        ),
        *interval_columns("effect", SHARE_OF_BATTLES, "`p_hold_if_so` less `p_hold_if_not`, battle by battle"),
        OutputColumn("n_pairs", "integer", "battles", "that could be decided both ways, all other luck kept"),
        OutputColumn(
            "median_shift",
            "number",
            "standard deviations",
            "by which the luck of its orders was moved in the median battle in which it had to be; empty if none",
        ),
        *interval_columns(
            "p_hold_with", SHARE_OF_BATTLES, "in which the objective is held, of those that have the turn of themselves"
        ),
        *interval_columns(
            "p_hold_without", SHARE_OF_BATTLES, "in which it is held, of those in which it went the other way"
        ),
        *interval_columns(
            "association", SHARE_OF_BATTLES, "`p_hold_with` less `p_hold_without`; empty if edits take the turn away"
        ),
        OutputColumn("n_with", "integer", "battles", "that have the turn; empty if edits take it away"),
        OutputColumn("n_without", "integer", "battles", "that went the other way; empty if edits take it away"),
    ),
)
HEADLINE_EVENTS_TABLE = OutputTable(
    "headline_events",
    "an event that the scenario asks about",
    (
        OutputColumn("text", "string", "", "the event in words"),
        *interval_columns("probability", SHARE_OF_BATTLES, "in which it comes about"),
        OutputColumn(
            "parameter_variance_share",
            "number",
            "share of the variance",
            "that lies in the parameters; the rest is chance",
        ),
    ),
)
HEADLINE_NUMBERS_TABLE = OutputTable(
    "headline_numbers",
    "a number that the scenario asks about",
    (
        OutputColumn("text", "string", "", "the number in words"),
        OutputColumn("median", "number", OF_THE_HEADLINE, "median over the battles"),
        OutputColumn("q05", "number", OF_THE_HEADLINE, "5% quantile"),
        OutputColumn("q95", "number", OF_THE_HEADLINE, "95% quantile"),
        *interval_columns("mean", OF_THE_HEADLINE, "mean over the battles"),
    ),
)
PREDICTIVE_CHECKS_TABLE = OutputTable(
    "predictive_checks",
    "a claim, beside the reports that its source would make of new battles of the posterior",
    (
        CLAIM,
        TERM,
        OutputColumn(
            "pit", "number", "share", "of the simulated reports that lies below the real one; by chance within a step"
        ),
        OutputColumn("p_tail", "number", "chance", "of a report as far out, on either side"),
        OutputColumn("median", "number", "of the claim", "median of the simulated reports"),
    ),
)
SOURCE_BIAS_TABLE = OutputTable(
    "source_biases",
    "a source and side that it counts: how much it tells for one that there was",
    (
        OutputColumn("source", "string", "", "id of a source of the scenario"),
        SIDE,
        *quantile_columns("prior", BIAS_UNIT, "before"),
        *quantile_columns("posterior", BIAS_UNIT, "after"),
    ),
)
SOURCE_RATIOS_TABLE = OutputTable(
    "source_bias_ratios",
    "two sources and a side that both count: how many times as much the first tells as the second",
    (
        OutputColumn("source_1", "string", "", "id of a source of the scenario"),
        OutputColumn("source_2", "string", "", "id of another one"),
        SIDE,
        *quantile_columns("prior", RATIO_UNIT, "before"),
        *quantile_columns("posterior", RATIO_UNIT, "after"),
    ),
)
NUMBERING = "counted from 0 as in"
ROBUSTNESS_TABLE = OutputTable(
    "robustness",
    "a way to read the text or to choose among its sources; the first is as the posterior has it",
    (
        OutputColumn("variant", "string", "", "its name"),
        OutputColumn("log_bayes_factor", "number", "", "natural logarithm of its evidence over that of the first"),
        OutputColumn("log_bayes_factor_error", "number", "", "standard error of that, by families and islands"),
        OutputColumn(
            "log_bayes_factor_half_width",
            "number",
            "",
            "half its 95% interval by Student's t, islands' spread pooled over variants; empty without a posterior",
        ),
        OutputColumn("is_comparable", "boolean", "", "whether that is of the same claims, so that the two compare"),
        *interval_columns(
            "event_<event>_probability",
            SHARE_OF_BATTLES,
            f"that have the event, {NUMBERING} `headline_events`; empty without a posterior",
        ),
        OutputColumn(
            "number_<number>_median",
            "number",
            OF_THE_HEADLINE,
            f"median of the number, {NUMBERING} `headline_numbers`; empty without a posterior",
        ),
        OutputColumn("failures", "string", "", "why there is no posterior; an empty text if there is one"),
    ),
)
ANALYSIS_TABLES = (
    TURNING_POINTS_TABLE,
    HEADLINE_EVENTS_TABLE,
    HEADLINE_NUMBERS_TABLE,
    PREDICTIVE_CHECKS_TABLE,
    SOURCE_BIAS_TABLE,
    SOURCE_RATIOS_TABLE,
    ROBUSTNESS_TABLE,
)


DIGEST_OF = "SHA-256 of"


def replace_split_columns(table: OutputTable, **replacements: OutputColumn) -> OutputTable:
    """A table of `sim score` whose splits are cutoffs, with some columns replaced."""
    replaced = {"split": CUTOFF} | replacements
    return replace(table, columns=tuple(replaced.get(each.name, each) for each in table.columns))


CUTOFF_FORECASTS_TABLE = replace(
    replace_split_columns(CLAIM_FORECASTS_TABLE),
    row_description=f"{CLAIM_FORECASTS_TABLE.row_description}, that was reported after a cutoff",
)
CUTOFF_SCORES_TABLE = replace_split_columns(
    SCORES_TABLE,
    forecaster=OutputColumn("forecaster", "string", "", "`forecast`, or a baseline that knows no more"),
)
CUTOFF_SKILL_TABLE = replace_split_columns(
    SKILL_TABLE,
    split=replace(
        CUTOFF, description="name of the cutoff; all forecasts of a next day stand together as `a day ahead`"
    ),
    simulation=OutputColumn("simulation", "number", "of the score", "mean of the forecast"),
    skill=OutputColumn("skill", "number", "", "how much better the forecast is: above 0 if it is"),
)
NO_FORECAST_TABLE = OutputTable(
    "no_forecast", "a cutoff and later claim about something of which nothing was known at the cutoff", (CUTOFF, CLAIM)
)
QUANTILE_BANDS_TABLE = OutputTable(
    "quantile_bands",
    "cutoff of the scenario's splits, side and end of a step of time: the dead so far, in battles that are continued",
    (
        CUTOFF,
        OutputColumn("side", "string", "", "id of the side"),
        OutputColumn("midnight", "datetime", "", "the end of the day, or of the shorter step of a short battle"),
        *(
            OutputColumn(name, "number", "people", f"{int(name[1:])} per cent of the battles have at most so many dead")
            for name in ("q05", "q25", "q50", "q75", "q95")
        ),
    ),
)
SEALED_FORECAST_TABLE = OutputTable(
    "sealed-<cutoff>",
    "cutoff from which there is a forecast, written before any of it is scored; `run.json` has the same under `sealed`",
    (
        OutputColumn("split", "string", "", "name of the cutoff"),
        OutputColumn("cutoff", "datetime", "", "until when reports are known"),
        OutputColumn("until", "datetime", "", "until when reports are forecast"),
        OutputColumn("mode", "string", "", "`free`, or `given_orders` of a hindcast, which knows the recorded orders"),
        OutputColumn("scenario", "string", "", f"{DIGEST_OF} the whole scenario"),
        OutputColumn("known_scenario", "string", "", f"{DIGEST_OF} the scenario as it was known at the cutoff"),
        OutputColumn("fitted_claims", "list", "", "ids of the claims that it is calibrated on"),
        OutputColumn("forecast_claims", "list", "", "ids of the claims that are forecast"),
        OutputColumn("skipped_claims", "list", "", "ids of those in `no_forecast.parquet`"),
        OutputColumn("posterior", "string", "", f"{DIGEST_OF} the posterior"),
        OutputColumn("reports", "string", "", f"{DIGEST_OF} the forecast itself"),
        *QUESTION_STATEMENT_COLUMNS,
        OutputColumn("sha256", "string", "", f"{DIGEST_OF} all of these"),
    ),
    "json",
)
FORECAST_TABLES = (
    CUTOFF_FORECASTS_TABLE,
    CUTOFF_SCORES_TABLE,
    CUTOFF_SKILL_TABLE,
    QUANTILE_BANDS_TABLE,
    NO_FORECAST_TABLE,
    SEALED_FORECAST_TABLE,
    *QUESTION_TABLES,
)
