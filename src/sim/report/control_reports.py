"""Who held a place, as simulated and as reported: letters, the steps shown, and reports of moments between steps."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.events.time_steps import TimeSteps
from sim.likelihood.control import ControlReport, ControlState, classify_control
from sim.scenario.descriptions import format_end, format_period
from sim.scenario.model import Scenario
from sim.scoring.intervals import EmpiricalDistribution


@dataclass(frozen=True)
class MomentComparison:
    """A report of a moment that is no end of a step, beside the simulated states of that very moment."""

    place: str
    when: str
    reported: ControlState
    probabilities: np.ndarray  # of the states


def make_state_letters(scenario: Scenario) -> list[str]:
    """A sign for each state: the sides' initials, or as much of their names as tells them apart, and `c`.

    A sign ends with a letter, since a number follows it, and neither side's is `c`.
    """
    names = ["".join(side.short_name.split()) for side in scenario.sides.values()]
    for length in range(1, max(map(len, names)) + 1):
        first, second = (name[:1].upper() + name[1:length] for name in names)
        signs = {first.casefold(), second.casefold(), "c"}
        if len(signs) == 3 and first[-1:].isalpha() and second[-1:].isalpha():
            return [first, "c", second]
    return ["A", "c", "B"]


def select_steps(steps: TimeSteps, reports: list[ControlReport], max_steps: int) -> list[int]:
    """At most this many steps: all of them, or the last, those with most reports, and of hours some evenly between."""
    if steps.count <= max_steps:
        return list(range(steps.count))
    report_counts = Counter(steps.find(report.moment) for report in reports)
    evenly = set() if steps.is_daily else {n * steps.count // max_steps for n in range(max_steps)}
    ranked = sorted(range(steps.count - 1), key=lambda number: (-report_counts[number], number not in evenly, number))
    return sorted([*ranked[: max_steps - 1], steps.count - 1])


def find_states_at_ends(steps: TimeSteps, reports: list[ControlReport], place: str, number: int) -> list[ControlState]:
    """The states in which a place is reported for the end of a step, or for a period that ends with it."""
    return [each.state for each in reports if each.place == place and each.moment == steps.end(number)]


def compare_between_ends(
    scenario: Scenario,
    steps: TimeSteps,
    reports: list[ControlReport],
    simulated: Mapping[str, EmpiricalDistribution],
) -> list[MomentComparison]:
    """The reports of other moments than the ends of steps, in the order of time, each beside its own moment.

    `simulated` has, by claim, the share of the place that the claim is about.
    """
    comparisons = []
    for report in sorted(reports, key=lambda each: each.moment):
        if steps.is_end(report.moment) or report.claim not in simulated:
            continue
        observable: Any = scenario.claims[report.claim].observable
        comparisons.append(
            MomentComparison(
                place=scenario.places[report.place].name,
                when=format_end(observable.until)
                if observable.since is None
                else format_period(observable.since, observable.until),
                reported=report.state,
                probabilities=compute_state_shares(scenario, observable.side, simulated[report.claim]),
            )
        )
    return comparisons


def compute_state_shares(scenario: Scenario, side: str, simulated: EmpiricalDistribution) -> np.ndarray:
    """In which share of the battles a place was in each state, by the share of it that a side held."""
    values, frequencies = np.array(list(simulated.counts)), np.array(list(simulated.counts.values()))
    second_share = values if side == list(scenario.sides)[1] else 1.0 - values
    states = classify_control(second_share, scenario.contested_share_range)
    shares: np.ndarray = np.array([frequencies[states == state].sum() for state in ControlState]) / simulated.size
    return shares
