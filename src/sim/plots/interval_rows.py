"""Rows with a name at the left, and estimates with intervals in panels beside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)

if TYPE_CHECKING:
    from sim.scoring.intervals import IntervalEstimate

ROW_HEIGHT, TITLE_HEIGHT, AXIS_HEIGHT = 0.36, 0.42, 0.5  # inches
NAME_WIDTH, PANEL_WIDTH, PANEL_GAP = 3.6, 3.0, 0.35


def make_interval_figure(
    names: Sequence[str], panel_titles: Sequence[str], *, title: str, subtitle: str, note: str, caption: str
) -> tuple[Figure, list[Axes]]:
    """A figure with a row for each name and an empty panel for each title."""
    width = 2 * MARGIN + NAME_WIDTH + len(panel_titles) * PANEL_WIDTH + (len(panel_titles) - 1) * PANEL_GAP
    footer_height = compute_footer_height(width, note, caption)
    panel_height = ROW_HEIGHT * len(names)
    height = HEADER_HEIGHT + TITLE_HEIGHT + panel_height + AXIS_HEIGHT + footer_height
    figure = make_figure(width, height, title=title, subtitle=subtitle, note=note, caption=caption)
    panel_axes = []
    for panel_index, panel_title in enumerate(panel_titles):
        left = MARGIN + NAME_WIDTH + panel_index * (PANEL_WIDTH + PANEL_GAP)
        axes = figure.add_axes(
            (left / width, (footer_height + AXIS_HEIGHT) / height, PANEL_WIDTH / width, panel_height / height)
        )
        axes.set_title(panel_title, loc="left", size=SMALL_FONT, weight="bold")
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for row in range(len(names)):
            axes.axhline(row, color=LIGHT_GREY, linewidth=0.4)
        panel_axes.append(axes)
    for row, name in enumerate(names):
        transform = panel_axes[0].get_yaxis_transform()
        panel_axes[0].text(
            -0.03, row, wrap_balanced(name, 60), transform=transform, ha="right", va="center", size=SMALL_FONT
        )
    return figure, panel_axes


def draw_estimate(
    axes: Axes, row: float, estimate: "IntervalEstimate", colour: str = DARK_GREY, filled: bool = True
) -> None:
    """Draw an estimate in per cent with its interval."""
    axes.plot([100 * estimate.low, 100 * estimate.high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
    face_colour = colour if filled else "white"
    axes.plot(
        100 * estimate.value, row, "o", markersize=5, markerfacecolor=face_colour, markeredgecolor=colour, zorder=3
    )


def draw_zero_line(axes: Axes) -> None:
    """Draw a line at 0."""
    axes.axvline(0, color=GREY, linewidth=0.8)


def draw_quantile_bar(
    axes: Axes, row: float, quantiles: list[float], colour: str, face_colour: str | None = None
) -> None:
    """Draw a median with its 50% and 90% intervals; its marker has a face of another colour, if one is given."""
    axes.plot([quantiles[0], quantiles[4]], [row, row], color=colour, linewidth=0.9)
    axes.plot([quantiles[1], quantiles[3]], [row, row], color=colour, linewidth=2.6, solid_capstyle="butt")
    axes.plot(quantiles[2], row, "o", color=colour, markerfacecolor=face_colour or colour, markersize=3.6, zorder=3)
