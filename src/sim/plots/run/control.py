"""Who held each place at the end of each step of time: the probability of each state, beside what was reported."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.events.time_steps import TimeSteps
from sim.likelihood.control import ControlReport, ControlState, compute_control_probabilities, list_control_reports
from sim.outputs.run_results import RunTables
from sim.plots.figure_data import RunData, load_run_data
from sim.plots.registry import FigureSpec
from sim.plots.run_data import build_daily_arrays, read_time_steps
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    format_battle_count,
    format_caption,
    make_control_colours,
    make_figure,
    wrap_balanced,
)
from sim.scenario.descriptions import capitalize, join_words
from sim.scenario.model import Scenario

MAX_PLACES = 60  # of more, those with most reports are drawn, then those that change most
MAX_STEPS = 31  # of more steps, only those with reports are drawn, the first and the last
NAME_WIDTH, MIN_STEP_WIDTH = 2.6, 0.66  # inches: the column of names, the column of a step
MIN_PANEL_WIDTH = 7.6  # inches: of the steps together, so that legend and captions fit
BAR_HEIGHT, SYMBOL_HEIGHT, ROW_GAP = 0.19, 0.17, 0.12  # inches: a bar, the symbols over it, the gap between rows
STEP_LABEL_HEIGHT = 0.45  # inches: the names of the steps; a second line of them is as high as the gap above
LEGEND_HEIGHT = 3 * 0.21 + 0.25


@dataclass(frozen=True)
class PlaceRow:
    """A place as it is drawn; `probability` has the shape (steps, states)."""

    place: str
    probability: np.ndarray
    reports: tuple[ControlReport, ...]

    @property
    def height(self) -> float:
        """The row's height in inches."""
        return (SYMBOL_HEIGHT if self.reports else 0.0) + BAR_HEIGHT + ROW_GAP

    @property
    def changes_state(self) -> bool:
        """Whether the place is ever in two different states."""
        return bool((self.probability.max(axis=0) > 0).sum() > 1)


FIGURE = FigureSpec("control", ("run",), load_run_data)


def draw(data: RunData) -> Figure:
    """Places as rows, steps of time as columns: how often each side held the place, under what was reported of it."""
    scenario, results = data.scenario, data.results
    place_rows = build_place_rows(scenario, results)
    eligible_rows = [row for row in place_rows if row.reports or row.changes_state]
    drawn_rows = eligible_rows[:MAX_PLACES]
    steps = read_time_steps(results, scenario)
    drawn_steps = list(range(steps.count))
    if steps.count > MAX_STEPS:
        reported_steps = {steps.find(each.moment) for row in drawn_rows for each in row.reports}
        drawn_steps = sorted({0, *reported_steps, steps.count - 1})
        drawn_rows = [replace(row, probability=row.probability[drawn_steps]) for row in drawn_rows]
    step_width = max(MIN_STEP_WIDTH, MIN_PANEL_WIDTH / len(drawn_steps))
    width = 2 * MARGIN + NAME_WIDTH + step_width * len(drawn_steps)
    panel_height = sum(row.height for row in drawn_rows)
    note = format_note(scenario, results, [row for row in place_rows if not (row.reports or row.changes_state)])
    if len(drawn_rows) < len(eligible_rows):
        note += f" Not drawn: {len(eligible_rows) - len(drawn_rows)} more places with fewer reports or changes."
    caption_text = format_caption(scenario, results)
    footer_height = compute_footer_height(width, note, caption_text)
    height = (
        HEADER_HEIGHT
        + STEP_LABEL_HEIGHT * (1 if steps.is_daily else 1.4)
        + panel_height
        + LEGEND_HEIGHT
        + footer_height
    )
    figure = make_figure(
        width,
        height,
        title=f"Who held each place at the end of {steps.each}, simulated and reported",
        subtitle=f"Bars: shares of {format_battle_count(results)} simulated. Symbols: reports of the sources",
        note=note,
        caption=caption_text,
    )
    box = (
        (MARGIN + NAME_WIDTH) / width,
        (LEGEND_HEIGHT + footer_height) / height,
        step_width * len(drawn_steps) / width,
        panel_height / height,
    )
    axes = figure.add_axes(box)
    axes.set_xlim(0, len(drawn_steps))
    axes.set_ylim(panel_height, 0)
    top = 0.0
    for row in drawn_rows:
        draw_row(axes, scenario, row, steps, drawn_steps, top, step_width)
        top += row.height
    format_axes(axes, steps, drawn_steps)
    draw_legend(figure, scenario, steps, footer_height / height)
    return figure


