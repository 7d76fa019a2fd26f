"""Counts on a square-root axis: interval bars (50 and 90 per cent) in rows, and fan charts by steps of time."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from sim.colours import adjust_luminance
from sim.events.time_steps import TimeSteps
from sim.likelihood.binning import Bin
from sim.plots.style import DARK_GREY, GREY, SMALL_FONT
from sim.scenario.model import Scenario

SQRT_SCALE = (lambda counts: np.sqrt(np.maximum(counts, 0.0)), np.square)  # a transform and its inverse
COUNT_TICKS = (0, 1, 5, 10, 20, 50, 100, 200, 300, 500, 1000, 2000)


def format_count_axis(axes: Axes, upper: float, label: str) -> None:
    """A square-root axis of counts from 0 to its upper end."""
    axes.set_xscale("function", functions=SQRT_SCALE)
    axes.set_xlim(0, upper)
    axes.set_xticks(
        [tick for tick in COUNT_TICKS if tick <= upper], [str(tick) for tick in COUNT_TICKS if tick <= upper]
    )
    axes.set_xlabel(label)


def draw_interval_bar(axes: Axes, row: int, quantiles: Sequence[float], colour: str) -> None:
    """Draw the middle 50 and 90 per cent, and the median, in a row."""
    low90, low50, median, high50, high90 = quantiles
    axes.barh(row, high90 - low90, left=low90, height=0.5, color=adjust_luminance(colour, 0.78), linewidth=0)
    axes.barh(row, high50 - low50, left=low50, height=0.5, color=adjust_luminance(colour, 0.5), linewidth=0)
    axes.plot([median, median], [row - 0.25, row + 0.25], color=colour, linewidth=1.6)


def find_side_colour(scenario: Scenario, claim: str) -> str:
    """The colour of the side whose people or pieces a claim counts."""
    side = getattr(scenario.claims[claim].observable, "side", None)
    return scenario.sides[side].colour if side in scenario.sides else GREY


FAN_TICKS = (0, 10, 50, 100, 200, 400, 800, 1500, 3000, 5000)
MAX_DAILY_TICKS = 16  # days: of more, only every fourteenth has its date
MAX_CLOCK_TICKS = 6  # ends of shorter steps


def draw_fan(axes: Axes, steps: TimeSteps, quantiles: np.ndarray, colour: str) -> None:
    """Draw bands and median from quantiles of 5, 25, 50, 75 and 95 per cent, shape (5, steps)."""
    axes.set_yscale("function", functions=SQRT_SCALE)
    positions = steps.axis_positions
    low90, low50, median, high50, high90 = np.concatenate([np.zeros((5, 1)), quantiles], axis=1)
    axes.fill_between(positions, low90, high90, color=adjust_luminance(colour, 0.78), linewidth=0)
    axes.fill_between(positions, low50, high50, color=adjust_luminance(colour, 0.52), linewidth=0)
    axes.plot(positions, median, color=colour, linewidth=1.6)


def draw_reported_total(axes: Axes, position: float, reported_bin: Bin, filled: bool) -> None:
    """Draw a reported total of deaths at a position in steps of time; a line spans what the words allow."""
    high = reported_bin.high if np.isfinite(reported_bin.high) else 1.5 * reported_bin.low + 1.0
    axes.plot([position, position], [reported_bin.low, high], color=DARK_GREY, linewidth=1.4, zorder=4)
    face_colour = DARK_GREY if filled else "white"
    axes.plot(
        position, reported_bin.low, "o", markersize=5, markerfacecolor=face_colour, markeredgecolor=DARK_GREY, zorder=5
    )


def format_fan_axes(axes: Axes, steps: TimeSteps) -> None:
    """Set the axes of a fan chart once all is drawn: dates between midnights or ends of hours, and deaths from 0."""
    upper = axes.get_ylim()[1]
    axes.set_ylim(0, upper)
    axes.set_yticks([tick for tick in FAN_TICKS if tick <= upper])
    axes.set_xlim(0, steps.count)
    axes.tick_params("x", length=0)
    if not steps.is_daily:
        numbers, names = label_clock_ticks(steps, MAX_CLOCK_TICKS)
        axes.set_xticks([number + 1 for number in numbers], names, size=SMALL_FONT)
        return
    days = steps.dates
    label_every_day = len(days) <= MAX_DAILY_TICKS
    interval = 1 if label_every_day else 14
    labels = [str(day.day) if label_every_day else f"{day.day} {day:%b}" for day in days[::interval]]
    axes.set_xticks([n + 0.5 for n in range(0, len(days), interval)], labels, size=SMALL_FONT)


def label_clock_ticks(steps: TimeSteps, max_ticks: int) -> tuple[list[int], list[str]]:
    """At most so many steps, at equal intervals, and the hours at which they end; the first of a day has its date."""
    interval = -(-steps.count // max_ticks)
    numbers = list(range(interval - 1, steps.count, interval))
    names = []
    for before, number in pairwise([None, *numbers]):
        assert number is not None
        day = steps.start(number).date()
        is_new = before is None or steps.start(before).date() != day
        names.append(steps.format_end(number) + (f"\n{day.day} {day:%b}" if is_new else ""))
    return numbers, names
