"""Who held each place at the end of each day: the chance of each state, beside what was reported."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.claims.control import Reported, State, chances, reported_control
from sim.claims.wording import listed
from sim.experiment.store import Results
from sim.plots.arrays import by_day, days
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SAND, SMALL, balanced, caption, foot, sheet, toned
from sim.scenario.model import Scenario

MANY = 31  # days; of more than that only those with reports are drawn, the first and the last
NAMES, DAY = 2.6, 0.66  # inches: the column of names, the column of a day
NARROWEST = 7.6  # inches: of the days together, so that legend and captions fit
BAR, MARKS, BETWEEN = 0.19, 0.17, 0.12  # inches: heights of a bar, of the symbols over it, of the gap between rows
DAYS = 0.45  # inches: the names of the days
LEGEND = 3 * 0.21 + 0.25
BRIGHT, DARK = 0.37, 0.09  # how bright the first and the second side's bars are


@dataclass(frozen=True)
class Row:
    """A place as it is drawn; chance has the shape (days, states)."""

    place: str
    chance: np.ndarray
    reports: tuple[Reported, ...]

    @property
    def tall(self) -> float:
        """The row's height in inches."""
        return (MARKS if self.reports else 0.0) + BAR + BETWEEN

    @property
    def moves(self) -> bool:
        """Whether the place is ever in two different states."""
        return bool((self.chance.max(axis=0) > 0).sum() > 1)


def draw(scenario: Scenario, results: Results) -> Figure:
    """Places as rows, days as columns: how often each side held the place, under what was reported of it."""
    found = rows(scenario, results)
    shown = [row for row in found if row.reports or row.moves]
    battle = days(results)
    if len(battle) > MANY:
        told = [
            number for number, day in enumerate(battle) if any(day == each.day for row in shown for each in row.reports)
        ]
        drawn = sorted({0, *told, len(battle) - 1})
        battle = [battle[number] for number in drawn]
        shown = [replace(row, chance=row.chance[drawn]) for row in shown]
    column = max(DAY, NARROWEST / len(battle))
    width = 2 * MARGIN + NAMES + column * len(battle)
    tall = sum(row.tall for row in shown)
    note = remarks(scenario, results, [row for row in found if not (row.reports or row.moves)])
    source = caption(scenario, results)
    below = foot(width, note, source)
    height = HEAD + DAYS + tall + LEGEND + below
    figure = sheet(
        width,
        height,
        title="Who held each place at the end of each day, simulated and reported",
        subtitle=f"Bars: shares of {results.runs.num_rows} simulated battles. Symbols: reports of the sources",
        note=note,
        caption=source,
    )
    box = ((MARGIN + NAMES) / width, (LEGEND + below) / height, column * len(battle) / width, tall / height)
    axes = figure.add_axes(box)
    axes.set_xlim(0, len(battle))
    axes.set_ylim(tall, 0)
    top = 0.0
    for row in shown:
        draw_row(axes, scenario, row, battle, top, column)
        top += row.tall
    frame(axes, battle)
    explain(figure, scenario, below / height)
    return figure


def chances_by_day(scenario: Scenario, results: Results) -> np.ndarray:
    """The chance of each state: shape (days, places, states)."""
    held_by_second = by_day(results, scenario, "control")[..., 1]
    return chances(held_by_second, scenario.contested_between)


def rows(scenario: Scenario, results: Results) -> list[Row]:
    """Every place: those with most reports first, then those that change most."""
    chance = chances_by_day(scenario, results)
    told = reported_control(scenario, days(results))
    found = [
        Row(place, chance[:, number], tuple(each for each in told if each.place == place))
        for number, place in enumerate(scenario.places)
    ]
    return sorted(found, key=lambda row: (-len(row.reports), float(row.chance.max(axis=1).mean())))


def draw_row(axes: Axes, scenario: Scenario, row: Row, battle: list[date], top: float, column: float) -> None:
    """One place: its name, a stacked bar for each day, the symbols above."""
    bar = top + row.tall - BAR - BETWEEN / 2
    colours = tones(scenario)
    gap = 0.035 / column  # white between the days
    starts = np.arange(len(battle)) + gap
    for state in State:
        wide = row.chance[:, state] * (1 - 2 * gap)
        axes.barh([bar] * len(battle), wide, BAR, starts, align="edge", color=colours[state], linewidth=0)
        for likely in np.flatnonzero(row.chance.argmax(axis=1) == state):
            if (percent := round(row.chance[likely, state] * 100)) < 100:
                middle = starts[likely] + wide[likely] / 2
                ink = "white" if state == State.SECOND else INK
                axes.text(middle, bar + BAR / 2, f"{percent}", size=SMALL, color=ink, ha="center", va="center_baseline")
        starts = starts + wide
    name = scenario.places[row.place].name
    name = balanced(name[0].upper() + name[1:], 42)
    axes.text(-0.08 / column, bar + BAR / 2, name, size=SMALL, ha="right", va="center", linespacing=1.05)
    axes.plot([-NAMES / column, len(battle)], [top, top], color=HAIR, linewidth=0.4, clip_on=False)
    for number, day in enumerate(battle):
        symbols = list(dict.fromkeys(symbol(scenario, each) for each in row.reports if each.day == day))
        for place, (state, at_end) in enumerate(symbols):
            across = number + 0.5 + (place - (len(symbols) - 1) / 2) * 0.16 / column
            axes.add_line(sign(scenario, state, at_end, (across, top + BETWEEN / 2 + MARKS / 2 - 0.015)))


