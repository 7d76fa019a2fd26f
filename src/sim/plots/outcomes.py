"""How many were killed, wounded, captured or seized: what was simulated, under what each source reported."""

from collections.abc import Iterator
from itertools import count
from math import ceil
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.claims.wording import counted, listed, period, where
from sim.experiment.store import Results
from sim.plots.arrays import simulated
from sim.plots.reports import Question, Report, questions
from sim.plots.style import (
    FADED,
    HAIR,
    HEAD,
    INK,
    LINE,
    MARGIN,
    SAND,
    SMALL,
    USUAL,
    caption,
    foot,
    sheet,
    text_width,
    toned,
)
from sim.scenario.model import Scenario

MOST = 9  # panels
COLUMNS = 3
PANEL, GAP = 3.35, 0.62  # inches
BARS, STRIP, LANE = 1.15, 0.2, 0.34  # inches: histogram, the interval under it, a report over it
TITLE, AXIS = 0.52, 0.55  # inches: above and below the axes
LEGEND = 0.6
BINS = 30
BOLD = 1.12  # how much wider bold type is
PLAIN = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # keeps lines out of a label


def draw(scenario: Scenario, results: Results) -> Figure:
    """Histograms of the simulated counts, each with every source's report marked above it."""
    values = simulated(results)
    asked = questions(scenario, set(values))
    shown = asked[:MOST]
    columns = min(max(len(shown), 2), COLUMNS)
    rows = [shown[first : first + columns] for first in range(0, len(shown), columns)]
    heights = [BARS + STRIP + LANE * max(len(each.reports) for each in row) for row in rows]
    width = 2 * MARGIN + columns * PANEL + (columns - 1) * GAP + 0.35
    note = remarks(len(asked) - len(shown))
    below = foot(width, note, caption(scenario, results)) + LEGEND
    titles = [TITLE + LINE * max(place_of(scenario, each).count("\n") for each in row) for row in rows]
    height = HEAD + sum(heights) + sum(titles) + len(rows) * AXIS + below
    figure = sheet(
        width,
        height,
        title=heading(shown),
        subtitle=f"Outcome of {results.runs.num_rows} simulated battles (bars) and the reports of the sources (marks)",
        note=note,
        caption=caption(scenario, results),
    )
    top = height - HEAD
    for row, tall, title in zip(rows, heights, titles, strict=True):
        top -= title + tall
        for column, question in enumerate(row):
            left = MARGIN + 0.35 + column * (PANEL + GAP)
            axes = figure.add_axes((left / width, top / height, PANEL / width, tall / height))
            panel(axes, scenario, question, values[question.reports[0].claim], tall)
        top -= AXIS
    explain(figure, (below - LEGEND) / height)
    return figure


def heading(shown: list[Question]) -> str:
    """The title of the figure."""
    measures = list(dict.fromkeys(question.measure for question in shown))
    return (
        f"How many were {listed(measures)}, by side and period, simulated and reported"
        if measures
        else "No counts were reported"
    )


def remarks(left_out: int) -> str:
    """How to read the figure."""
    text = (
        "A report may count other people, or fewer, than the simulation does; none is taken as the truth. "
        "Grey reports are not scored. "
        "The highest 1% of the battles may lie beyond the right end of an axis."
    )
    return text + (f" Not drawn: {left_out} more counts over shorter periods or of equipment." if left_out else "")


def panel(axes: Axes, scenario: Scenario, question: Question, values: np.ndarray, tall: float) -> None:
    """One count: a histogram, its median and intervals below, the reports in lanes above."""
    about = question.about
    colour = scenario.sides[about.model_dump()["side"]].colour
    right = reach(values, question.reports)
    step = next(each for each in round_steps() if each * BINS >= right)
    edges = np.arange(0, right + step, step) - 0.5
    shares = np.histogram(values, edges)[0] / len(values) * 100
    most = float(shares.max()) or 1.0
    inch = most / BARS
    axes.bar(edges[:-1], shares, step, align="edge", color=toned(colour, 0.42), edgecolor="white", linewidth=0.3)
    axes.set_xlim(-0.5 - right * 0.02, edges[-1])
    axes.set_ylim(-STRIP * inch, (tall - STRIP) * inch)
    intervals(axes, values, -STRIP * inch * 0.5, colour)
    for lane, report in enumerate(reversed(question.reports)):
        mark(axes, report, (BARS + 0.1 + LANE * lane) * inch, (BARS + 0.17 + LANE * lane) * inch, most)
    axes.axhline(0, color=FADED, linewidth=0.7)
    axes.spines["left"].set_bounds(0, most)
    axes.set_yticks([tick for tick in MaxNLocator(3, integer=True).tick_values(0, most) if 0 <= tick <= most])
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set_ylabel("battles (%)", y=(STRIP + BARS / 2) / tall)
    axes.set_xlabel(f"{about.unit} in a battle" + (f" (bars of {step})" if step > 1 else ""))
    heading = f"{counted(scenario, about)}, {period(question.since, question.until)}"
    size = USUAL * min(1.0, PANEL / text_width(heading, USUAL * BOLD))
    place = place_of(scenario, question)
    above = LINE * place.count("\n")
    axes.text(0, 1 + (0.24 + above) / tall, heading, transform=axes.transAxes, size=size, weight="bold", va="bottom")
    axes.text(0, 1 + (0.2 + above) / tall, place, transform=axes.transAxes, size=SMALL, color=FADED, va="top")


