"""Outcome distributions over one factor: at each level the chance of an event, or the spread of a number."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.digits import scale_of, subject, unit_of
from sim.experiment.paired import Measured
from sim.experiment.sweep import Swept, by_point, mean_of
from sim.plots.style import FADED, INK
from sim.plots.sweep.axis import head, levels, panels, show_levels

NOTE = (
    "Events: the share of battles, with its 95% interval. Numbers: the median (point), the middle half (thick) and the "
    "middle nine tenths (thin) of the battles at that level. The luck is the same at every level."
)


def applies(swept: Swept) -> bool:
    """It is for one factor."""
    return len(swept.factors) == 1


def draw(swept: Swept, of: list[str], caption: str) -> Figure:
    """A panel for each measure."""
    (factor,) = swept.factors
    at, names = levels(swept, factor)
    columns = min(len(of), 3)
    figure, axes = panels(
        columns,
        -(-len(of) // columns),
        title=f"What comes of each level of {factor.replace('_', ' ')}",
        subtitle=f"{len(swept.points)} levels, {len(swept.values)} battles",
        note=NOTE,
        caption=caption,
    )
    for id, axis in zip(of, axes, strict=False):
        measured = swept.measured(id)
        panel(axis, swept, measured, at)
        head(axis, subject(measured))
        axis.set_ylabel(unit_of(measured))
        show_levels(axis, factor, names, across=True)
    return figure


def panel(axes: Axes, swept: Swept, measured: Measured, at: np.ndarray) -> None:
    """One measure over the factor."""
    scale = scale_of(measured)
    for number, sample in by_point(swept, measured.id):
        where = [at[number], at[number]]
        if measured.event:
            mean, low, high = (scale * each for each in mean_of(measured, sample))
            axes.plot(where, [low, high], color=INK, linewidth=1.4)
            axes.plot(at[number], mean, "o", color=INK, markersize=4)
            continue
        low90, low50, median, high50, high90 = scale * np.quantile(sample, [0.05, 0.25, 0.5, 0.75, 0.95])
        axes.plot(where, [low90, high90], color=FADED, linewidth=1)
        axes.plot(where, [low50, high50], color=INK, linewidth=3, solid_capstyle="butt")
        axes.plot(at[number], median, "o", color="white", markeredgecolor=INK, markersize=4)
    if measured.event:
        axes.set_ylim(-2, 102)
    else:
        axes.set_ylim(bottom=0)
