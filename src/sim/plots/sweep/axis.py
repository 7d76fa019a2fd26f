"""What figures of sweeps share: a factor as an axis, a measure as its title, the sheet of panels."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.sweep import Swept
from sim.plots.style import HEAD, MARGIN, balanced, foot, sheet

PANEL, TALL = 3.6, 2.6  # inches: a panel
LEFT, TITLE, BELOW = 1.0, 0.35, 0.55  # inches: for its axis, its title, the axis below
MANY = 12  # levels; of more, a factor is drawn as a number


def levels(swept: Swept, factor: str) -> tuple[np.ndarray, list[str]]:
    """Where each point stands along a factor, and the names of the levels if they are no numbers."""
    found = [point[factor] for point in swept.points]
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in found):
        return np.array(found, dtype=np.float64), []
    names = list(dict.fromkeys(str(each) for each in found))
    return np.array([names.index(str(each)) for each in found], dtype=np.float64), names


def show_levels(axis: Axes, factor: str, names: list[str], across: bool) -> None:
    """The factor as the axis across, or up."""
    if names:
        (axis.set_xticks if across else axis.set_yticks)(range(len(names)), names)
        (axis.set_xlim if across else axis.set_ylim)(-0.5, len(names) - 0.5)
    (axis.set_xlabel if across else axis.set_ylabel)(factor.replace("_", " "))


def panels(
    columns: int, rows: int, *, title: str, subtitle: str, note: str, caption: str
) -> tuple[Figure, Iterator[Axes]]:
    """A sheet with panels, row by row."""
    wide = max(2 * MARGIN + columns * (PANEL + LEFT), 7.6)
    below = foot(wide, note, caption)
    height = HEAD + rows * (TITLE + TALL + BELOW) + below
    figure = sheet(wide, height, title=title, subtitle=subtitle, note=note, caption=caption)

    def each() -> Iterator[Axes]:
        for row in range(rows):
            for column in range(columns):
                left = MARGIN + LEFT + column * (PANEL + LEFT)
                bottom = height - HEAD - (row + 1) * (TITLE + TALL + BELOW) + BELOW
                yield figure.add_axes((left / wide, bottom / height, (PANEL - 0.15) / wide, TALL / height))

    return figure, each()


def head(axes: Axes, text: str) -> None:
    """The title of a panel."""
    axes.set_title(balanced(text[0].upper() + text[1:110], 56), loc="left", weight="bold", size=7.5)
