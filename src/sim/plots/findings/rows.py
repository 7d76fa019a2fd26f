"""Rows with a name at the left and intervals in panels beside it."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.findings.clustered import Estimate
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SMALL, balanced, foot, sheet

ROW, TITLE, AXIS = 0.36, 0.42, 0.5  # inches
NAMES, PANEL, BETWEEN = 3.6, 3.0, 0.35


def framed(
    names: Sequence[str], panels: Sequence[str], *, title: str, subtitle: str, note: str, caption: str
) -> tuple[Figure, list[Axes]]:
    """A sheet with a row for each name and an empty panel for each heading."""
    width = 2 * MARGIN + NAMES + len(panels) * PANEL + (len(panels) - 1) * BETWEEN
    below = foot(width, note, caption)
    tall = ROW * len(names)
    height = HEAD + TITLE + tall + AXIS + below
    figure = sheet(width, height, title=title, subtitle=subtitle, note=note, caption=caption)
    found = []
    for place, heading in enumerate(panels):
        left = MARGIN + NAMES + place * (PANEL + BETWEEN)
        axes = figure.add_axes((left / width, (below + AXIS) / height, PANEL / width, tall / height))
        axes.set_title(heading, loc="left", size=SMALL, weight="bold")
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for row in range(len(names)):
            axes.axhline(row, color=HAIR, linewidth=0.4)
        found.append(axes)
    for row, name in enumerate(names):
        where = found[0].get_yaxis_transform()
        found[0].text(-0.03, row, balanced(name, 60), transform=where, ha="right", va="center", size=SMALL)
    return figure, found


def interval(axes: Axes, row: float, estimate: Estimate, colour: str = INK, filled: bool = True) -> None:
    """An estimate in per cent with its interval."""
    axes.plot([100 * estimate.low, 100 * estimate.high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
    face = colour if filled else "white"
    axes.plot(100 * estimate.value, row, "o", markersize=5, markerfacecolor=face, markeredgecolor=colour, zorder=3)


def zero(axes: Axes) -> None:
    """A line at nothing."""
    axes.axvline(0, color=FADED, linewidth=0.8)
