"""The file of `sim export format=geojson`: its columns are the properties of the features."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import PLACE

BATTLES = "share of battles"
TABLES = (
    Table(
        "simulated_control",
        "a place and day, a point",
        (
            Column("simulated", "boolean", "", "always true"),
            PLACE,
            Column("name", "string", "", "name of the place"),
            Column("day", "date", "", "local date"),
            Column("time", "datetime", "", "beginning of the day, with the offset of local time"),
            Column("time_end", "datetime", "", "end of the day"),
            Column(
                "control", "string", "", "state in which it most often is at the end of the day: a side, or `contested`"
            ),
            Column("chance_first", "number", BATTLES, "in which the first side holds it then"),
            Column("chance_contested", "number", BATTLES, "in which it is contested then"),
            Column("chance_second", "number", BATTLES, "in which the second side holds it then"),
            Column("first", "string", "", "id of the first side"),
            Column("second", "string", "", "id of the second side"),
            Column("killed_first", "number", "people", "mean killed there on that day"),
            Column("killed_second", "number", "people", "mean killed there on that day"),
            Column("people_first", "number", "people", "mean there at the end of the day"),
            Column("people_second", "number", "people", "mean there at the end of the day"),
            Column("estimated_within_km", "number", "km", "how far off the position may be; empty if it is sourced"),
            Column("replications", "integer", "battles", "that the numbers are taken over"),
        ),
        "geojson",
    ),
)
