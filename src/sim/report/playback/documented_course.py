"""The documented course, to be played back: who held each place as the sources reported it, without a simulation."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from sim.likelihood.control import ControlState, make_control_report
from sim.scenario.model import Scenario

ReportedShares = tuple[float, float, float, float]  # an hour, and from then on the share of reports of each state


@dataclass(frozen=True)
class DocumentedCourse:
    """By place, the reported states of control over time: the first entry is the beginning as the scenario has it."""

    control: list[list[ReportedShares]]


def build_documented_course(scenario: Scenario, end_hours: float) -> DocumentedCourse:
    """What was reported of the control of each place, in the order of time.

    A place stays as it was last reported; reports of one moment that differ share it in equal parts.

    Parameters
    ----------
    scenario
        The documented battle.
    end_hours
        The end of the battle, in hours since its beginning; later reports are left out.

    Returns
    -------
    DocumentedCourse
        One series a place, each entry an hour and the shares of the three states of `ControlState`, which add to 1.

    Examples
    --------
    >>> import sim
    >>> course = build_documented_course(sim.load("teaching"), 72.0)
    >>> all(sum(entry[1:]) == 1.0 for series in course.control for entry in series)
    True
    """
    reports = [report for id, claim in scenario.claims.items() if (report := make_control_report(scenario, id, claim))]
    dated = sorted(
        (scenario.hours_since_start(report.moment), report.place, report.state)
        for report in reports
        if 0 <= scenario.hours_since_start(report.moment) <= end_hours
    )
    control = []
    for id, place in scenario.places.items():
        first_state = (
            ControlState.FIRST if place.initial_control.side == next(iter(scenario.sides)) else ControlState.SECOND
        )
        series = [(0.0, *compute_shares([first_state]))]
        own = [(hour, state) for hour, where, state in dated if where == id]
        for hour, group in groupby(own, key=lambda each: each[0]):
            series.append((round(hour, 3), *compute_shares([state for _, state in group])))
        control.append(series)
    return DocumentedCourse(control)


def compute_shares(states: list[ControlState]) -> tuple[float, float, float]:
    """The share of each state among reports of one moment."""
    counts = Counter(states)
    first, contested, second = (counts[state] / len(states) for state in ControlState)
    return first, contested, second
