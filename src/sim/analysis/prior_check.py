"""What the priors say of assaults before anything was learnt: simulated ones beside those of recorded battles.

Each assault of each battle is one: from its opening to its end, with the losses of both sides at the place, rout and
prisoners among them, as recorded battles count them. The recorded numbers are a table of counts and quantiles
(`tools/assault_reference.py`).
"""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim import paths
from sim.battle.simulation import Simulation
from sim.events.log import ARRIVAL_KINDS, DEPARTURE_KINDS, AssaultEnding, EventKind, EventLog
from sim.scenario.feasibility import compute_quantity_range
from sim.scenario.model import Scenario

ODDS = (0.0, 1.0, 2.0, 4.0, math.inf)  # attackers for each defender
SIZES = (0.0, 5_000.0, math.inf)  # people; the geometric mean of both sides
REFERENCE_COLUMNS = (
    *("first_year", "last_year", "kind", "low", "high", "battles", "won", "timed"),
    *(f"{what}_{q}" for what in ("hours", "attackers_an_hour", "defenders_an_hour") for q in (10, 50, 90)),
    "source",
)
STRONG_COVER = 0.2  # share of the attacker's fire that a strong point may take away, at least
LOSSES = (EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)
VICTORIES = (AssaultEnding.TAKEN, AssaultEnding.DEFENCE_BROKE)


@dataclass
class SimulatedAssault:
    """An assault as it was fought: strengths at its opening, losses, hours, and how it ended."""

    place: str
    attackers: float
    defenders: float
    attackers_lost: float = 0.0
    defenders_lost: float = 0.0
    hours: float = 0.0
    is_won: bool = False

    @property
    def odds(self) -> float:
        """Attackers for each defender."""
        return self.attackers / self.defenders


@dataclass(frozen=True)
class ReferenceClass:
    """A row of the table of recorded battles; quantiles are those of 10, 50 and 90 per cent, NaN if none is timed."""

    first_year: int
    last_year: int
    kind: str
    low: float
    high: float
    battles: int
    won: int
    timed: int
    hours: tuple[float, float, float]
    attackers_an_hour: tuple[float, float, float]
    defenders_an_hour: tuple[float, float, float]
    source: str


@dataclass(frozen=True)
class PriorCheck:
    """The simulated assaults, in how many battles each place that was attacked was taken, and the recorded classes.

    `strong_points` are the places whose defenders have positions there and cover.
    """

    n_battles: int
    assaults: tuple[SimulatedAssault, ...]
    taken: dict[str, int]
    reference: tuple[ReferenceClass, ...]
    strong_points: frozenset[str] = frozenset()

    def list_hours_to_fall(self, place: str) -> list[float]:
        """How long each assault lasted that took a place, in hours."""
        return [each.hours for each in self.assaults if each.place == place and each.is_won]


def find_reference_file() -> Path:
    """The table of recorded battles."""
    return paths.scenario_folder() / "packs" / "recorded_assaults.csv"


def read_reference(year: int) -> tuple[ReferenceClass, ...]:
    """The classes of the era that a year is in, or of the nearest."""
    with find_reference_file().open(encoding="utf-8", newline="") as file:
        rows = [parse_reference_row(row) for row in csv.DictReader(file)]
    nearest = min(rows, key=lambda row: max(row.first_year - year, year - row.last_year, 0))
    return tuple(row for row in rows if row.first_year == nearest.first_year)


def parse_reference_row(row: dict[str, str]) -> ReferenceClass:
    """A row of the table."""

    def read_quantiles(name: str) -> tuple[float, float, float]:
        low, middle, high = (float(row[f"{name}_{q}"] or "nan") for q in (10, 50, 90))
        return low, middle, high

    return ReferenceClass(
        first_year=int(row["first_year"]),
        last_year=int(row["last_year"]),
        kind=row["kind"],
        low=float(row["low"]),
        high=float(row["high"]),
        battles=int(row["battles"]),
        won=int(row["won"]),
        timed=int(row["timed"]),
        hours=read_quantiles("hours"),
        attackers_an_hour=read_quantiles("attackers_an_hour"),
        defenders_an_hour=read_quantiles("defenders_an_hour"),
        source=row["source"],
    )


