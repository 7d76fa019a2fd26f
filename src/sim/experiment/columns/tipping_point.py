"""The files of `sim tipping-point`."""

from sim.experiment.columns import Column, Table

CURVE = Table(
    "curve",
    "a value of the lever",
    (
        Column("value", "number", "of the lever", "where the lever stands"),
        Column("battles", "integer", "battles", "that were fought there"),
        Column("events", "integer", "battles", "in which the event came about"),
        Column("low", "number", "share of battles", "lower end of the 95% interval of the event's chance"),
        Column("high", "number", "share of battles", "upper end of it"),
    ),
)
TABLES = (CURVE,)
