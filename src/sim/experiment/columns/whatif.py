"""The files of `sim whatif`."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import MEASURE, MEASURES, REPLICATION

DIFFERENCES = Table(
    "differences",
    "a change and measure",
    (
        Column("change", "string", "", "name of the change"),
        Column("says", "string", "", "the change in words"),
        MEASURE,
        Column("text", "string", "", "the measure in words"),
        Column("unit", "string", "", "unit of the numbers: `battles` for an event, whose numbers are shares of them"),
        Column("base", "number", "of the row", "mean in the base case"),
        Column("changed", "number", "of the row", "mean with the change"),
        Column("difference", "number", "of the row", "mean of the paired differences"),
        Column("low", "number", "of the row", "lower end of its 95% interval"),
        Column("high", "number", "of the row", "upper end of its 95% interval"),
        Column("variance_ratio", "number", "", "variance of the difference without pairs, over that with them"),
        Column("up", "integer", "pairs", "in which the measure rose"),
        Column("down", "integer", "pairs", "in which it fell"),
        Column("pairs", "integer", "pairs", "that were fought"),
    ),
)
PAIRS = Table(
    "pairs",
    "a case and battle; rows of one replication share their luck",
    (Column("case", "string", "", "`base case`, or the name of the change"), REPLICATION, MEASURES),
)
TABLES = (DIFFERENCES, PAIRS)
