"""A heat map over two factors: the chance of an event, or the mean of a number, at each design point."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.digits import estimate, level, scale_of, subject, unit_of
from sim.experiment.paired import Measured
from sim.experiment.sweep import Swept, by_point, mean_of
from sim.plots.style import INK
from sim.plots.sweep.axis import head, levels, panels, show_levels

NOTE = "Numbers: the mean at that point, with no more digits than its 95% interval supports."
MOST_WRITTEN = 81  # points whose number is written into them


def applies(swept: Swept) -> bool:
    """It is for two factors."""
    return len(swept.factors) == 2


def draw(swept: Swept, of: list[str], caption: str) -> Figure:
    """A panel for each measure."""
    first, second = swept.factors
    columns = min(len(of), 2)
    figure, axes = panels(
        columns,
        -(-len(of) // columns),
        title=f"{first.replace('_', ' ')} against {second.replace('_', ' ')}".capitalize(),
        subtitle=f"{len(swept.points)} design points, {len(swept.values)} battles",
        note=NOTE,
        caption=caption,
    )
    for id, axis in zip(of, axes, strict=False):
        panel(figure, axis, swept, swept.measured(id))
    return figure


def panel(figure: Figure, axes: Axes, swept: Swept, measured: Measured) -> None:
    """One measure: a cell for each point of a grid, a mark for each point that is scattered."""
    first, second = swept.factors
    (x, x_names), (y, y_names) = levels(swept, first), levels(swept, second)
    means = [mean_of(measured, sample) for _, sample in by_point(swept, measured.id)]
    values = scale_of(measured) * np.array([mean for mean, _, _ in means])
    across, up = np.unique(x), np.unique(y)
    least, most = (0.0, 100.0) if measured.event else (float(values.min()), float(values.max()))
    gridded = len(across) * len(up) == len(swept.points)
    if gridded:
        # Levels are drawn equally wide, whatever the distance between them, so that each can be read.
        x, y = np.searchsorted(across, x).astype(float), np.searchsorted(up, y).astype(float)
        x_names = x_names or [level(float(each)) for each in across]
        y_names = y_names or [level(float(each)) for each in up]
        cells = np.full((len(up), len(across)), np.nan)
        cells[y.astype(int), x.astype(int)] = values
        drawn: Any = axes.imshow(cells, origin="lower", aspect="auto", cmap="cividis", vmin=least, vmax=most)
    else:
        drawn = axes.scatter(
            x, y, c=values, cmap="cividis", s=60, edgecolors=INK, linewidths=0.3, vmin=least, vmax=most
        )
    figure.colorbar(drawn, ax=axes, fraction=0.05, pad=0.02).set_label(unit_of(measured))
    if gridded and len(values) <= MOST_WRITTEN:
        middle = 50 if measured.event else (values.min() + values.max()) / 2
        for place_x, place_y, value, mean in zip(x, y, values, means, strict=True):
            text = estimate(measured, *mean).split(" (")[0]
            axes.text(
                place_x, place_y, text, ha="center", va="center", size=6, color="white" if value < middle else INK
            )
    show_levels(axes, first, x_names, across=True)
    show_levels(axes, second, y_names, across=False)
    head(axes, subject(measured))