def compute_control_by_step(scenario: Scenario, results: RunTables) -> np.ndarray:
    """The probability of each state: shape (steps, places, states)."""
    (control,) = build_daily_arrays(results, scenario, "control")
    return compute_control_probabilities(control[..., 1], scenario.contested_share_range)


def build_place_rows(scenario: Scenario, results: RunTables) -> list[PlaceRow]:
    """Every place: those with most reports first, then those that change most."""
    probabilities = compute_control_by_step(scenario, results)
    reports = list_control_reports(scenario, read_time_steps(results, scenario))
    place_rows = [
        PlaceRow(place, probabilities[:, number], tuple(each for each in reports if each.place == place))
        for number, place in enumerate(scenario.places)
    ]
    return sorted(place_rows, key=lambda row: (-len(row.reports), float(row.probability.max(axis=1).mean())))


def draw_row(
    axes: Axes,
    scenario: Scenario,
    row: PlaceRow,
    steps: TimeSteps,
    drawn_steps: list[int],
    top: float,
    step_width: float,
) -> None:
    """Draw a place: its name, a stacked bar for each step, the symbols above."""
    bar_top = top + row.height - BAR_HEIGHT - ROW_GAP / 2
    colours = make_control_colours(scenario)
    gap = 0.035 / step_width  # white between the steps
    starts = np.arange(len(drawn_steps)) + gap
    for state in ControlState:
        widths = row.probability[:, state] * (1 - 2 * gap)
        axes.barh(
            [bar_top] * len(drawn_steps), widths, BAR_HEIGHT, starts, align="edge", color=colours[state], linewidth=0
        )
        for column in np.flatnonzero(row.probability.argmax(axis=1) == state):
            if (percent := round(row.probability[column, state] * 100)) < 100:
                middle = starts[column] + widths[column] / 2
                text_colour = "white" if state == ControlState.SECOND else DARK_GREY
                axes.text(
                    middle,
                    bar_top + BAR_HEIGHT / 2,
                    f"{percent}",
                    size=SMALL_FONT,
                    color=text_colour,
                    ha="center",
                    va="center_baseline",
                )
        starts = starts + widths
    name = scenario.places[row.place].name
    name = wrap_balanced(capitalize(name), 42)
    axes.text(
        -0.08 / step_width, bar_top + BAR_HEIGHT / 2, name, size=SMALL_FONT, ha="right", va="center", linespacing=1.05
    )
    axes.plot([-NAME_WIDTH / step_width, len(drawn_steps)], [top, top], color=LIGHT_GREY, linewidth=0.4, clip_on=False)
    for number, step in enumerate(drawn_steps):
        step_reports = [each for each in row.reports if steps.find(each.moment) == step]
        symbols = list(dict.fromkeys(find_symbol(scenario, steps, each) for each in step_reports))
        for place, (state, at_end) in enumerate(symbols):
            across = number + 0.5 + (place - (len(symbols) - 1) / 2) * 0.16 / step_width
            axes.add_line(make_symbol(scenario, state, at_end, (across, top + ROW_GAP / 2 + SYMBOL_HEIGHT / 2 - 0.015)))


def find_symbol(scenario: Scenario, steps: TimeSteps, report: ControlReport) -> tuple[ControlState, bool]:
    """How a report is drawn: by its state, and whether it is about the end of a step."""
    observable: Any = scenario.claims[report.claim].observable
    return report.state, observable.measure == "control" and steps.is_end(report.moment)


