"""From prior to posterior, by unknown: the most contracted first."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import ndtri

from sim.calibration.found import Calibrated
from sim.calibration.identified import Known, known
from sim.experiment.digits import rounded, supported
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SMALL, foot, sheet

MOST = 24  # unknowns that are drawn
ROW, TOP, BOTTOM = 0.24, 0.3, 0.5
WIDTH, NAMES, PANEL = 8.8, 2.5, 3.0
NOTE = (
    "Grey: prior; black: posterior; thin: the middle nine tenths, thick: the middle half, dot: the median. The axis is "
    "the unknown's place in its prior, in standard deviations of a normal one. Column: prior and posterior median."
)


def draw(found: Calibrated, caption: str) -> Figure | None:
    """Unknowns as rows."""
    posterior = found.shown
    if posterior is None:
        return None
    unknowns = [each for each in known(posterior) if each.shown][:MOST]
    below = foot(WIDTH, NOTE, caption)
    height = HEAD + TOP + ROW * len(unknowns) + BOTTOM + below
    figure = sheet(
        WIDTH,
        height,
        title="What the claims say of the unknowns",
        subtitle=f"The {len(unknowns)} most contracted of {len(posterior.slots)} unknowns; typical effective sample "
        f"{rounded(found.cooled.effective)}",
        note=NOTE,
        caption=caption,
    )
    axes = figure.add_axes(
        ((MARGIN + NAMES) / WIDTH, (below + BOTTOM) / height, PANEL / WIDTH, ROW * len(unknowns) / height)
    )
    columns = {slot: n for n, slot in enumerate(posterior.slots)}
    prior = ndtri(np.array([0.05, 0.25, 0.5, 0.75, 0.95]))
    for row, each in enumerate(unknowns):
        axes.axhline(row, color=HAIR, linewidth=0.4)
        bar(axes, row - 0.16, prior.tolist(), FADED)
        column = posterior.normals[:, columns[each.slot]]
        bar(axes, row + 0.16, np.quantile(column, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist(), INK)
        axes.text(1.03, row, written(each), transform=axes.get_yaxis_transform(), va="center", size=SMALL, color=INK)
    axes.set_ylim(len(unknowns) - 0.5, -0.5)
    axes.set_xlim(-3, 3)
    axes.set_yticks(range(len(unknowns)), [each.slot.replace("_", " ") for each in unknowns])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("prior standard deviations from the prior median")
    return figure


def bar(axes: Axes, row: float, ends: list[float], colour: str) -> None:
    """A median with its two intervals."""
    axes.plot([ends[0], ends[4]], [row, row], color=colour, linewidth=0.9)
    axes.plot([ends[1], ends[3]], [row, row], color=colour, linewidth=2.6, solid_capstyle="butt")
    axes.plot(ends[2], row, "o", color=colour, markersize=3.6, zorder=3)


def written(each: Known) -> str:
    """The medians in the unknown's own unit, and what the record says of it."""
    unit = "" if each.unit == "1" else f" {each.unit}"
    before, after = (supported(middle, (high - low) / 2) for middle, low, high in (each.before, each.after))
    return f"{before} → {after}{unit} · {each.words.split(':')[0]}"
