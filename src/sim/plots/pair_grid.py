"""A grid of pairs: variables against one another below the diagonal, and each by itself on it."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.paper_layout import PANEL_GRID
from sim.plots.style import (
    DARK_GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)

WIDTH = 7.0  # inches, of the figure: that of a page of a journal
LEFT, BOTTOM, GAP = 0.75, 0.6, 0.1  # inches: names at the left and below, the gap between panels
N_BINS = 16


def draw_pair_grid(
    names: Sequence[str],
    columns: Sequence[np.ndarray],
    draw_pair: Callable[[Axes, int, int], None],
    draw_single: Callable[[Axes, int], None],
    *,
    title: str,
    subtitle: str,
    note: str,
    caption: str,
) -> Figure:
    """Draw every pair of variables.

    Parameters
    ----------
    names
        What each variable is called on its axes.
    columns
        The values of each variable, which set the ranges of the axes: any number of them.
    draw_pair
        Draws into a panel, given the index of the variable along it and of that up it.
    draw_single
        Draws the panel of one variable on the diagonal.
    title, subtitle, note, caption
        As of `make_figure`.

    Returns
    -------
    Figure
        7 inches wide, with panels below and on the diagonal.
    """
    count = len(names)
    footer_height = compute_footer_height(WIDTH, note, caption)
    size = (WIDTH - 2 * MARGIN - LEFT - (count - 1) * GAP) / count
    height = HEADER_HEIGHT + count * (size + GAP) + BOTTOM + footer_height
    figure = make_figure(WIDTH, height, title=title, subtitle=subtitle, note=note, caption=caption)
    figure.set_label(PANEL_GRID)
    limits = [find_limits(column) for column in columns]
    for row in range(count):
        for column in range(row + 1):
            left = MARGIN + LEFT + column * (size + GAP)
            bottom = footer_height + BOTTOM + (count - 1 - row) * (size + GAP)
            axes = figure.add_axes((left / WIDTH, bottom / height, size / WIDTH, size / height))
            axes.set_xlim(limits[column])
            if row == column:
                draw_single(axes, row)
                axes.set_yticks([])
                axes.spines["left"].set_visible(False)
            else:
                axes.set_ylim(limits[row])
                draw_pair(axes, column, row)
            label_panel(axes, names, row, column, count, size)
    return figure


def label_panel(axes: Axes, names: Sequence[str], row: int, column: int, count: int, size: float) -> None:
    """Names and numbers at the left and at the bottom of the grid only; a diagonal panel has its name as a title."""
    chars = max(8, int(size * 72 / (SMALL_FONT * 0.6)))
    axes.tick_params(labelsize=SMALL_FONT, labelbottom=row == count - 1, labelleft=column == 0 and row != column)
    axes.locator_params(nbins=3)
    if row == count - 1:
        axes.set_xlabel(wrap_balanced(names[column], chars))
    if column == 0 and row != column:
        axes.set_ylabel(wrap_balanced(names[row], chars))
    if row == column:
        axes.set_title(wrap_balanced(names[row], chars), loc="left", size=SMALL_FONT, weight="bold")


def find_limits(column: np.ndarray) -> tuple[float, float]:
    """The range of an axis: all values, and a twentieth on either side."""
    low, high = float(np.min(column)), float(np.max(column))
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin


def fill_histogram(axes: Axes, column: np.ndarray, everything: np.ndarray) -> None:
    """The values of one variable as a grey histogram of area 1, in bins over the range of everything drawn there."""
    counts, edges = np.histogram(column, bins=np.histogram_bin_edges(everything, bins=N_BINS), density=True)
    axes.stairs(counts, edges, fill=True, color=LIGHT_GREY)


def outline_histogram(axes: Axes, everything: np.ndarray) -> None:
    """All values of one variable as the outline of a histogram of area 1."""
    counts, edges = np.histogram(everything, bins=N_BINS, density=True)
    axes.stairs(counts, edges, color=DARK_GREY, linewidth=1.0)
