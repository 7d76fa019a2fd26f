"""The files of `sim sensitivity`."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import MEASURE, MEASURES, PRIOR

FACTOR = Column("factor", "string", "", "name of a prior, `all other priors`, or `pure chance`")
SHARES = Table(
    "shares",
    "a measure and factor",
    (
        MEASURE,
        FACTOR,
        Column("alone", "number", "share of the variance", "that goes when this factor alone is known"),
        Column("alone_half", "number", "share of the variance", "half its 95% interval"),
        Column("in_all", "number", "share of the variance", "that is left when all but this factor is known"),
        Column("in_all_half", "number", "share of the variance", "half its 95% interval"),
    ),
)
EFFECTS = Table(
    "effects",
    "a measure and factor of the screening; no rows without one",
    (
        MEASURE,
        FACTOR,
        Column("size", "number", "of the measure", "mean size of the elementary effects"),
        Column("size_half", "number", "of the measure", "half its 95% interval"),
        Column("spread", "number", "of the measure", "standard deviation of the elementary effects"),
    ),
)
BATTLES = Table("battles", "a battle behind the shares", (PRIOR, MEASURES))
TABLES = (SHARES, EFFECTS, BATTLES)
