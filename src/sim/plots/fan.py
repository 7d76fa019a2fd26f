"""Fans of the dead so far, day by day: a median with bands of 50 and 90 per cent, and the totals that were told."""

from datetime import date

import numpy as np
from matplotlib.axes import Axes

from sim.claims.cells import Cell
from sim.plots.counts import ROOT
from sim.plots.style import INK, SMALL, toned

TICKS = (0, 10, 50, 100, 200, 400, 800, 1500, 3000, 5000)
SINGLY = 16  # days, at most, that each have their date


def fan(axes: Axes, quantiles: np.ndarray, colour: str) -> None:
    """Bands and median from quantiles of 5, 25, 50, 75 and 95 per cent, shape (5, days), each at the end of its day."""
    axes.set_yscale("function", functions=ROOT)
    at = np.arange(quantiles.shape[1] + 1)
    low90, low50, median, high50, high90 = np.concatenate([np.zeros((5, 1)), quantiles], axis=1)
    axes.fill_between(at, low90, high90, color=toned(colour, 0.78), linewidth=0)
    axes.fill_between(at, low50, high50, color=toned(colour, 0.52), linewidth=0)
    axes.plot(at, median, color=colour, linewidth=1.6)


def total(axes: Axes, at: float, cell: Cell, filled: bool) -> None:
    """The dead so far as they were told, so many days after the beginning; a line goes as far as the words do."""
    high = cell.high if np.isfinite(cell.high) else 1.5 * cell.low + 1.0
    axes.plot([at, at], [cell.low, high], color=INK, linewidth=1.4, zorder=4)
    face = INK if filled else "white"
    axes.plot(at, cell.low, "o", markersize=5, markerfacecolor=face, markeredgecolor=INK, zorder=5)


def dated(axes: Axes, days: list[date]) -> None:
    """The axes of a fan, once all stands there: dates between midnights, and the dead from nought."""
    top = axes.get_ylim()[1]
    axes.set_ylim(0, top)
    axes.set_yticks([tick for tick in TICKS if tick <= top])
    axes.set_xlim(0, len(days))
    singly = len(days) <= SINGLY
    step = 1 if singly else 14
    named = [str(day.day) if singly else f"{day.day} {day:%b}" for day in days[::step]]
    axes.set_xticks([n + 0.5 for n in range(0, len(days), step)], named, size=SMALL)
    axes.tick_params("x", length=0)
