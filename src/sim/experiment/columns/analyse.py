"""The files of `sim analyse`: of the calibrated battle, fought again; a table without rows is left out."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import CLAIM, SIDE, TERM

BATTLES = "share of battles"
OF_THE_SENTENCE = "of the sentence"
FACTOR = "times what there was"
RATIO = "times the other"


def ends(name: str, unit: str, says: str) -> tuple[Column, Column, Column]:
    """A number with its 95% interval."""
    return (
        Column(name, "number", unit, says),
        Column(f"{name}_low", "number", unit, "lower end of its 95% interval"),
        Column(f"{name}_high", "number", unit, "upper end of it"),
    )


def three(name: str, unit: str, when: str) -> tuple[Column, Column, Column]:
    """A median with the middle 90 per cent."""
    return (
        Column(f"{name}_median", "number", unit, f"median {when} the claims were heard"),
        Column(f"{name}_q05", "number", unit, f"5% quantile {when}"),
        Column(f"{name}_q95", "number", unit, f"95% quantile {when}"),
    )


TURNS = Table(
    "turns",
    "a turn of the scenario",
    (
        Column("turn", "string", "", "id of the turn"),
        Column("says", "string", "", "the turn in words"),
        *ends("chance", BATTLES, "that have the turn; empty if all have it and it is taken away by edits"),
        *ends("held", BATTLES, "in which the objective is held, of those that have the turn"),
        *ends("otherwise", BATTLES, "in which it is held, of those that went the other way, or are without the turn"),
        *ends("moves", BATTLES, "`held` less `otherwise`"),
        Column("battles", "integer", "battles", "that have the turn"),
        Column("others", "integer", "battles", "that went the other way, or are without it"),
    ),
)
EVENTS = Table(
    "events",
    "an event that the scenario asks about",
    (
        Column("text", "string", "", "the event in words"),
        *ends("chance", BATTLES, "in which it comes about"),
        Column("share_of_unknowns", "number", "share of the variance", "that lies in the unknowns; the rest is chance"),
    ),
)
NUMBERS = Table(
    "numbers",
    "a number that the scenario asks about",
    (
        Column("text", "string", "", "the number in words"),
        Column("median", "number", OF_THE_SENTENCE, "median over the battles"),
        Column("q05", "number", OF_THE_SENTENCE, "5% quantile"),
        Column("q95", "number", OF_THE_SENTENCE, "95% quantile"),
        *ends("mean", OF_THE_SENTENCE, "mean over the battles"),
    ),
)
PLACES = Table(
    "places",
    "a claim, in what its source would tell of the battle fought again",
    (
        CLAIM,
        TERM,
        Column(
            "place", "number", "share", "of what would be told that lies below what was told; by chance within a step"
        ),
        Column("tail", "number", "chance", "of something as far out, on either side"),
        Column("median", "number", "of the claim", "median of what would be told"),
    ),
)
FACTORS = Table(
    "factors",
    "a source and side that it counts: how much it tells for one that there was",
    (
        Column("source", "string", "", "id of a source of the scenario"),
        SIDE,
        *three("prior", FACTOR, "before"),
        *three("posterior", FACTOR, "after"),
    ),
)
RATIOS = Table(
    "ratios",
    "two sources and a side that both count: how many times as much the first tells as the second",
    (
        Column("first", "string", "", "id of a source of the scenario"),
        Column("second", "string", "", "id of another one"),
        SIDE,
        *three("prior", RATIO, "before"),
        *three("posterior", RATIO, "after"),
    ),
)
NUMBERED = "counted from 0 as in"
VERSIONS = Table(
    "versions",
    "a way to read the text or to choose among its sources; the first is as the posterior has it",
    (
        Column("version", "string", "", "its name"),
        Column("log_evidence", "number", "", "natural logarithm of its evidence over that of the first"),
        Column("evidence_error", "number", "", "standard error of that"),
        Column("comparable", "boolean", "", "whether that is of the same claims, so that the two compare"),
        *ends("event_<event>_chance", BATTLES, f"that have the event, {NUMBERED} `events`; empty without a posterior"),
        Column(
            "number_<number>_median",
            "number",
            OF_THE_SENTENCE,
            f"median of the number, {NUMBERED} `numbers`; empty without a posterior",
        ),
        Column("against", "string", "", "why there is no posterior; an empty text if there is one"),
    ),
)
TABLES = (TURNS, EVENTS, NUMBERS, PLACES, FACTORS, RATIOS, VERSIONS)
