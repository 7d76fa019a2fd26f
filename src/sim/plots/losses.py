"""How many of each side had been killed by the end of each day: a fan of battles, and what was reported."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.experiment.store import Results
from sim.plots.arrays import by_day, days, simulated
from sim.plots.reports import Report, is_count, report
from sim.plots.style import HEAD, INK, MARGIN, caption, foot, sheet, toned
from sim.plots.wording import day_and_month, last_day
from sim.scenario.model import Scenario

WIDTH, TALL = 11.0, 2.75  # inches
LEFT, LIST = 0.4, 3.1  # inches: for the axis, and for the list of reports
TITLE, AXIS = 0.4, 0.75
MANY = 31  # days; more of them than that have no room for their names
FAN, ITEM = 0.75, 0.37  # inches: in the list, the fan's lines and each report's
BESIDE = 0.25  # days between reports of the same time
SHAPES = "osD^vPXph*<>8d"  # one for each source; each of them can be told in black and white
NOTE = (
    "The fan joins the ends of the days. Reports stand at the end of the period that they count from the beginning of "
    "the battle, side by side where they share it. An arrow: that or more. A bar: a range. Hollow: not scored."
)


@dataclass(frozen=True)
class Told:
    """A report and when its period ends: in days since the first midnight, and in words."""

    at: float
    day: str
    report: Report


def draw(scenario: Scenario, results: Results) -> Figure:
    """The dead of each side since the beginning, by day, with the reports of them."""
    dead = np.cumsum(by_day(results, scenario, "killed").sum(axis=2), axis=1)
    source = caption(scenario, results)
    observed = set(simulated(results))
    told = {side: reports_of(scenario, side, observed) for side in scenario.sides}
    tall = {side: max(TALL, FAN + ITEM * len(here)) for side, here in told.items()}
    height = HEAD + sum(TITLE + each + AXIS for each in tall.values()) + foot(WIDTH, NOTE, source)
    figure = sheet(
        WIDTH,
        height,
        title="How many of each side had been killed by the end of each day, simulated and reported",
        subtitle=f"Deaths since the beginning in {results.runs.num_rows} simulated battles (fan), reports (symbols)",
        note=NOTE,
        caption=source,
    )
    wide = WIDTH - 2 * MARGIN - LEFT - LIST
    shapes = symbols(told)
    bottom = height - HEAD + AXIS
    for number, (name, side) in enumerate(scenario.sides.items()):
        bottom -= AXIS + TITLE + tall[name]
        box = ((MARGIN + LEFT) / WIDTH, bottom / height, wide / WIDTH, tall[name] / height)
        axes = figure.add_axes(box)
        axis_of_days(axes, days(results))
        fan(axes, dead[:, :, number], side.colour)
        marks(axes, told[name], shapes)
        axes.set_title(f"{side.short} {side.people} killed", loc="left", weight="bold")
        axes.set_ylabel("people killed since the beginning")
        explain(axes, side.colour, told[name], shapes)
    return figure


def reports_of(scenario: Scenario, side: str, observed: set[str]) -> list[Told]:
    """Reports of all of a side's dead since the beginning, in the order of time."""
    found = []
    for id, claim in scenario.claims.items():
        about: Any = claim.observable
        if id not in observed or not is_count(claim) or about.measure != "killed" or about.side != side:
            continue
        if about.since in (None, scenario.begins) and not about.places:
            midnight = datetime.combine(scenario.begins.date(), time())
            at = (about.until - midnight) / timedelta(days=1)
            found.append(Told(at, day_and_month(last_day(about.until)), report(scenario, id, claim)))
    return sorted(found, key=lambda told: (told.at, not told.report.scored, told.report.anchor))


def symbols(told: dict[str, list[Told]]) -> dict[str, str]:
    """A symbol for each source that reported deaths, the same in every panel."""
    sources = dict.fromkeys(each.report.source for here in told.values() for each in here)
    return {source: SHAPES[number % len(SHAPES)] for number, source in enumerate(sources)}