def place_of(scenario: Scenario, question: Question) -> str:
    """The places of a count, in lines that fit a panel."""
    return fill(where(scenario, question.about), 58)


def reach(values: np.ndarray, reports: tuple[Report, ...]) -> float:
    """The right end of an axis that shows nearly all battles and every report."""
    ends = [report.low if report.opens_up else report.high for report in reports]
    return max(float(np.quantile(values, 0.99)), 1.2 * max(ends), 5.0) + 1


def round_steps() -> Iterator[int]:
    """Widths of bars that are easy to count in: 1, 2, 5, 10, 20, 50, and so on."""
    return (figure * 10**power for power in count() for figure in (1, 2, 5))


def intervals(axes: Axes, values: np.ndarray, height: float, colour: str) -> None:
    """The median and the middle 50% and 90% of battles."""
    low, quarter, median, three_quarters, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
    ends = axes.get_xlim()[1]
    axes.plot([low, min(high, ends)], [height] * 2, color=colour, linewidth=1, solid_capstyle="butt")
    axes.plot([quarter, three_quarters], [height] * 2, color=colour, linewidth=3.5, solid_capstyle="butt")
    axes.plot(median, height, "o", color="white", markeredgecolor=colour, markersize=5)


def mark(axes: Axes, report: Report, lane: float, above: float, bars: float) -> None:
    """One report in its lane: a line down to the axis, a band, or an arrow to where the report is open."""
    colour = INK if report.scored else FADED
    if report.opens_up or report.opens_down:
        arrow = {"arrowstyle": "-|>,head_width=0.15,head_length=0.3", "color": colour, "shrinkA": 0, "shrinkB": 0}
        axes.annotate(
            "", (axes.get_xlim()[1] if report.opens_up else 0.0, lane), (report.anchor, lane), arrowprops=arrow
        )
    elif report.high > report.low:
        axes.fill_between([report.low, report.high], 0, bars, color=SAND, linewidth=0, zorder=0.5)
        axes.plot([report.low, report.high], [lane, lane], color=colour, linewidth=3, solid_capstyle="butt")
    for end in {report.anchor} if report.opens_up or report.opens_down else {report.low, report.high}:
        axes.plot([end, end], [0, lane], color=colour, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.plot(end, lane, "|", color=colour, markersize=8, markeredgewidth=1.6)
    left, end = axes.get_xlim()
    long = 1.02 * text_width(report.label, SMALL) / PANEL * (end - left)
    start = max(min(report.low, end - long), left)
    axes.text(start, above, report.label, size=SMALL, color=colour, va="bottom", bbox=PLAIN)


def explain(figure: Figure, bottom: float) -> None:
    """The legend of the figure."""
    handles = [
        Patch(color=HAIR, label="simulated battles"),
        Line2D([], [], color=FADED, marker="o", markerfacecolor="white", linewidth=0, label="median"),
        Line2D([], [], color=FADED, linewidth=3.5, label="middle 50% of battles"),
        Line2D([], [], color=FADED, linewidth=1, label="middle 90% of battles"),
        Line2D([], [], color=INK, marker="|", linewidth=0, markersize=8, markeredgewidth=1.6, label="an exact number"),
        Line2D([], [], color=INK, linewidth=3, label="a range"),
        Line2D([], [], color=INK, marker=">", markersize=4, linewidth=1, label="that or more"),
    ]
    width = figure.get_figwidth()
    columns = len(handles) if width > 11 else ceil(len(handles) / 2)
    figure.legend(handles=handles, ncols=columns, loc="lower left", bbox_to_anchor=(MARGIN / width, bottom))
