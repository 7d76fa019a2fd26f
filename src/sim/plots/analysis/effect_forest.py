"""A forest plot: what each change does to the events that the scenario asks about, with its interval."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.figure_data import WhatifData, load_whatif_data
from sim.plots.registry import FigureSpec
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
    from sim.runs.paired import PairedDifference

ROW_HEIGHT, TITLE_HEIGHT, AXIS_HEIGHT = 0.3, 0.62, 0.5  # inches: a change, a panel's title, its axis
NAME_WIDTH, PANEL_WIDTH, PANEL_GAP = 3.2, 3.4, 0.3  # inches: the column of changes, a panel, the gap beside it
NOTE = (
    "Points: the mean of the paired differences; bars: its 95% interval, from the number of pairs alone. Hollow: the "
    "interval holds no difference. Read which way and how much, not how likely."
)


FIGURE = FigureSpec("effect_forest", ("whatif",), load_whatif_data)


def draw(data: WhatifData) -> Figure:
    """Changes as rows, events as panels."""
    changes, comparison = data.changes, data.comparison
    events = [n for n, measured in enumerate(comparison.measures) if measured.is_event]
    differences = {change.name: comparison.compute_differences(change.name) for change in changes}
    ordered_changes = (
        sorted(changes, key=lambda change: differences[change.name][events[0]].difference) if events else changes
    )
    width = 2 * MARGIN + NAME_WIDTH + len(events) * (PANEL_WIDTH + PANEL_GAP)
    panel_height = ROW_HEIGHT * len(ordered_changes)
    footer_height = compute_footer_height(width, NOTE, data.caption)
    height = HEADER_HEIGHT + TITLE_HEIGHT + panel_height + AXIS_HEIGHT + footer_height
    figure = make_figure(
        width,
        height,
        title="What each change would have changed",
        subtitle="Difference from the base case in battles in 100, "
        f"over {len(comparison.base_values):,} pairs of battles",
        note=NOTE,
        caption=data.caption,
    )
    for panel_index, n in enumerate(events):
        left = MARGIN + NAME_WIDTH + panel_index * (PANEL_WIDTH + PANEL_GAP)
        bottom = footer_height + AXIS_HEIGHT
        axes = figure.add_axes((left / width, bottom / height, PANEL_WIDTH / width, panel_height / height))
        draw_panel(axes, [differences[change.name][n] for change in ordered_changes])
        if panel_index == 0:
            for row, change in enumerate(ordered_changes):
                text = wrap_balanced(change.description, 52)
                axes.text(
                    -0.03, row, text, transform=axes.get_yaxis_transform(), ha="right", va="center", size=SMALL_FONT
                )
    return figure


def draw_panel(axes: Axes, rows: "list[PairedDifference]") -> None:
    """One event: a point and a bar for each change."""
    axes.axvline(0, color=GREY, linewidth=0.8)
    for row, each in enumerate(rows):
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4)
        axes.plot([100 * each.low, 100 * each.high], [row, row], color=DARK_GREY, linewidth=1.6, solid_capstyle="butt")
        face_colour = DARK_GREY if each.is_significant else "white"
        axes.plot(
            100 * each.difference,
            row,
            "o",
            markersize=5,
            markerfacecolor=face_colour,
            markeredgecolor=DARK_GREY,
            zorder=3,
        )
    axes.set_ylim(len(rows) - 0.5, -0.5)
    upper = 1.15 * max(1.0, *(100 * float(np.abs([each.low, each.high]).max()) for each in rows))
    axes.set_xlim(-upper, upper)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    base_percent = 100 * rows[0].base_mean if rows else 0.0
    event_text = rows[0].measure.text.split(" in {chance}")[0] if rows else ""
    axes.set_title(
        wrap_balanced(event_text, 46) + f"\n(base case: {base_percent:.0f} in 100)",
        loc="left",
        size=SMALL_FONT,
        weight="bold",
    )
    axes.set_xlabel("battles in 100 more (right) or fewer (left)")