def fan(axes: Axes, dead: np.ndarray, colour: str) -> None:
    """Median and bands over battles of deaths by day; dead has the shape (replications, days)."""
    from_zero = np.concatenate([np.zeros((len(dead), 1)), dead], axis=1)
    low90, low50, median, high50, high90 = np.quantile(from_zero, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    at = np.arange(from_zero.shape[1])
    axes.fill_between(at, low90, high90, color=toned(colour, 0.78), linewidth=0)
    axes.fill_between(at, low50, high50, color=toned(colour, 0.52), linewidth=0)
    axes.plot(at, median, color=colour, linewidth=1.8)


def marks(axes: Axes, told: list[Told], shapes: dict[str, str]) -> None:
    """Every report at its day, side by side where they share it."""
    numbers = [each.report.low if each.report.opens_up else each.report.high for each in told]
    axes.set_ylim(0, max([axes.get_ylim()[1], *(1.25 * number for number in numbers)]))
    for at in dict.fromkeys(each.at for each in told):
        here = [each.report for each in told if each.at == at]
        for number, each in enumerate(here):
            mark(axes, at + BESIDE * (number - (len(here) - 1) / 2), each, shapes[each.source])


def mark(axes: Axes, at: float, each: Report, shape: str) -> None:
    """One report."""
    if each.opens_up or each.opens_down:
        span = axes.get_ylim()[1] * (0.12 if each.opens_up else -0.12)
        arrow = {"arrowstyle": "-|>,head_width=0.15,head_length=0.3", "color": INK, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (at, each.anchor + span), (at, each.anchor), arrowprops=arrow)
    elif each.high > each.low:
        axes.plot([at, at], [each.low, each.high], linewidth=1.2, marker="_", markersize=7, color=INK, zorder=4)
    middle = each.anchor if each.opens_up or each.opens_down else (each.low + each.high) / 2
    face = INK if each.scored else "white"
    axes.plot(at, middle, shape, markersize=5.5, markerfacecolor=face, markeredgecolor=INK, zorder=5)


def axis_of_days(axes: Axes, battle: list[date]) -> None:
    """Days as columns, named in their middle; a tick is a midnight, of Mondays only if the days are many."""
    axes.set_xlim(0, len(battle) + 0.15)
    first, last = battle[0], battle[-1]
    start = f"{first:%B}" if first.year == last.year else f"{first:%B %Y}"
    month = f"{last:%B %Y}" if (first.year, first.month) == (last.year, last.month) else f"{start} to {last:%B %Y}"
    if len(battle) > MANY:
        mondays = [number for number, day in enumerate(battle) if day.weekday() == 0]
        axes.set_xticks(mondays, [f"{battle[number].day} {battle[number]:%b}" for number in mondays], rotation=45)
        axes.set_xlabel(f"{month} (ticks: the midnight before a Monday)")
        return
    axes.set_xticks(range(len(battle) + 1), [""] * (len(battle) + 1))
    names = [f"{day.day}" for day in battle]
    axes.set_xticks([number + 0.5 for number in range(len(battle))], names, minor=True)
    axes.tick_params("x", which="minor", length=0)
    axes.set_xlabel(f"day of {month} (ticks: midnight)")


def explain(axes: Axes, colour: str, told: list[Told], shapes: dict[str, str]) -> None:
    """The list beside a panel: the fan, then what each source reported."""
    handles = [
        Line2D([], [], color=colour, linewidth=1.8, label="median of the battles"),
        Line2D([], [], color=toned(colour, 0.52), linewidth=7, label="middle 50% of the battles"),
        Line2D([], [], color=toned(colour, 0.78), linewidth=7, label="middle 90% of the battles"),
    ]
    for each in told:
        report = each.report
        text = f"{report.said} by {each.day}\n" + fill(f"({report.source})", 44)
        face = INK if report.scored else "white"
        shape = shapes[report.source]
        handles.append(Line2D([], [], linewidth=0, marker=shape, markerfacecolor=face, markeredgecolor=INK, label=text))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1.04), labelspacing=0.7)
