"""The files of `sim validate`, but for the tables of each set of data, which have headings of their own."""

from sim.experiment.columns import Column, Table

CURVES = Table(
    "curves",
    "a number of what the figures are drawn from",
    (
        Column("finding", "string", "", "the set of data"),
        Column("curve", "string", "", "name of the curve"),
        Column("row", "integer", "", "its place in the curve"),
        Column("column", "integer", "", "its place in the row, for curves that have several columns"),
        Column("value", "number", "of the curve", "the number"),
    ),
)
TABLES = (CURVES,)
