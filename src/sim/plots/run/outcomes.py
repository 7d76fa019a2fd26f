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

from sim.colours import adjust_luminance
from sim.plots.figure_data import RunData, load_run_data
from sim.plots.registry import FigureSpec
from sim.plots.run_data import ReportedCount, ReportedQuantity, group_reported_counts, group_simulated_values
from sim.plots.style import (
    BODY_FONT,
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    LINE_HEIGHT,
    MARGIN,
    NEUTRAL,
    SMALL_FONT,
    compute_footer_height,
    format_battle_count,
    format_caption,
    make_figure,
    measure_text_width,
)
from sim.scenario.descriptions import describe_count, describe_measure, describe_places, format_period, join_words
from sim.scenario.model import Scenario

MAX_PANELS = 9
MAX_COLUMNS = 3
PANEL_WIDTH, PANEL_GAP = 3.35, 0.62  # inches
# Inches: the histogram, the interval under it, a report over it.
HISTOGRAM_HEIGHT, INTERVAL_HEIGHT, REPORT_HEIGHT = 1.15, 0.2, 0.34
TITLE_HEIGHT, AXIS_HEIGHT = 0.52, 0.55  # inches: above and below the axes
LEGEND_HEIGHT = 0.6
MAX_BINS = 30
BOLD_WIDTH_FACTOR = 1.12  # how much wider bold type is
LABEL_BACKGROUND = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # keeps lines out of a label


FIGURE = FigureSpec("outcomes", ("run",), load_run_data)


def draw(data: RunData) -> Figure:
    """Histograms of the simulated counts, each with every source's report marked above it."""
    scenario, results = data.scenario, data.results
    values = group_simulated_values(results)
    quantities = group_reported_counts(scenario, set(values))
    drawn_quantities = quantities[:MAX_PANELS]
    columns = min(max(len(drawn_quantities), 2), MAX_COLUMNS)
    rows = [drawn_quantities[first : first + columns] for first in range(0, len(drawn_quantities), columns)]
    heights = [
        HISTOGRAM_HEIGHT + INTERVAL_HEIGHT + REPORT_HEIGHT * max(len(each.reports) for each in row) for row in rows
    ]
    width = 2 * MARGIN + columns * PANEL_WIDTH + (columns - 1) * PANEL_GAP + 0.35
    note = format_note(len(quantities) - len(drawn_quantities))
    footer_height = compute_footer_height(width, note, format_caption(scenario, results)) + LEGEND_HEIGHT
    titles = [
        TITLE_HEIGHT + LINE_HEIGHT * max(format_places(scenario, each).count("\n") for each in row) for row in rows
    ]
    height = HEADER_HEIGHT + sum(heights) + sum(titles) + len(rows) * AXIS_HEIGHT + footer_height
    figure = make_figure(
        width,
        height,
        title=format_title(drawn_quantities),
        subtitle=f"Bars: outcomes of {format_battle_count(results)} simulated. Marks: reports of the sources",
        note=note,
        caption=format_caption(scenario, results),
    )
    top = height - HEADER_HEIGHT
    for row, panel_height, title in zip(rows, heights, titles, strict=True):
        top -= title + panel_height
        for column, quantity in enumerate(row):
            left = MARGIN + 0.35 + column * (PANEL_WIDTH + PANEL_GAP)
            axes = figure.add_axes((left / width, top / height, PANEL_WIDTH / width, panel_height / height))
            draw_panel(axes, scenario, quantity, values[quantity.reports[0].claim], panel_height)
        top -= AXIS_HEIGHT
    draw_legend(figure, (footer_height - LEGEND_HEIGHT) / height)
    return figure


def format_title(quantities: list[ReportedQuantity]) -> str:
    """The title: which measures were counted."""
    measures = list(dict.fromkeys(describe_measure(quantity.measure) for quantity in quantities))
    return (
        f"How many were {join_words(measures)}, by side and period, simulated and reported"
        if measures
        else "No counts were reported"
    )


def format_note(n_omitted: int) -> str:
    """How to read the figure."""
    text = (
        "A report may count other people, or fewer, than the simulation does; none is taken as the truth. "
        "Grey reports are not scored. "
        "The highest 1% of the battles may lie beyond the right end of an axis."
    )
    return text + (f" Not drawn: {n_omitted} more counts over shorter periods or of equipment." if n_omitted else "")