def tones(scenario: Scenario) -> dict[State, str | tuple[float, float, float]]:
    """Colours of the states, as far apart in brightness as in hue."""
    first, second = (side.colour for side in scenario.sides.values())
    return {State.FIRST: toned(first, BRIGHT), State.CONTESTED: SAND, State.SECOND: toned(second, DARK)}


def symbol(scenario: Scenario, report: Reported) -> tuple[State, bool]:
    """What a report is drawn as: its state, and whether it is of the day's end."""
    about: Any = scenario.claims[report.claim].observable
    return report.state, about.measure == "control"


def sign(scenario: Scenario, state: State, at_end: bool, at: tuple[float, float] | None, label: str = "") -> Line2D:
    """The symbol of a state: a shape for each, filled if it is of the day's end."""
    first, second = (side.colour for side in scenario.sides.values())
    shape = {State.FIRST: "o", State.CONTESTED: "D", State.SECOND: "s"}[state]
    edge = {State.FIRST: first, State.CONTESTED: INK, State.SECOND: second}[state]
    across, down = ([at[0]], [at[1]]) if at else ([], [])
    line = Line2D(across, down, linewidth=0, marker=shape, markersize=6 if shape == "D" else 7, label=label)
    line.set(markeredgecolor=edge, markeredgewidth=1.3, clip_on=False, zorder=3)
    line.set_markerfacecolor("white" if not at_end else first if state == State.CONTESTED else edge)
    if state == State.CONTESTED and at_end:
        line.set(fillstyle="left", markerfacecoloralt=second, markeredgewidth=0.8)
    return line


def frame(axes: Axes, battle: list[date]) -> None:
    """The days along the top; no box."""
    labels = [f"{day.day}" for day in battle]
    for number, (before, day) in enumerate(pairwise([None, *battle])):
        if day is not None and (before is None or before.month != day.month):
            labels[number] = f"{day.day} {day:%B}"
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xticks(np.arange(len(battle)) + 0.5, labels)
    axes.set_xlabel("end of the day (whole width of a bar: 100% of the battles)", loc="left", color=FADED)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.set_ylabel("")
    axes.spines[:].set_visible(False)


def explain(figure: Figure, scenario: Scenario, bottom: float) -> None:
    """The legend: the states as bars, the reports as symbols."""
    first, second = (side.short for side in scenario.sides.values())
    words = {State.FIRST: f"{first} holds it", State.CONTESTED: "contested", State.SECOND: f"{second} holds it"}
    colours = tones(scenario)
    handles: list[Patch | Line2D] = []
    for state in State:
        handles.append(Patch(color=colours[state], label=f"simulated: {words[state]}"))
        handles.append(sign(scenario, state, True, None, f"reported for the end of the day: {words[state]}"))
        handles.append(sign(scenario, state, False, None, f"reported for some time of the day: {words[state]}"))
    ordered = [handles[number] for column in range(3) for number in range(column, 9, 3)]
    left = (MARGIN - 0.05) / figure.get_figwidth()
    figure.legend(handles=ordered, ncols=3, loc="lower left", bbox_to_anchor=(left, bottom), labelspacing=0.6)


def remarks(scenario: Scenario, results: Results, steady: list[Row]) -> str:
    """How to read the figure, and which places are not in it."""
    low, high = (f"{100 * share:g}%" for share in scenario.contested_between)
    second = list(scenario.sides.values())[1].short
    text = (
        f"A place counts as contested while {second} holds {low} to {high} of it. Numbers: per cent of the battles "
        "in the most frequent state; none where that rounds to 100. "
        "Symbols stand for a report whether it is scored or not."
    )
    if len(days(results)) > MANY:
        text += " Drawn are the first day, the last, and those with a report."
    for state, side in zip((State.FIRST, State.SECOND), scenario.sides.values(), strict=True):
        names = [scenario.places[row.place].name for row in steady if row.chance[0, state] == 1]
        if names:
            text += f" Always held by {side.name}, and not drawn: {listed(names)}."
    return text
