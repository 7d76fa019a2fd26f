"""The files of `sim run`."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import DAY, PLACE, PRIOR, REPLICATION, SIDE

RUNS = Table(
    "runs",
    "a battle",
    (
        REPLICATION,
        Column("seed", "integer", "", "seed of the study"),
        Column("objective_share", "number", "share", "of the objective's place, held by its side at the end"),
        Column("objective_held", "boolean", "", "whether that is enough"),
        Column("phases", "integer", "", "phases of orders that were played"),
        Column("killed_<side>", "number", "people", "killed on that side"),
        Column("wounded_<side>", "number", "people", "wounded on that side"),
        Column("captured_<side>", "number", "people", "of that side taken prisoner"),
        Column("sentence_<sentence>", "number", "of the sentence", "what that sentence of the scenario is about"),
        PRIOR,
    ),
)
DAILY = Table(
    "daily",
    "a battle, day, place and side; of a study of more than 2,000 battles only the first 2,000",
    (
        REPLICATION,
        DAY,
        PLACE,
        SIDE,
        Column("killed", "number", "people", "killed there on that day"),
        Column("wounded", "number", "people", "wounded there on that day"),
        Column("captured", "number", "people", "taken prisoner there on that day"),
        Column("strength", "number", "people", "there at the end of the day"),
        Column("control", "number", "share", "of the place, held at the end of the day"),
    ),
)
DAYS = Table(
    "days",
    "a day, place and side, over all battles",
    (
        DAY,
        PLACE,
        SIDE,
        Column("replications", "integer", "battles", "that the means are taken over"),
        Column("killed", "number", "people", "mean killed there on that day"),
        Column("wounded", "number", "people", "mean wounded there on that day"),
        Column("captured", "number", "people", "mean taken prisoner there on that day"),
        Column("strength", "number", "people", "mean there at the end of the day"),
        Column("control", "number", "share", "mean share of the place held at the end of the day"),
        Column("holds", "number", "share of battles", "in which the side holds the place at the end of the day"),
        Column(
            "contested", "number", "share of battles", "in which the place is contested then; the same for both sides"
        ),
    ),
)
CLAIMS = Table(
    "claims",
    "a battle and claim",
    (
        REPLICATION,
        Column("claim", "string", "", "id of a claim of the scenario"),
        Column("simulated", "number", "of the claim", "what the claim is about, as it was in this battle"),
        Column("holds", "boolean", "", "whether that agrees with what the source said"),
    ),
)
EVENTS = Table(
    "events",
    "an event of a battle whose events are kept (keep=N: the first N), in order of time",
    (
        REPLICATION,
        Column("time", "datetime", "", "local time"),
        Column("what", "string", "", "kind of event: one of those of src/sim/events.py"),
        Column("order", "string", "", "id of the order that it belongs to"),
        SIDE,
        PLACE,
        Column("force", "string", "", "id of the force that it is about"),
        Column("amount", "number", "of the kind", "people, pieces or a share, as the kind of event has it"),
        Column("detail", "string", "", "reason, ending, outcome, kind of equipment, or 1 and 0 for light and weather"),
    ),
)
TABLES = (RUNS, DAILY, DAYS, CLAIMS, EVENTS)