def draw_panel(
    axes: Axes, scenario: Scenario, quantity: ReportedQuantity, values: np.ndarray, panel_height: float
) -> None:
    """One count: a histogram, its median and intervals below, the reports in lanes above."""
    observable = quantity.observable
    side = getattr(observable, "side", None)
    colour = GREY if side is None else scenario.sides[side].colour  # of both sides together
    upper = compute_axis_limit(values, quantity.reports)
    step = next(each for each in iterate_bin_widths() if each * MAX_BINS >= upper)
    edges = np.arange(0, upper + step, step) - 0.5
    shares = np.histogram(values, edges)[0] / len(values) * 100
    max_share = float(shares.max()) or 1.0
    units_per_inch = max_share / HISTOGRAM_HEIGHT
    axes.bar(
        edges[:-1], shares, step, align="edge", color=adjust_luminance(colour, 0.42), edgecolor="white", linewidth=0.3
    )
    axes.set_xlim(-0.5 - upper * 0.02, edges[-1])
    axes.set_ylim(-INTERVAL_HEIGHT * units_per_inch, (panel_height - INTERVAL_HEIGHT) * units_per_inch)
    draw_intervals(axes, values, -INTERVAL_HEIGHT * units_per_inch * 0.5, colour)
    for lane, report in enumerate(reversed(quantity.reports)):
        draw_report(
            axes,
            report,
            (HISTOGRAM_HEIGHT + 0.1 + REPORT_HEIGHT * lane) * units_per_inch,
            (HISTOGRAM_HEIGHT + 0.17 + REPORT_HEIGHT * lane) * units_per_inch,
            max_share,
        )
    axes.axhline(0, color=GREY, linewidth=0.7)
    axes.spines["left"].set_bounds(0, max_share)
    axes.set_yticks([tick for tick in MaxNLocator(3, integer=True).tick_values(0, max_share) if 0 <= tick <= max_share])
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set_ylabel("battles (%)", y=(INTERVAL_HEIGHT + HISTOGRAM_HEIGHT / 2) / panel_height)
    axes.set_xlabel(f"{observable.unit} in a battle" + (f" (bars of {step})" if step > 1 else ""))
    panel_title = f"{describe_count(scenario, observable)}, {format_period(quantity.since, quantity.until)}"
    size = BODY_FONT * min(1.0, PANEL_WIDTH / measure_text_width(panel_title, BODY_FONT * BOLD_WIDTH_FACTOR))
    place_text = format_places(scenario, quantity)
    extra_height = LINE_HEIGHT * place_text.count("\n")
    axes.text(
        0,
        1 + (0.24 + extra_height) / panel_height,
        panel_title,
        transform=axes.transAxes,
        size=size,
        weight="bold",
        va="bottom",
    )
    axes.text(
        0,
        1 + (0.2 + extra_height) / panel_height,
        place_text,
        transform=axes.transAxes,
        size=SMALL_FONT,
        color=GREY,
        va="top",
    )


def format_places(scenario: Scenario, quantity: ReportedQuantity) -> str:
    """The places of a count, in lines that fit a panel."""
    return fill(describe_places(scenario, quantity.observable), 58)


def compute_axis_limit(values: np.ndarray, reports: tuple[ReportedCount, ...]) -> float:
    """The right end of the axis: it shows nearly all battles and every report."""
    ends = [report.low if report.is_open_above else report.high for report in reports]
    return max(float(np.quantile(values, 0.99)), 1.2 * max(ends), 5.0) + 1


def iterate_bin_widths() -> Iterator[int]:
    """Widths of bars that are easy to count in: 1, 2, 5, 10, 20, 50, and so on."""
    return (digit * 10**power for power in count() for digit in (1, 2, 5))


def draw_intervals(axes: Axes, values: np.ndarray, height: float, colour: str) -> None:
    """Draw the median and the middle 50% and 90% of battles."""
    low, quarter, median, three_quarters, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
    ends = axes.get_xlim()[1]
    axes.plot([low, min(high, ends)], [height] * 2, color=colour, linewidth=1, solid_capstyle="butt")
    axes.plot([quarter, three_quarters], [height] * 2, color=colour, linewidth=3.5, solid_capstyle="butt")
    axes.plot(median, height, "o", color="white", markeredgecolor=colour, markersize=5)


def draw_report(axes: Axes, report: ReportedCount, y: float, label_y: float, histogram_top: float) -> None:
    """Draw a report in its lane: a line down to the axis, a band, or an arrow to where it is open."""
    colour = DARK_GREY if report.is_scored else GREY
    if report.is_open_above or report.is_open_below:
        arrow = {"arrowstyle": "-|>,head_width=0.15,head_length=0.3", "color": colour, "shrinkA": 0, "shrinkB": 0}
        axes.annotate(
            "", (axes.get_xlim()[1] if report.is_open_above else 0.0, y), (report.mark_start, y), arrowprops=arrow
        )
    elif report.high > report.low:
        axes.fill_between([report.low, report.high], 0, histogram_top, color=NEUTRAL, linewidth=0, zorder=0.5)
        axes.plot([report.low, report.high], [y, y], color=colour, linewidth=3, solid_capstyle="butt")
    for end in {report.mark_start} if report.is_open_above or report.is_open_below else {report.low, report.high}:
        axes.plot([end, end], [0, y], color=colour, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.plot(end, y, "|", color=colour, markersize=8, markeredgewidth=1.6)
    left, end = axes.get_xlim()
    label_width = 1.02 * measure_text_width(report.label, SMALL_FONT) / PANEL_WIDTH * (end - left)
    start = max(min(report.low, end - label_width), left)
    axes.text(start, label_y, report.label, size=SMALL_FONT, color=colour, va="bottom", bbox=LABEL_BACKGROUND)


def draw_legend(figure: Figure, bottom: float) -> None:
    """Draw the legend of the figure."""
    handles = [
        Patch(color=LIGHT_GREY, label="simulated battles"),
        Line2D([], [], color=GREY, marker="o", markerfacecolor="white", linewidth=0, label="median"),
        Line2D([], [], color=GREY, linewidth=3.5, label="middle 50% of battles"),
        Line2D([], [], color=GREY, linewidth=1, label="middle 90% of battles"),
        Line2D(
            [], [], color=DARK_GREY, marker="|", linewidth=0, markersize=8, markeredgewidth=1.6, label="an exact number"
        ),
        Line2D([], [], color=DARK_GREY, linewidth=3, label="a range"),
        Line2D([], [], color=DARK_GREY, marker=">", markersize=4, linewidth=1, label="that or more"),
    ]
    width = figure.get_figwidth()
    columns = len(handles) if width > 11 else ceil(len(handles) / 2)
    figure.legend(handles=handles, ncols=columns, loc="lower left", bbox_to_anchor=(MARGIN / width, bottom))
