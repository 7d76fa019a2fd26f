"""The files of `sim sweep`."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import MEASURES, POINT, REPLICATION

FACTOR = Column("<factor>", "any", "of the factor", "its level; a column of mixed kinds is text")
TABLES = (
    Table("points", "a design point", (POINT, FACTOR)),
    Table(
        "outcomes",
        "a design point and battle; rows of one replication share their luck",
        (POINT, REPLICATION, MEASURES),
    ),
)
