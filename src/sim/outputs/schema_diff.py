"""Data dictionary of `sim diff`: two outputs beside each other."""

from sim.outputs.columns import MEASURE, OutputColumn, OutputTable

SETTING_DIFFERENCES_TABLE = OutputTable(
    "setting_differences",
    "a setting, value of the scenario, version or digest that is not the same in both outputs",
    (
        OutputColumn("name", "string", "", "its name; a value of the scenario by its path"),
        OutputColumn("first", "string", "", "what it is in the first output"),
        OutputColumn("second", "string", "", "what it is in the second output"),
    ),
)
OUTCOME_DIFFERENCES_TABLE = OutputTable(
    "outcome_differences",
    "a case (all battles of a run; the base case and each change; each design point) and measure that both have",
    (
        OutputColumn("case", "string", "", "the case"),
        MEASURE,
        OutputColumn("text", "string", "", "the measure in words"),
        OutputColumn(
            "unit", "string", "", "unit of the numbers: `battles` for an event, whose numbers are shares of them"
        ),
        OutputColumn("first", "number", "of the row", "mean in the first output"),
        OutputColumn("first_low", "number", "of the row", "lower end of its 95% interval"),
        OutputColumn("first_high", "number", "of the row", "upper end of its 95% interval"),
        OutputColumn("second", "number", "of the row", "mean in the second output"),
        OutputColumn("second_low", "number", "of the row", "lower end of its 95% interval"),
        OutputColumn("second_high", "number", "of the row", "upper end of its 95% interval"),
        OutputColumn("difference", "number", "of the row", "second less first; of pairs, if there are any"),
        OutputColumn("low", "number", "of the row", "lower end of its 95% interval"),
        OutputColumn("high", "number", "of the row", "upper end of its 95% interval"),
        OutputColumn("n_first", "integer", "battles", "of the first output"),
        OutputColumn("n_second", "integer", "battles", "of the second output"),
        OutputColumn("n_pairs", "integer", "pairs", "of battles with the same luck; 0 if the seeds differ"),
    ),
)
DIFF_TABLES = (SETTING_DIFFERENCES_TABLE, OUTCOME_DIFFERENCES_TABLE)
