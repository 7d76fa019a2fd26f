"""Who holds a place, in three states: as simulated by day, and as sources report it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np

from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario


class ControlState(IntEnum):
    """Ordinal control of a place."""

    FIRST = 0  # the scenario's first side holds it
    CONTESTED = 1
    SECOND = 2


@dataclass(frozen=True)
class ControlReport:
    """What a source reports of a place on a day."""

    claim: str
    place: str
    day: date
    state: ControlState


def classify_control(second_share: np.ndarray, contested_share_range: tuple[float, float]) -> np.ndarray:
    """The state of places from the share that the second side holds; same shape."""
    low, high = contested_share_range
    return np.where(
        second_share < low,
        ControlState.FIRST,
        np.where(second_share > high, ControlState.SECOND, ControlState.CONTESTED),
    )


def list_control_reports(scenario: Scenario, days: Collection[date]) -> list[ControlReport]:
    """Every report of control that refers to one of these days, by place and in the order of the days."""
    reports = [report for id, claim in scenario.claims.items() if (report := make_control_report(scenario, id, claim))]
    return sorted((each for each in reports if each.day in days), key=lambda report: (report.place, report.day))


def make_control_report(scenario: Scenario, id: str, claim: Claim) -> ControlReport | None:
    """What a claim says of the control of a place; None if it says nothing of it."""
    observable, interval = claim.observable, claim.value
    if observable is None or interval is None or observable.measure not in ("control", "peak_control"):
        return None
    holder = ControlState.SECOND if observable.side == list(scenario.sides)[1] else ControlState.FIRST
    low, high = scenario.contested_share_range  # of the second side's share; seen from the first side, the other way
    hold_threshold, loss_threshold = (high, low) if holder == ControlState.SECOND else (1.0 - low, 1.0 - high)
    if interval.low >= hold_threshold:
        state = holder
    elif interval.high <= loss_threshold:
        state = ControlState.SECOND if holder == ControlState.FIRST else ControlState.FIRST
    else:
        state = ControlState.CONTESTED
    return ControlReport(id, observable.place, (observable.until - timedelta(microseconds=1)).date(), state)


def count_control_states(second_share: np.ndarray, contested_share_range: tuple[float, float]) -> np.ndarray:
    """How often each state occurred: (replications, days, places) of shares to (days, places, states)."""
    state = classify_control(second_share, contested_share_range)
    return np.stack([(state == each).sum(axis=0) for each in ControlState], axis=-1)


def compute_control_probabilities(second_share: np.ndarray, contested_share_range: tuple[float, float]) -> np.ndarray:
    """The probability of each state: (replications, days, places) of shares to (days, places, states)."""
    return count_control_states(second_share, contested_share_range) / len(second_share)
