"""The section of control: how often each side held each place at the end of each step, and what was reported."""

from dataclasses import dataclass

import numpy as np

from sim.likelihood.control import ControlState, compute_control_probabilities, list_control_reports
from sim.outputs.run_results import RunTables
from sim.plots.run_data import build_daily_arrays, group_simulated_values, read_time_steps
from sim.report.control_reports import (
    compare_between_ends,
    find_states_at_ends,
    make_state_letters,
    select_steps,
)
from sim.report.control_table import format_state
from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas
from sim.scoring.intervals import EmpiricalDistribution, make_distributions

POSITION = 40
MAX_STEPS = 16  # steps of time shown side by side
MAX_PLACES = 100  # of more, those with most reports have a row
MAX_MOMENTS = 200


@dataclass(frozen=True)
class ControlCell:
    """A place at the end of a step: the percentage of each state, the most likely one and its own, the reports."""

    shares: tuple[int, ...]
    letter: str
    percent: int
    reports: tuple[str, ...]
    description: str


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """The table, with a row for each place that changes hands or that a report is about."""
    if content.results is None:
        return None
    scenario = content.scenario
    (control,) = build_daily_arrays(content.results, scenario, "control")
    probabilities = compute_control_probabilities(control[..., 1], scenario.contested_share_range)
    steps = read_time_steps(content.results, scenario)
    reports = list_control_reports(scenario, steps)
    letters = make_state_letters(scenario)
    state_labels = [side.short_name for side in scenario.sides.values()]
    state_labels.insert(ControlState.CONTESTED, "contested")
    step_numbers = select_steps(steps, reports, MAX_STEPS)
    rows, unchanged_places = [], []
    for number, (id, place) in enumerate(scenario.places.items()):
        place_reports = [report for report in reports if report.place == id]
        changes_hands = bool((probabilities[:, number].max(axis=0) > 0).sum() > 1)
        if not place_reports and not changes_hands:
            unchanged_places.append((place.name, state_labels[int(probabilities[0, number].argmax())]))
            continue
        cells = [
            make_control_cell(
                probabilities[step, number], letters, state_labels, find_states_at_ends(steps, reports, id, step)
            )
            for step in step_numbers
        ]
        rows.append((place.name, len(place_reports), cells))
    if not rows:
        return None
    rows.sort(key=lambda row: -row[1])
    moments = compare_between_ends(scenario, steps, reports, collect_distributions(content.results))
    values = {
        "steps": [steps.format_label(step) for step in step_numbers],
        "step": steps.noun,
        "each_step": steps.each,
        "moments": [
            (each.place, each.when, letters[each.reported], format_state(letters, each.probabilities))
            for each in moments[:MAX_MOMENTS]
        ],
        "n_moments_omitted": max(0, len(moments) - MAX_MOMENTS),
        "rows": rows[:MAX_PLACES],
        "n_places_omitted": max(0, len(rows) - MAX_PLACES),
        "unchanged": unchanged_places[:MAX_PLACES],
        "n_unchanged_omitted": max(0, len(unchanged_places) - MAX_PLACES),
        "letters": list(zip(letters, state_labels, strict=True)),
        "low": round(100 * scenario.contested_share_range[0]),
        "high": round(100 * scenario.contested_share_range[1]),
        "left_out": steps.count - len(step_numbers),
        "battles": len(np.unique(content.results.daily["replication"].to_numpy())),
    }
    return PageSection("control", f"Who held what, {steps.noun} by {steps.noun}", "Control", values)


def collect_distributions(results: RunTables) -> dict[str, EmpiricalDistribution]:
    """The simulated values of each claim."""
    values = group_simulated_values(results)
    stacked = np.column_stack(list(values.values())) if values else np.zeros((0, 0))
    return dict(zip(values, make_distributions(stacked), strict=True))


def make_control_cell(
    probabilities: np.ndarray, letters: list[str], state_labels: list[str], reported_states: list[ControlState]
) -> ControlCell:
    """One place at the end of one step."""
    most_likely = int(probabilities.argmax())
    reported_letters = tuple(dict.fromkeys(letters[state] for state in reported_states))
    percentages = tuple(round(100 * float(share)) for share in probabilities)
    text = ", ".join(
        f"{label} in {share} of 100" for label, share in zip(state_labels, percentages, strict=True) if share
    )
    if reported_states:
        text += "; reported: " + " and ".join(dict.fromkeys(state_labels[state] for state in reported_states))
    return ControlCell(percentages, letters[most_likely], percentages[most_likely], reported_letters, text)
