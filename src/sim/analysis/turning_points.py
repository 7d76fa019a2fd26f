"""Turning points: how likely each documented one was, and how the outcome differs if it goes the other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.cluster_intervals import (
    ClusteredProportion,
    estimate_difference,
    estimate_paired_difference,
)
from sim.events.observable import Observable
from sim.events.observables import ControlShare as Control
from sim.scenario.descriptions import find_last_day, format_day
from sim.scenario.evaluation import TurningPoint
from sim.scenario.evidence import ReportedInterval
from sim.scenario.model import Scenario
from sim.scoring.intervals import IntervalEstimate

ObservableRange = tuple[Observable, ReportedInterval]


@dataclass(frozen=True)
class Association:
    """How much more often the objective is held among battles that have a turning point than among those in which it
    went the other way: an association, since what led to the turn may also lead to the outcome.
    """

    p_hold_with: IntervalEstimate
    p_hold_without: IntervalEstimate
    difference: IntervalEstimate
    n_with: int
    n_without: int


@dataclass(frozen=True)
class DecidedBattles:
    """The same battles with a turning point decided both ways, shape (battles,) each: whether the objective is held if
    it happens and if it goes the other way, whether the battle could be decided both ways, and the luck moved for it,
    in standard deviations.
    """

    is_held_if_so: np.ndarray
    is_held_if_not: np.ndarray
    is_decided: np.ndarray
    shifts: np.ndarray


@dataclass(frozen=True)
class TurningPointEffect:
    """A turning point: how often it comes, and how much more often the objective is held if it comes than if not.

    `effect` is that of an intervention: the same battles with the turning point decided both ways, `n_pairs` of
    `n_battles`; `median_shift` is how far the luck of its orders was moved where it had to be, in standard deviations.
    Where edits of the scenario remove it, `probability`, `median_shift` and `association` are None.
    """

    turning_point: str
    label: str
    probability: IntervalEstimate | None
    p_hold_if_so: IntervalEstimate
    p_hold_if_not: IntervalEstimate
    effect: IntervalEstimate
    n_pairs: int
    n_battles: int
    median_shift: float | None
    association: Association | None


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
    scenario: Scenario, outcomes: np.ndarray, draw_index: np.ndarray, decided_battles: Mapping[str, DecidedBattles]
) -> list[TurningPointEffect]:
    """The effect of each turning point, from the outcomes of battles, shape (battles, observables), and from the same
    battles with each turning point decided both ways.
    """
    is_held = find_held(scenario, outcomes)
    effects = []
    for id, turning_point in scenario.turning_points.items():
        if turning_point.counterfactual_edits:
            probability, association, label = None, None, turning_point.description
        else:
            has_happened, has_alternative = find_both_ways(scenario, turning_point, outcomes)
            every_battle = np.ones(len(has_happened), dtype=bool)
            probability = ClusteredProportion(has_happened, every_battle, draw_index).interval_estimate
            association = estimate_association(is_held, has_happened, has_alternative, draw_index)
            label = label_with_date(scenario, turning_point)
        effects.append(
            estimate_intervention_effect(id, label, probability, association, decided_battles[id], draw_index)
        )
    return effects


def find_held(scenario: Scenario, outcomes: np.ndarray) -> np.ndarray:
    """The battles in which the objective is held at the end, shape (battles,)."""
    is_held: np.ndarray = outcomes[:, 0] >= scenario.objective.share
    return is_held


def find_both_ways(
    scenario: Scenario, turning_point: TurningPoint, outcomes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The battles that have a turning point, and those in which it went the other way, shape (battles,) each."""
    columns = {observable: number for number, observable in enumerate(list_turning_point_observables(scenario))}
    has_happened = find_matching(outcomes, list_turning_point_ranges(scenario, turning_point), columns)
    if turning_point.alternative is None:
        return has_happened, ~has_happened
    return has_happened, find_matching(outcomes, list_alternative_ranges(turning_point), columns) & ~has_happened


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


def estimate_association(
    is_held: np.ndarray, has_happened: np.ndarray, has_alternative: np.ndarray, draw_index: np.ndarray
) -> Association:
    """How the outcome goes with a turning point that comes in some battles, and goes the other way in some."""
    with_it = ClusteredProportion(is_held, has_happened, draw_index)
    without_it = ClusteredProportion(is_held, has_alternative, draw_index)
    return Association(
        p_hold_with=with_it.interval_estimate,
        p_hold_without=without_it.interval_estimate,
        difference=estimate_difference(with_it, without_it),
        n_with=with_it.n_counted,
        n_without=without_it.n_counted,
    )


def estimate_intervention_effect(
    id: str,
    label: str,
    probability: IntervalEstimate | None,
    association: Association | None,
    decided: DecidedBattles,
    draw_index: np.ndarray,
) -> TurningPointEffect:
    """The effect of a turning point on the battles that could be decided both ways."""
    pairs = decided.is_decided
    moved = decided.shifts[pairs & (decided.shifts > 0)]
    if_so = ClusteredProportion(decided.is_held_if_so, pairs, draw_index)
    if_not = ClusteredProportion(decided.is_held_if_not, pairs, draw_index)
    differences = decided.is_held_if_so[pairs].astype(np.float64) - decided.is_held_if_not[pairs]
    return TurningPointEffect(
        turning_point=id,
        label=label,
        probability=probability,
        p_hold_if_so=if_so.interval_estimate,
        p_hold_if_not=if_not.interval_estimate,
        effect=estimate_paired_difference(differences, draw_index[pairs])
        if pairs.any()
        else IntervalEstimate(float("nan"), -1.0, 1.0),
        n_pairs=int(pairs.sum()),
        n_battles=len(pairs),
        median_shift=float(np.median(moved)) if len(moved) else None,
        association=association,
    )
