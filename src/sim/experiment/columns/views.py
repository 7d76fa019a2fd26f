"""The files of `sim export format=views`."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import DAY, PLACE

DRAW = Column("draw", "integer", "", "number of the battle")
OUTCOME = Column("outcome", "integer", "people", "killed of both sides in that battle")
TABLES = (
    Table(
        "simulated_pgm",
        "a month, cell and draw",
        (
            Column("month_id", "integer", "", "month as ViEWS counts it: January 1980 is 1"),
            Column("priogrid_gid", "integer", "", "cell of PRIO-GRID"),
            DRAW,
            OUTCOME,
        ),
    ),
    Table("simulated_place_day", "a day, place and draw", (DAY, PLACE, DRAW, OUTCOME)),
)
