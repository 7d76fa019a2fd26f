"""Turning points: how likely each documented one was, and how the outcome differs with and without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.cluster_intervals import (
    ClusteredProportion,
    IntervalEstimate,
    estimate_difference,
    estimate_paired_difference,
)
from sim.events.observables import ControlShare as Control
from sim.events.observables import Observable
from sim.scenario.descriptions import find_last_day, format_day
from sim.scenario.evaluation import TurningPoint
from sim.scenario.evidence import ReportedInterval
from sim.scenario.model import Scenario

ObservableRange = tuple[Observable, ReportedInterval]


@dataclass(frozen=True)
class TurningPointEffect:
    """A turning point: how often it comes, and how much more often the objective is held with it than without it.

    `p_hold_with` is the share of battles held among the `n_with` that have it, `p_hold_without` among the `n_without`
    that went the other way. Where edits of the scenario remove it, `probability` is None, and the battles are paired.
    """

    turning_point: str
    label: str
    probability: IntervalEstimate | None
    p_hold_with: IntervalEstimate
    p_hold_without: IntervalEstimate
    effect: IntervalEstimate
    n_with: int
    n_without: int


def list_turning_point_observables(scenario: Scenario) -> tuple[Observable, ...]:
    """What is to be observed in each battle for all turning points, each once; the objective comes first."""
    observables: list[Observable] = [make_objective_observable(scenario)]
    for turning_point in scenario.turning_points.values():
        for observable, _ in (
            *list_turning_point_ranges(scenario, turning_point),
            *list_alternative_ranges(turning_point),
        ):
            if observable not in observables:
                observables.append(observable)
    return tuple(observables)


def make_objective_observable(scenario: Scenario) -> Observable:
    """The share of the objective's place that its side holds at the end of the battle."""
    objective = scenario.objective
    return Control(measure="control", side=objective.side, place=objective.place, until=scenario.ends)


def list_turning_point_ranges(scenario: Scenario, turning_point: TurningPoint) -> list[ObservableRange]:
    """What is observed in a battle that has the turning point, and the values that it then takes."""
    claims = [scenario.claims[id] for id in turning_point.claims]
    return [(claim.observable, claim.value) for claim in claims if claim.observable is not None and claim.value]


def list_alternative_ranges(turning_point: TurningPoint) -> list[ObservableRange]:
    """The same for a battle in which it went the other way."""
    return (
        [(turning_point.alternative.observable, turning_point.alternative.value)] if turning_point.alternative else []
    )


def estimate_turning_point_effects(
    scenario: Scenario, outcomes: np.ndarray, draw_index: np.ndarray, outcomes_without: Mapping[str, np.ndarray]
) -> list[TurningPointEffect]:
    """The effect of each turning point, from the outcomes of battles, shape (battles, observables).

    For turning points that edits remove, `outcomes_without` has those of the same battles without them.
    """
    columns = {observable: number for number, observable in enumerate(list_turning_point_observables(scenario))}
    is_held = outcomes[:, 0] >= scenario.objective.share
    effects = []
    for id, turning_point in scenario.turning_points.items():
        if turning_point.counterfactual_edits:
            effects.append(
                estimate_removal_effect(
                    id,
                    turning_point.description,
                    is_held,
                    outcomes_without[id][:, 0] >= scenario.objective.share,
                    draw_index,
                )
            )
        else:
            has_happened = find_matching(outcomes, list_turning_point_ranges(scenario, turning_point), columns)
            has_alternative = (
                find_matching(outcomes, list_alternative_ranges(turning_point), columns) & ~has_happened
                if turning_point.alternative
                else ~has_happened
            )
            effects.append(
                estimate_conditional_effect(
                    id, label_with_date(scenario, turning_point), is_held, has_happened, has_alternative, draw_index
                )
            )
    return effects


def label_with_date(scenario: Scenario, turning_point: TurningPoint) -> str:
    """The text of a turning point, with the day by which it had come if the text has no date."""
    day = format_day(
        find_last_day(max(observable.until for observable, _ in list_turning_point_ranges(scenario, turning_point)))
    )
    return turning_point.description if day in turning_point.description else f"{turning_point.description} ({day})"


def find_matching(
    outcomes: np.ndarray, ranges: Sequence[ObservableRange], columns: Mapping[Observable, int]
) -> np.ndarray:
    """The battles in which every observable is in its range, shape (battles,)."""
    is_matching = np.ones(len(outcomes), dtype=bool)
    for observable, interval in ranges:
        column = outcomes[:, columns[observable]]
        is_matching &= (interval.low <= column) & (column <= interval.high)
    return is_matching


def estimate_conditional_effect(
    id: str,
    label: str,
    is_held: np.ndarray,
    has_happened: np.ndarray,
    has_alternative: np.ndarray,
    draw_index: np.ndarray,
) -> TurningPointEffect:
    """The effect of a turning point that comes in some battles, and goes the other way in some."""
    is_counted = np.ones(len(is_held), dtype=bool)
    with_it = ClusteredProportion(is_held, has_happened, draw_index)
    without_it = ClusteredProportion(is_held, has_alternative, draw_index)
    return TurningPointEffect(
        turning_point=id,
        label=label,
        probability=ClusteredProportion(has_happened, is_counted, draw_index).interval_estimate,
        p_hold_with=with_it.interval_estimate,
        p_hold_without=without_it.interval_estimate,
        effect=estimate_difference(with_it, without_it),
        n_with=with_it.n_counted,
        n_without=without_it.n_counted,
    )


def estimate_removal_effect(
    id: str, label: str, is_held: np.ndarray, is_held_without: np.ndarray, draw_index: np.ndarray
) -> TurningPointEffect:
    """The effect of a turning point that every battle has, against the same battles without it."""
    is_counted = np.ones(len(is_held), dtype=bool)
    return TurningPointEffect(
        turning_point=id,
        label=label,
        probability=None,
        p_hold_with=ClusteredProportion(is_held, is_counted, draw_index).interval_estimate,
        p_hold_without=ClusteredProportion(is_held_without, is_counted, draw_index).interval_estimate,
        effect=estimate_paired_difference(is_held.astype(np.float64) - is_held_without.astype(np.float64), draw_index),
        n_with=len(is_held),
        n_without=len(is_held),
    )
