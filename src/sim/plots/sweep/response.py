"""The response of each measure to each factor: the mean over all else that varies, with its interval."""

from math import sqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.claims.intervals import Z95
from sim.experiment.digits import scale_of, subject, unit_of
from sim.experiment.paired import Measured
from sim.experiment.sweep import Swept, mean_of
from sim.plots.style import FADED, INK
from sim.plots.sweep.axis import MANY, head, levels, panels, show_levels

NOTE = (
    "Each point: the mean over all battles at that level (of a factor with many levels: in that eighth of the design "
    "points), whatever the other factors are; bars: its 95% interval: for a grid from the replications, else from "
    "the spread of the points."
)
PARTS = 8


def applies(swept: Swept) -> bool:
    """It is for any sweep."""
    return True


def draw(swept: Swept, of: list[str], caption: str) -> Figure:
    """Measures as rows, factors as columns (at most four beside each other)."""
    columns = min(len(swept.factors), 4)
    lines = -(-len(swept.factors) // columns)
    figure, axes = panels(
        columns,
        lines * len(of),
        title="How each measure answers to each factor",
        subtitle=f"{len(swept.points)} design points, {len(swept.values)} battles",
        note=NOTE,
        caption=caption,
    )
    for id in of:
        measured = swept.measured(id)
        for number, axis in zip(range(lines * columns), axes, strict=False):
            if number >= len(swept.factors):
                axis.set_visible(False)
                continue
            panel(axis, swept, measured, swept.factors[number])
            if number % columns == 0:
                head(axis, subject(measured))
                axis.set_ylabel(unit_of(measured))
    return figure


def panel(axes: Axes, swept: Swept, measured: Measured, factor: str) -> None:
    """One measure over one factor."""
    at, names = levels(swept, factor)
    column, scale = swept.column(measured.id), scale_of(measured)
    gridded = np.prod([len(np.unique(levels(swept, each)[0])) for each in swept.factors]) == len(swept.points)
    shown = []
    for group in parts_of(at):
        samples = [column[swept.point == number] for number in group]
        means = np.array([sample.mean() for sample in samples])
        if len(group) == 1:
            mean, low, high = mean_of(measured, samples[0])
        elif gridded:  # the same points at every level, so that chance alone counts; the luck of a replication is one
            shared = min(map(len, samples))
            mean, low, high = normal(np.mean([sample[:shared] for sample in samples], axis=0))
        else:
            mean, low, high = normal(means)
        shown.append((float(at[group].mean()), scale * mean, scale * low, scale * high))
    across, middle, low_end, high_end = (np.array(each) for each in zip(*shown, strict=True))
    axes.vlines(across, low_end, high_end, color=FADED, linewidth=1.2)
    axes.plot(across, middle, "o" if names else "o-", color=INK, markersize=4, linewidth=1)
    if measured.event:
        axes.set_ylim(-2, 102)
    show_levels(axes, factor, names, across=True)


def normal(sample: np.ndarray) -> tuple[float, float, float]:
    """The mean of a sample with its normal 95% interval."""
    mean = float(sample.mean())
    half = Z95 * float(sample.std(ddof=1)) / sqrt(len(sample)) if len(sample) > 1 else 0.0
    return mean, mean - half, mean + half


def parts_of(at: np.ndarray) -> list[np.ndarray]:
    """The design points of each level or, of many levels, of each eighth of the points."""
    distinct = np.unique(at)
    if len(distinct) <= MANY:
        return [np.flatnonzero(at == each) for each in distinct]
    return [part for part in np.array_split(np.argsort(at, kind="stable"), PARTS) if len(part)]
