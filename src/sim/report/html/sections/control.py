"""The section of control: how often each side held each place on each day, and what was reported."""

from dataclasses import dataclass

import numpy as np

from sim.likelihood.control import ControlState, compute_control_probabilities, list_control_reports
from sim.plots.run_data import build_daily_array, list_days
from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas
from sim.report.terminal import make_state_letters, select_days

POSITION = 40
MAX_DAYS = 16  # days shown side by side


@dataclass(frozen=True)
class ControlCell:
    """A place on a day: the percentage of each state, the most likely state with its percentage, and the reports."""

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
    probabilities = compute_control_probabilities(
        build_daily_array(content.results, scenario, "control")[..., 1], scenario.contested_share_range
    )
    calendar = list_days(content.results)
    reports = list_control_reports(scenario, calendar)
    letters = make_state_letters(scenario)
    state_labels = [f"held by {side.short_name}" for side in scenario.sides.values()]
    state_labels.insert(ControlState.CONTESTED, "contested")
    day_indices = select_days(tuple(calendar), reports, MAX_DAYS)
    rows, unchanged_places = [], []
    for number, (id, place) in enumerate(scenario.places.items()):
        place_reports = [report for report in reports if report.place == id]
        changes_hands = bool((probabilities[:, number].max(axis=0) > 0).sum() > 1)
        if not place_reports and not changes_hands:
            unchanged_places.append((place.name, state_labels[int(probabilities[0, number].argmax())]))
            continue
        cells = [
            make_control_cell(
                probabilities[day, number],
                letters,
                state_labels,
                [each.state for each in place_reports if each.day == calendar[day]],
            )
            for day in day_indices
        ]
        rows.append((place.name, len(place_reports), cells))
    if not rows:
        return None
    rows.sort(key=lambda row: -row[1])
    values = {
        "days": [f"{calendar[day].day} {calendar[day]:%b}" for day in day_indices],
        "rows": rows,
        "unchanged": unchanged_places,
        "letters": list(zip(letters, state_labels, strict=True)),
        "low": round(100 * scenario.contested_share_range[0]),
        "high": round(100 * scenario.contested_share_range[1]),
        "left_out": len(calendar) - len(day_indices),
        "battles": len(np.unique(content.results.daily["replication"].to_numpy())),
    }
    return PageSection("control", "Who held what, day by day", "Control", values)


def make_control_cell(
    probabilities: np.ndarray, letters: list[str], state_labels: list[str], reported_states: list[ControlState]
) -> ControlCell:
    """One place on one day."""
    most_likely = int(probabilities.argmax())
    reported_letters = tuple(dict.fromkeys(letters[state] for state in reported_states))
    percentages = tuple(round(100 * float(share)) for share in probabilities)
    text = ", ".join(
        f"{label} in {share} of 100" for label, share in zip(state_labels, percentages, strict=True) if share
    )
    if reported_states:
        text += "; reported: " + " and ".join(dict.fromkeys(state_labels[state] for state in reported_states))
    return ControlCell(percentages, letters[most_likely], percentages[most_likely], reported_letters, text)
