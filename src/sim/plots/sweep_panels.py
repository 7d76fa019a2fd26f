"""What figures of sweeps share: a factor as an axis, a panel for each output, its title."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.style import HEADER_HEIGHT, MARGIN, compute_footer_height, make_figure, wrap_balanced
from sim.runs.sweep import SweepResult

PANEL_WIDTH, PANEL_HEIGHT = 3.6, 2.6  # inches, of a panel
AXIS_WIDTH, TITLE_HEIGHT, AXIS_HEIGHT = 1.0, 0.35, 0.55  # inches: the axis at its left, its title, the axis below
MAX_LEVELS = 12  # with more of them, design points are averaged in groups


def find_level_positions(sweep: SweepResult, factor: str) -> tuple[np.ndarray, list[str]]:
    """The position of each design point along a factor, and the names of the levels if they are not numbers."""
    values = [point[factor] for point in sweep.points]
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
        return np.array(values, dtype=np.float64), []
    names = list(dict.fromkeys(str(each) for each in values))
    return np.array([names.index(str(each)) for each in values], dtype=np.float64), names


def format_level_axis(axis: Axes, factor: str, names: list[str], horizontal: bool) -> None:
    """Label an axis with the factor and, if its levels are not numbers, with their names."""
    if names:
        (axis.set_xticks if horizontal else axis.set_yticks)(range(len(names)), names)
        (axis.set_xlim if horizontal else axis.set_ylim)(-0.5, len(names) - 0.5)
    (axis.set_xlabel if horizontal else axis.set_ylabel)(factor.replace("_", " "))


def make_panel_figure(
    columns: int, rows: int, *, title: str, subtitle: str, note: str, caption: str
) -> tuple[Figure, Iterator[Axes]]:
    """A figure, and its empty panels row by row."""
    width = max(2 * MARGIN + columns * (PANEL_WIDTH + AXIS_WIDTH), 7.6)
    footer_height = compute_footer_height(width, note, caption)
    height = HEADER_HEIGHT + rows * (TITLE_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT) + footer_height
    figure = make_figure(width, height, title=title, subtitle=subtitle, note=note, caption=caption)

    def iterate_axes() -> Iterator[Axes]:
        for row in range(rows):
            for column in range(columns):
                left = MARGIN + AXIS_WIDTH + column * (PANEL_WIDTH + AXIS_WIDTH)
                bottom = height - HEADER_HEIGHT - (row + 1) * (TITLE_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT) + AXIS_HEIGHT
                yield figure.add_axes(
                    (left / width, bottom / height, (PANEL_WIDTH - 0.15) / width, PANEL_HEIGHT / height)
                )

    return figure, iterate_axes()


def set_panel_title(axes: Axes, text: str) -> None:
    """Write the title of a panel: a long text is cut."""
    axes.set_title(wrap_balanced(text[0].upper() + text[1:110], 56), loc="left", weight="bold", size=7.5)
