"""A heat map over two factors: the chance of an event, or the mean of a number, at each design point."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.outputs.formatting import (
    find_display_scale,
    find_display_unit,
    format_estimate,
    format_level,
    format_measure_title,
)
from sim.plots.figure_data import SweepData, load_sweep_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, SMALL_FONT
from sim.plots.sweep_panels import find_level_positions, format_level_axis, make_panel_figure, set_panel_title
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.sweep import SweepResult, compute_mean_interval, group_by_point

NOTE = "Numbers: the mean at that point, with no more digits than its 95% interval supports."
MAX_LABELLED_POINTS = 81  # more points have no number written into them


FIGURE = FigureSpec("heat_map", ("sweep",), load_sweep_data, applies=lambda data: len(data.sweep.factors) == 2)


def draw(data: SweepData) -> Figure:
    """A panel for each measure."""
    sweep, outputs = data.sweep, data.outputs
    first, second = sweep.factors
    n_columns = min(len(outputs), 2)
    figure, axes = make_panel_figure(
        n_columns,
        -(-len(outputs) // n_columns),
        title=f"{first.replace('_', ' ')} against {second.replace('_', ' ')}".capitalize(),
        subtitle=f"{len(sweep.points)} design points, {len(sweep.outcomes):,} battles",
        note=NOTE,
        caption=data.caption,
    )
    for id, axis in zip(outputs, axes, strict=False):
        draw_panel(figure, axis, sweep, sweep.find_measure(id))
    return figure


def draw_panel(figure: Figure, axes: Axes, sweep: SweepResult, output: OutcomeMeasure) -> None:
    """One measure: a cell for each point of a grid, a mark for each point that is scattered."""
    first, second = sweep.factors
    (x, x_names), (y, y_names) = find_level_positions(sweep, first), find_level_positions(sweep, second)
    means = [compute_mean_interval(output, sample) for _, sample in group_by_point(sweep, output.id)]
    values = find_display_scale(output) * np.array([mean for mean, _, _ in means])
    x_levels, y_levels = np.unique(x), np.unique(y)
    lower, upper = (0.0, 100.0) if output.is_event else (float(values.min()), float(values.max()))
    is_grid = len(x_levels) * len(y_levels) == len(sweep.points)
    if is_grid:
        # Levels are drawn equally wide, whatever the distance between them, so that each can be read.
        x, y = np.searchsorted(x_levels, x).astype(float), np.searchsorted(y_levels, y).astype(float)
        x_names = x_names or [format_level(float(each)) for each in x_levels]
        y_names = y_names or [format_level(float(each)) for each in y_levels]
        grid = np.full((len(y_levels), len(x_levels)), np.nan)
        grid[y.astype(int), x.astype(int)] = values
        mappable: Any = axes.imshow(grid, origin="lower", aspect="auto", cmap="cividis", vmin=lower, vmax=upper)
    else:
        mappable = axes.scatter(
            x, y, c=values, cmap="cividis", s=60, edgecolors=DARK_GREY, linewidths=0.3, vmin=lower, vmax=upper
        )
    figure.colorbar(mappable, ax=axes, fraction=0.05, pad=0.02).set_label(find_display_unit(output))
    if is_grid and len(values) <= MAX_LABELLED_POINTS:
        midpoint = 50 if output.is_event else (values.min() + values.max()) / 2
        for place_x, place_y, value, mean in zip(x, y, values, means, strict=True):
            text = format_estimate(output, *mean).split(" (")[0]
            axes.text(
                place_x,
                place_y,
                text,
                ha="center",
                va="center",
                size=SMALL_FONT,
                color="white" if value < midpoint else DARK_GREY,
            )
    format_level_axis(axes, first, x_names, horizontal=True)
    format_level_axis(axes, second, y_names, horizontal=False)
    set_panel_title(axes, format_measure_title(output))
