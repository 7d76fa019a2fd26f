"""Who held a place, in three states: what was simulated by day, and what the record reports."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np

from sim.scenario.model import Scenario
from sim.scenario.record import Claim


class State(IntEnum):
    """Ordinal control of a place."""

    FIRST = 0  # the scenario's first side holds it
    CONTESTED = 1
    SECOND = 2


@dataclass(frozen=True)
class Reported:
    """What a source reports of a place on a day."""

    claim: str
    place: str
    day: date
    state: State


def states(second_share: np.ndarray, contested_between: tuple[float, float]) -> np.ndarray:
    """The state of places from the share that the second side holds; same shape."""
    low, high = contested_between
    return np.where(second_share < low, State.FIRST, np.where(second_share > high, State.SECOND, State.CONTESTED))


def reported_control(scenario: Scenario, days: Collection[date]) -> list[Reported]:
    """Every report of control that refers to one of these days, by place and in the order of the days."""
    found = [report for id, claim in scenario.claims.items() if (report := report_of(scenario, id, claim))]
    return sorted((each for each in found if each.day in days), key=lambda report: (report.place, report.day))


def report_of(scenario: Scenario, id: str, claim: Claim) -> Reported | None:
    """What a claim says of the control of a place; None if it says nothing of it."""
    about, said = claim.observable, claim.value
    if about is None or said is None or about.measure not in ("control", "peak_control"):
        return None
    holder = State.SECOND if about.side == list(scenario.sides)[1] else State.FIRST
    low, high = scenario.contested_between  # of the second side's share; seen from the first side, the other way
    most, least = (high, low) if holder == State.SECOND else (1.0 - low, 1.0 - high)
    if said.low >= most:
        state = holder
    elif said.high <= least:
        state = State.SECOND if holder == State.FIRST else State.FIRST
    else:
        state = State.CONTESTED
    return Reported(id, about.place, (about.until - timedelta(microseconds=1)).date(), state)


def counts(second_share: np.ndarray, contested_between: tuple[float, float]) -> np.ndarray:
    """How often each state came: (replications, days, places) of shares to (days, places, states)."""
    state = states(second_share, contested_between)
    return np.stack([(state == each).sum(axis=0) for each in State], axis=-1)


def chances(second_share: np.ndarray, contested_between: tuple[float, float]) -> np.ndarray:
    """The chance of each state: (replications, days, places) of shares to (days, places, states)."""
    return counts(second_share, contested_between) / len(second_share)