def check_priors(simulation: Simulation, runs: int, seed: int) -> PriorCheck:
    """Fight some battles from the priors.

    Parameters
    ----------
    simulation : Simulation
        The scenario and the law.
    runs : int
        How many battles.
    seed : int
        Of all random inputs.

    Returns
    -------
    PriorCheck
        Beside the recorded battles of the scenario's time.
    """
    assaults: list[SimulatedAssault] = []
    taken: dict[str, int] = {}
    for number in range(runs):
        in_battle = list(iter_assaults(simulation.run(seed, number).event_log))
        assaults += in_battle
        for place in dict.fromkeys(each.place for each in in_battle):
            is_taken = any(each.is_won for each in in_battle if each.place == place)
            taken[place] = taken.get(place, 0) + is_taken
    scenario = simulation.scenario
    return PriorCheck(
        runs, tuple(assaults), taken, read_reference(scenario.begins.year), frozenset(list_strong_points(scenario))
    )


def list_strong_points(scenario: Scenario) -> list[str]:
    """The places that are prepared for defence, with cover that takes away a fifth or more of the attacker's fire."""
    terrain = {id: scenario.terrains[place.terrain] for id, place in scenario.places.items()}
    return [
        id
        for id, place in scenario.places.items()
        if terrain[id].prepared
        and compute_quantity_range(scenario, place.cover or terrain[id].cover)[1] >= STRONG_COVER
    ]


def iter_assaults(log: EventLog) -> Iterator[SimulatedAssault]:
    """The assaults of a battle; what is lost at the moment of the end is lost in the rout, and counts."""
    people: dict[tuple[int, int], float] = {}
    running: dict[int, tuple[SimulatedAssault, float, int]] = {}  # by place: with its beginning and its side
    finished: dict[int, tuple[SimulatedAssault, float, int]] = {}  # with its end
    for time, event, _, side, place, _, value, code in log.rows.tolist():
        if event == EventKind.ASSAULT:
            defenders = people.get((place, 1 - side), 0.0)
            assault = SimulatedAssault(log.labels.places[place], max(value, 1.0), max(defenders, 1.0))
            running[place] = assault, time, side
        elif event == EventKind.ENDED and place in running:
            assault, began, attacker = running.pop(place)
            assault.hours, assault.is_won = time - began, code in VICTORIES
            finished[place] = assault, time, attacker
            yield assault
        elif event in LOSSES:
            if place in running:
                add_loss(running[place][0], side == running[place][2], value)
            elif place in finished and finished[place][1] == time:
                add_loss(finished[place][0], side == finished[place][2], value)
        if event in ARRIVAL_KINDS:
            people[place, side] = people.get((place, side), 0.0) + value
        elif event in DEPARTURE_KINDS:
            people[place, side] = people.get((place, side), 0.0) - value


def add_loss(assault: SimulatedAssault, is_attackers: bool, people: float) -> None:
    """People lost by one of the sides."""
    if is_attackers:
        assault.attackers_lost += people
    else:
        assault.defenders_lost += people


def compute_hourly_losses(assaults: Sequence[SimulatedAssault]) -> tuple[np.ndarray, np.ndarray]:
    """Fractions of both sides lost an hour; an assault of less than an hour counts as one."""
    hours = np.array([max(each.hours, 1.0) for each in assaults])
    attackers = np.array([each.attackers_lost / each.attackers for each in assaults])
    defenders = np.array([each.defenders_lost / each.defenders for each in assaults])
    return attackers / hours, np.minimum(defenders, 1.0) / hours
