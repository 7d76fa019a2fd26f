"""Who holds a place, in three states: as simulated by steps of time, and as sources report it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

import numpy as np

from sim.events.time_steps import TimeSteps
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario


class ControlState(IntEnum):
    """Ordinal control of a place."""

    FIRST = 0  # the scenario's first side holds it
    CONTESTED = 1
    SECOND = 2


@dataclass(frozen=True)
class ControlReport:
    """What a source reports of a place at a moment, or of a period that ends then."""

    claim: str
    place: str
    moment: datetime
    state: ControlState


def classify_control(second_share: np.ndarray, contested_share_range: tuple[float, float]) -> np.ndarray:
    """The state of places from the share that the second side holds; same shape."""
    low, high = contested_share_range
    return np.where(
        second_share < low,
        ControlState.FIRST,
        np.where(second_share > high, ControlState.SECOND, ControlState.CONTESTED),
    )


def list_control_reports(scenario: Scenario, steps: TimeSteps) -> list[ControlReport]:
    """Every report of control that refers to one of these steps of time, by place and in the order of the steps."""
    reports = [report for id, claim in scenario.claims.items() if (report := make_control_report(scenario, id, claim))]
    return sorted(
        (each for each in reports if 0 <= steps.find(each.moment) < steps.count),
        key=lambda report: (report.place, steps.find(report.moment)),
    )


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
    return ControlReport(id, observable.place, observable.until, state)


def count_control_states(second_share: np.ndarray, contested_share_range: tuple[float, float]) -> np.ndarray:
    """How often each state occurred: (replications, steps, places) of shares to (steps, places, states)."""
    state = classify_control(second_share, contested_share_range)
    return np.stack([(state == each).sum(axis=0) for each in ControlState], axis=-1)


def compute_control_probabilities(second_share: np.ndarray, contested_share_range: tuple[float, float]) -> np.ndarray:
    """The probability of each state: (replications, steps, places) of shares to (steps, places, states)."""
    return count_control_states(second_share, contested_share_range) / len(second_share)