def make_symbol(
    scenario: Scenario, state: ControlState, at_end: bool, position: tuple[float, float] | None, label: str = ""
) -> Line2D:
    """The symbol of a state: a shape for each, filled if it is about the end of a step."""
    first, second = (side.colour for side in scenario.sides.values())
    shape = {ControlState.FIRST: "o", ControlState.CONTESTED: "D", ControlState.SECOND: "s"}[state]
    edge = {ControlState.FIRST: first, ControlState.CONTESTED: DARK_GREY, ControlState.SECOND: second}[state]
    across, down = ([position[0]], [position[1]]) if position else ([], [])
    line = Line2D(across, down, linewidth=0, marker=shape, markersize=6 if shape == "D" else 7, label=label)
    line.set(markeredgecolor=edge, markeredgewidth=1.3, clip_on=False, zorder=3)
    line.set_markerfacecolor("white" if not at_end else first if state == ControlState.CONTESTED else edge)
    if state == ControlState.CONTESTED and at_end:
        line.set(fillstyle="left", markerfacecoloralt=second, markeredgewidth=0.8)
    return line


def format_axes(axes: Axes, steps: TimeSteps, drawn_steps: list[int]) -> None:
    """Set the steps of time along the top; no box."""
    labels = []
    for before, number in pairwise([None, *drawn_steps]):
        assert number is not None
        day = steps.start(number).date()
        last_day = None if before is None else steps.start(before).date()
        if steps.is_daily:
            is_new_month = last_day is None or (last_day.month != day.month)
            labels.append(f"{day.day} {day:%B}" if is_new_month else f"{day.day}")
        else:
            labels.append(f"{day.day} {day:%b}\n" * (day != last_day) + steps.format_end(number))
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xticks(np.arange(len(drawn_steps)) + 0.5, labels)
    axes.set_xlabel(f"end of the {steps.noun} (whole width of a bar: 100% of the battles)", loc="left", color=GREY)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.set_ylabel("")
    axes.spines[:].set_visible(False)


def draw_legend(figure: Figure, scenario: Scenario, steps: TimeSteps, bottom: float) -> None:
    """Draw the legend: the states as bars, the reports as symbols."""
    first, second = (side.short_name for side in scenario.sides.values())
    state_labels = {
        ControlState.FIRST: f"{first} holds it",
        ControlState.CONTESTED: "contested",
        ControlState.SECOND: f"{second} holds it",
    }
    colours, period = make_control_colours(scenario), f"the {steps.noun}"
    handles: list[Patch | Line2D] = []
    for state in ControlState:
        handles.append(Patch(color=colours[state], label=f"simulated: {state_labels[state]}"))
        handles.append(
            make_symbol(scenario, state, True, None, f"reported for the end of {period}: {state_labels[state]}")
        )
        handles.append(
            make_symbol(scenario, state, False, None, f"reported for some time of {period}: {state_labels[state]}")
        )
    ordered = [handles[number] for column in range(3) for number in range(column, 9, 3)]
    left = (MARGIN - 0.05) / figure.get_figwidth()
    figure.legend(handles=ordered, ncols=3, loc="lower left", bbox_to_anchor=(left, bottom), labelspacing=0.6)


def format_note(scenario: Scenario, results: RunTables, omitted: list[PlaceRow]) -> str:
    """How to read the figure, and which places are not in it."""
    low, high = (f"{100 * share:g}%" for share in scenario.contested_share_range)
    second = list(scenario.sides.values())[1].short_name
    text = (
        f"A place counts as contested while {second} holds {low} to {high} of it. Numbers: per cent of the battles "
        "in the most frequent state; none where that rounds to 100. "
        "Symbols stand for a report whether it is scored or not."
    )
    if (steps := read_time_steps(results, scenario)).count > MAX_STEPS:
        text += f" Drawn are the first {steps.noun}, the last, and those with a report."
    for state, side in zip((ControlState.FIRST, ControlState.SECOND), scenario.sides.values(), strict=True):
        names = [scenario.places[row.place].name for row in omitted if row.probability[0, state] == 1]
        if len(names) > MAX_PLACES:
            text += f" Always held by {side.name}, and not drawn: {len(names)} places."
        elif names:
            text += f" Always held by {side.name}, and not drawn: {join_words(names)}."
    return text
