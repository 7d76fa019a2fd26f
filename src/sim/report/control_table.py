"""Tables of control for the terminal: the most likely state of each place by steps of time, beside the record."""

from collections import Counter

import numpy as np
from rich.table import Table

from sim.likelihood.control import ControlState, list_control_reports
from sim.report.control_reports import compare_between_ends, find_states_at_ends, make_state_letters, select_steps
from sim.report.terminal_table import make_table
from sim.runs.accumulators import StudySummary
from sim.runs.replicate import Study
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import select_observable_claims

STEP_WIDTH = 9  # columns of a step of time
MAX_PLACES = 60
MAX_MOMENTS = 200


def build_control_table(scenario: Scenario, study: Study, summary: StudySummary, width: int) -> Table:
    """For each reported place and step: the most likely state, its probability, and reported states in brackets."""
    places, steps = list(scenario.places), summary.steps
    probabilities = summary.control_counts / summary.runs
    reports = list_control_reports(scenario, steps)
    letters = make_state_letters(scenario)
    n_reports = Counter(report.place for report in reports)
    shown_places = {id for id, _ in n_reports.most_common(MAX_PLACES)}
    title = f"Control at the end of {steps.each}, the record in brackets"
    if len(shown_places) < len(n_reports):
        title += f": the {len(shown_places)} of {len(n_reports):,} places with most reports"
    table = make_table(title, ())
    place_width = max(18, width // 4)
    table.add_column("place", min_width=18, max_width=place_width, overflow="fold")
    numbers = select_steps(steps, reports, max(1, (width - place_width - 4) // (STEP_WIDTH + 3)))
    for number in numbers:
        table.add_column(steps.format_label(number), justify="right", no_wrap=True)
    for id in filter(shown_places.__contains__, n_reports):
        row = probabilities[numbers, places.index(id)]
        reported_states = [find_states_at_ends(steps, reports, id, number) for number in numbers]
        table.add_row(
            scenario.places[id].name,
            *(
                f"{format_state(letters, states)}{format_reported_states(reported, letters)}"
                for states, reported in zip(row, reported_states, strict=True)
            ),
        )
    return table


def build_moment_table(scenario: Scenario, study: Study, summary: StudySummary) -> Table | None:
    """Reports of other moments than those of the table of control, each beside its own; None if there are none."""
    claims = select_observable_claims(scenario, study.simulation.end_hours)
    simulated = dict(zip(claims, summary.claims, strict=True))
    reports = list_control_reports(scenario, summary.steps)
    comparisons = compare_between_ends(scenario, summary.steps, reports, simulated)
    if not comparisons:
        return None
    letters = make_state_letters(scenario)
    title = "Control at other moments that a source reports"
    if len(comparisons) > MAX_MOMENTS:
        title += f": the first {MAX_MOMENTS} of {len(comparisons):,}"
    table = make_table(title, ("place", "when", "reported", "simulated"))
    for each in comparisons[:MAX_MOMENTS]:
        table.add_row(each.place, each.when, letters[each.reported], format_state(letters, each.probabilities))
    return table


def format_state(letters: list[str], probabilities: np.ndarray) -> str:
    """The most likely state and its battles in 100."""
    return f"{letters[probabilities.argmax()]}{100 * probabilities.max():.0f}"


def format_reported_states(reported_states: list[ControlState], letters: list[str]) -> str:
    """Reported states in brackets; empty without a report."""
    reported_letters = dict.fromkeys(letters[state] for state in reported_states)
    return f" [{'/'.join(reported_letters)}]" if reported_letters else ""


def format_control_legend(scenario: Scenario) -> str:
    """The legend of the letters."""
    letters = make_state_letters(scenario)
    first, second = (side.short_name for side in scenario.sides.values())
    low, high = scenario.contested_share_range
    return (
        f"{letters[ControlState.FIRST]} {first}, {letters[ControlState.SECOND]} {second}, "
        f"c contested (between {100 * low:.0f} and {100 * high:.0f} per cent); numbers: battles in 100."
    )
