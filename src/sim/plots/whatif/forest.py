"""A forest plot: what each change does to the events that the scenario asks about, with its interval."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.paired import Comparison, Difference, Named
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SMALL, balanced, foot, sheet
from sim.scenario.model import Scenario

ROW, TITLE, AXIS = 0.3, 0.62, 0.5  # inches: a change, a panel's title, its axis
NAMES, PANEL, BETWEEN = 3.2, 3.4, 0.3  # inches: the column of changes, a panel, the gap beside it
NOTE = (
    "Points: the mean of the paired differences; bars: its 95% interval, from the number of pairs alone. Hollow: the "
    "interval holds no difference. Read which way and how much, not how likely."
)


def draw(scenario: Scenario, changes: Sequence[Named], comparison: Comparison, caption: str) -> Figure:
    """Changes as rows, events as panels."""
    events = [n for n, measured in enumerate(comparison.measures) if measured.event]
    found = {change.name: comparison.differences(change.name) for change in changes}
    order = sorted(changes, key=lambda change: found[change.name][events[0]].difference) if events else changes
    width = 2 * MARGIN + NAMES + len(events) * (PANEL + BETWEEN)
    tall = ROW * len(order)
    height = HEAD + TITLE + tall + AXIS + foot(width, NOTE, caption)
    figure = sheet(
        width,
        height,
        title="What each change would have changed",
        subtitle=f"Difference from the base case in battles in 100, over {len(comparison.base)} pairs of battles",
        note=NOTE,
        caption=caption,
    )
    for place, n in enumerate(events):
        left = MARGIN + NAMES + place * (PANEL + BETWEEN)
        bottom = foot(width, NOTE, caption) + AXIS
        axes = figure.add_axes((left / width, bottom / height, PANEL / width, tall / height))
        panel(axes, [found[change.name][n] for change in order])
        if place == 0:
            for row, change in enumerate(order):
                text = balanced(change.says, 52)
                axes.text(-0.03, row, text, transform=axes.get_yaxis_transform(), ha="right", va="center", size=SMALL)
    return figure


def panel(axes: Axes, rows: list[Difference]) -> None:
    """One event: a point and a bar for each change."""
    axes.axvline(0, color=FADED, linewidth=0.8)
    for row, each in enumerate(rows):
        axes.axhline(row, color=HAIR, linewidth=0.4)
        axes.plot([100 * each.low, 100 * each.high], [row, row], color=INK, linewidth=1.6, solid_capstyle="butt")
        face = INK if each.certain else "white"
        axes.plot(100 * each.difference, row, "o", markersize=5, markerfacecolor=face, markeredgecolor=INK, zorder=3)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    reach = 1.15 * max(1.0, *(100 * float(np.abs([each.low, each.high]).max()) for each in rows))
    axes.set_xlim(-reach, reach)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    base = 100 * rows[0].base if rows else 0.0
    event = rows[0].measured.text.split(" in {chance}")[0] if rows else ""
    axes.set_title(balanced(event, 46) + f"\n(base case: {base:.0f} in 100)", loc="left", size=SMALL, weight="bold")
    axes.set_xlabel("battles in 100 more (right) or fewer (left)")
