"""How many of each side had been killed by the end of each step of time: a fan of battles, and what was reported."""

from dataclasses import dataclass
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.colours import adjust_luminance
from sim.events.time_steps import TimeSteps
from sim.plots.fan_chart import label_clock_ticks
from sim.plots.figure_data import RunData, load_run_data
from sim.plots.registry import FigureSpec
from sim.plots.run_data import (
    ReportedCount,
    build_daily_arrays,
    group_simulated_values,
    is_count,
    make_reported_count,
    read_time_steps,
)
from sim.plots.style import (
    DARK_GREY,
    HEADER_HEIGHT,
    MARGIN,
    compute_footer_height,
    format_battle_count,
    format_caption,
    make_figure,
)
from sim.scenario.descriptions import capitalize, find_last_day, format_day, format_end
from sim.scenario.model import Scenario

WIDTH, MIN_PANEL_HEIGHT = 11.0, 2.75  # inches
AXIS_WIDTH, LEGEND_WIDTH = 0.4, 3.1  # inches: for the axis, and for the list of reports
TITLE_HEIGHT, AXIS_HEIGHT = 0.4, 0.75
MAX_LABELLED_DAYS = 31  # of more days, only Mondays are labelled
FAN_LEGEND_HEIGHT, REPORT_LEGEND_HEIGHT = 0.75, 0.37  # inches: in the list, the fan's lines and each report's
MAX_LABELLED_HOURS = 12  # ends of shorter steps; of more, only every second or third is labelled, and so on
REPORT_SPACING = 0.25  # steps between reports of the same time
MARKERS = "osD^vPXph*<>8d"  # one for each source, distinct in black and white
NOTE = (
    "The fan joins the ends of the steps. Reports stand at the end of the period that they count from the beginning of "
    "the battle, side by side where they share it. An arrow: that or more. A bar: a range. Hollow: not scored."
)


EDGE = 0.15  # steps that the axis goes beyond its last mark


@dataclass(frozen=True)
class DatedReport:
    """A report and when its period ends: in steps of time, and in words."""

    end_step: float
    date_label: str
    report: ReportedCount


FIGURE = FigureSpec("losses", ("run",), load_run_data)


def draw(data: RunData) -> Figure:
    """Cumulative deaths of each side by steps of time, with the reports of them."""
    scenario, results = data.scenario, data.results
    steps = read_time_steps(results, scenario)
    (killed,) = build_daily_arrays(results, scenario, "killed")
    deaths = np.cumsum(killed.sum(axis=2), axis=1)
    caption_text = format_caption(scenario, results)
    observed_claims = set(group_simulated_values(results))
    reports_by_side = {side: collect_dated_reports(scenario, steps, side, observed_claims) for side in scenario.sides}
    panel_heights = {
        side: max(MIN_PANEL_HEIGHT, FAN_LEGEND_HEIGHT + REPORT_LEGEND_HEIGHT * len(side_reports))
        for side, side_reports in reports_by_side.items()
    }
    height = (
        HEADER_HEIGHT
        + sum(TITLE_HEIGHT + each + AXIS_HEIGHT for each in panel_heights.values())
        + compute_footer_height(WIDTH, NOTE, caption_text)
    )
    figure = make_figure(
        WIDTH,
        height,
        title=f"How many of each side had been killed by the end of {steps.each}, simulated and reported",
        subtitle=f"Fan: deaths since the beginning in {format_battle_count(results)} simulated. Symbols: reports",
        note=NOTE,
        caption=caption_text,
    )
    panel_width = WIDTH - 2 * MARGIN - AXIS_WIDTH - LEGEND_WIDTH
    markers = assign_markers(reports_by_side)
    bottom = height - HEADER_HEIGHT + AXIS_HEIGHT
    for number, (name, side) in enumerate(scenario.sides.items()):
        bottom -= AXIS_HEIGHT + TITLE_HEIGHT + panel_heights[name]
        box = ((MARGIN + AXIS_WIDTH) / WIDTH, bottom / height, panel_width / WIDTH, panel_heights[name] / height)
        axes = figure.add_axes(box)
        format_time_axis(axes, steps)
        draw_death_fan(axes, steps, deaths[:, :, number], side.colour)
        draw_reports(axes, reports_by_side[name], markers)
        axes.set_title(f"{capitalize(side.short_name)} {side.member_noun} killed", loc="left", weight="bold")
        axes.set_ylabel("people killed since the beginning")
        draw_legend(axes, side.colour, reports_by_side[name], markers)
    return figure


def collect_dated_reports(scenario: Scenario, steps: TimeSteps, side: str, observed: set[str]) -> list[DatedReport]:
    """Reports of all deaths of a side since the beginning, in order of time."""
    dated_reports = []
    for id, claim in scenario.claims.items():
        observable: Any = claim.observable
        if id not in observed or not is_count(claim) or observable.measure != "killed" or observable.side != side:
            continue
        if observable.since in (None, scenario.begins) and not observable.places:
            until = observable.until
            date_label = format_day(find_last_day(until)) if steps.is_daily else format_end(until)
            dated_reports.append(
                DatedReport(steps.find_position(until), date_label, make_reported_count(scenario, id, claim))
            )
    return sorted(dated_reports, key=lambda each: (each.end_step, not each.report.is_scored, each.report.mark_start))


