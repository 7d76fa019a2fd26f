"""What goes with the outcome among the battles of a run: one sentence, from the numbers and events of its tables."""

from collections.abc import Iterator
from math import floor

import numpy as np

from sim.analysis.outcome_association import select_association
from sim.analysis.turning_points import Association
from sim.events.observable import Observable
from sim.events.observables import Captured, CaptureRank, ControlShare, Killed, OrderOutcome, PeakControl, Wounded
from sim.outputs.formatting import choose_clear_places, format_level, strip_placeholders
from sim.outputs.run_results import RunTables
from sim.plots.run_data import group_simulated_values
from sim.report.claim_words import describe_counting
from sim.report.text import lower_common
from sim.scenario.descriptions import describe_observable
from sim.scenario.model import HeadlineOutput, Scenario
from sim.scenario.unknown_names import describe_unknown
from sim.scoring.claim_comparison import claim_observable, select_headline_outputs

COUNTED = (Captured, Killed, Wounded)  # observables that are split at their median
EVENTS = (CaptureRank, ControlShare, OrderOutcome, PeakControl)  # observables that a claim makes so or not so
PARAMETER_PREFIX = "p_"
PURE_NUMBER = "1"  # the unit of an unknown that has none


def describe_association(scenario: Scenario, end_hours: float, results: RunTables) -> str:
    """What goes most with the first outcome that is so or not so, as a sentence; empty if nothing stands out.

    Parameters
    ----------
    scenario
        The battle.
    end_hours
        Hours from the beginning to the end of the simulation.
    results
        The tables of a run.

    Returns
    -------
    str
        How often the outcome comes about where the condition is met and where not, with the difference and its 95%
        interval, counted in the half of the battles in which the condition was not picked.
    """
    outputs = select_headline_outputs(scenario, end_hours)
    number = next((n for n, output in outputs.items() if output.at_least is not None), None)
    if number is None:
        return ""
    output = outputs[number]
    conditions = dict(iterate_conditions(scenario, output.observable, results))
    is_outcome = results.runs[f"headline_{number}"].to_numpy() >= output.at_least
    selected = select_association(is_outcome, conditions, find_draws(results))
    return "" if selected is None else format_association(output, *selected, len(conditions))


def format_association(output: HeadlineOutput, condition: str, found: Association, n_conditions: int) -> str:
    """The sentence of an association."""
    is_more = found.difference.value > 0
    ends = sorted(abs(100 * end) for end in (found.difference.low, found.difference.high))
    digits = choose_clear_places(0, 100 * found.difference.low, 100 * found.difference.high)
    size, low, high = (f"{each:.{digits}f}" for each in (abs(100 * found.difference.value), *ends))
    with_it, without = (f"{100 * each.value:.{digits}f}" for each in (found.p_hold_with, found.p_hold_without))
    return (
        f"In battles {condition}, {lower_common(strip_placeholders(output.text))} in {with_it} of 100, in the others "
        f"in {without} ({size} {'more' if is_more else 'fewer'}; 95% interval {low} to {high}). Of {n_conditions:,} "
        f"conditions this one goes with the outcome most (picked in one half of the battles, counted in the other "
        f"{found.n_with + found.n_without:,}). That is an association, which need not be a cause."
    )


def iterate_conditions(scenario: Scenario, outcome: Observable, results: RunTables) -> Iterator[tuple[str, np.ndarray]]:
    """Conditions in words, to follow `battles`, and the battles that meet them: unknowns and counts above their
    medians, and events.
    """
    for column in results.runs.column_names:
        if column.startswith(PARAMETER_PREFIX):
            name, values = column.removeprefix(PARAMETER_PREFIX), results.runs[column].to_numpy()
            median = float(np.median(values))
            unit = scenario.priors[name].unit if name in scenario.priors else PURE_NUMBER
            level = format_level(median) if unit == PURE_NUMBER else f"{format_level(median)} {unit}"
            yield f"with the {describe_unknown(scenario, name)} above {level}", values > median
    for id, values in group_simulated_values(results).items():
        claim = scenario.claims[id]
        observable = claim_observable(claim)
        if not precedes(scenario, observable, outcome):
            continue
        if isinstance(observable, COUNTED):
            least = floor(np.median(values)) + 1
            yield f"with at least {least:,} {describe_observable(scenario, observable)}", values >= least
        elif isinstance(observable, EVENTS) and claim.value is not None:
            is_so = (claim.value.low <= values) & (values <= claim.value.high)
            yield f"in which {lower_common(describe_counting(scenario, claim))}", is_so


def precedes(scenario: Scenario, observable: Observable, outcome: Observable) -> bool:
    """Whether something is over before the outcome is observed, and is not who holds the same place at another hour."""
    places = {getattr(each, "place", None) for each in (observable, outcome)}
    return observable.until < outcome.until and (len(places) > 1 or places == {None})


def find_draws(results: RunTables) -> np.ndarray:
    """The number of the draw of the unknowns that each battle comes from: battles of one draw have the same values."""
    columns = [name for name in results.runs.column_names if name.startswith(PARAMETER_PREFIX)]
    total = sum((results.runs[name].to_numpy() for name in columns), np.zeros(results.runs.num_rows))
    values, draws = np.unique(total, return_inverse=True)
    return draws if len(values) > 1 else np.arange(results.runs.num_rows)