def assign_markers(reports_by_side: dict[str, list[DatedReport]]) -> dict[str, str]:
    """A symbol for each source that reported deaths, the same in every panel."""
    source_names = dict.fromkeys(
        each.report.source for side_reports in reports_by_side.values() for each in side_reports
    )
    return {source: MARKERS[number % len(MARKERS)] for number, source in enumerate(source_names)}


def draw_death_fan(axes: Axes, steps: TimeSteps, deaths: np.ndarray, colour: str) -> None:
    """Draw median and bands; `deaths` has the shape (replications, steps)."""
    from_zero = np.concatenate([np.zeros((len(deaths), 1)), deaths], axis=1)
    low90, low50, median, high50, high90 = np.quantile(from_zero, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    positions = steps.axis_positions
    axes.fill_between(positions, low90, high90, color=adjust_luminance(colour, 0.78), linewidth=0)
    axes.fill_between(positions, low50, high50, color=adjust_luminance(colour, 0.52), linewidth=0)
    axes.plot(positions, median, color=colour, linewidth=1.8)


def draw_reports(axes: Axes, reports: list[DatedReport], markers: dict[str, str]) -> None:
    """Draw every report at its time, side by side where they share it."""
    numbers = [each.report.low if each.report.is_open_above else each.report.high for each in reports]
    axes.set_ylim(0, max([axes.get_ylim()[1], *(1.25 * number for number in numbers)]))
    for end_step in dict.fromkeys(each.end_step for each in reports):
        at_once = [each.report for each in reports if each.end_step == end_step]
        for number, each in enumerate(at_once):
            position = end_step + REPORT_SPACING * (number - (len(at_once) - 1) / 2)
            draw_report(axes, position, each, markers[each.source])
            axes.set_xlim(right=max(axes.get_xlim()[1], position + EDGE))


def draw_report(axes: Axes, position: float, report: ReportedCount, marker: str) -> None:
    """Draw a report."""
    if report.is_open_above or report.is_open_below:
        span = axes.get_ylim()[1] * (0.12 if report.is_open_above else -0.12)
        arrow = {"arrowstyle": "-|>,head_width=0.15,head_length=0.3", "color": DARK_GREY, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (position, report.mark_start + span), (position, report.mark_start), arrowprops=arrow)
    elif report.high > report.low:
        axes.plot(
            [position, position],
            [report.low, report.high],
            linewidth=1.2,
            marker="_",
            markersize=7,
            color=DARK_GREY,
            zorder=4,
        )
    middle = report.mark_start if report.is_open_above or report.is_open_below else (report.low + report.high) / 2
    face_colour = DARK_GREY if report.is_scored else "white"
    axes.plot(
        position, middle, marker, markersize=5.5, markerfacecolor=face_colour, markeredgecolor=DARK_GREY, zorder=5
    )


def format_time_axis(axes: Axes, steps: TimeSteps) -> None:
    """Set days as columns, named in their middle; a tick is a midnight, of Mondays only if there are many days. Of
    shorter steps the ends are named.
    """
    axes.set_xlim(0, steps.count + EDGE)
    if not steps.is_daily:
        numbers, names = label_clock_ticks(steps, MAX_LABELLED_HOURS)
        axes.set_xticks([number + 1 for number in numbers], names)
        axes.set_xlabel("local time")
        return
    battle_days = steps.dates
    first, last = battle_days[0], battle_days[-1]
    start = f"{first:%B}" if first.year == last.year else f"{first:%B %Y}"
    month = f"{last:%B %Y}" if (first.year, first.month) == (last.year, last.month) else f"{start} to {last:%B %Y}"
    if len(battle_days) > MAX_LABELLED_DAYS:
        mondays = [number for number, day in enumerate(battle_days) if day.weekday() == 0]
        axes.set_xticks(
            mondays, [f"{battle_days[number].day} {battle_days[number]:%b}" for number in mondays], rotation=45
        )
        axes.set_xlabel(f"{month} (ticks: the midnight before a Monday)")
        return
    axes.set_xticks(range(len(battle_days) + 1), [""] * (len(battle_days) + 1))
    names = [f"{day.day}" for day in battle_days]
    axes.set_xticks([number + 0.5 for number in range(len(battle_days))], names, minor=True)
    axes.tick_params("x", which="minor", length=0)
    axes.set_xlabel(f"day of {month} (ticks: midnight)")


def draw_legend(axes: Axes, colour: str, reports: list[DatedReport], markers: dict[str, str]) -> None:
    """Draw the list beside a panel: the fan, then what each source reported."""
    handles = [
        Line2D([], [], color=colour, linewidth=1.8, label="median of the battles"),
        Line2D([], [], color=adjust_luminance(colour, 0.52), linewidth=7, label="middle 50% of the battles"),
        Line2D([], [], color=adjust_luminance(colour, 0.78), linewidth=7, label="middle 90% of the battles"),
    ]
    for each in reports:
        report = each.report
        text = f"{report.phrase} by {each.date_label}\n" + fill(f"({report.source})", 44)
        face_colour = DARK_GREY if report.is_scored else "white"
        marker = markers[report.source]
        handles.append(
            Line2D(
                [], [], linewidth=0, marker=marker, markerfacecolor=face_colour, markeredgecolor=DARK_GREY, label=text
            )
        )
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1.04), labelspacing=0.7)
