"""Outcome distributions over one factor: at each level the chance of an event, or the spread of a number."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.outputs.formatting import find_display_scale, find_display_unit, format_measure_title
from sim.plots.figure_data import SweepData, load_sweep_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY
from sim.plots.sweep_panels import find_level_positions, format_level_axis, make_panel_figure, set_panel_title
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.sweep import SweepResult, compute_mean_interval, group_by_point

NOTE = (
    "Events: the share of battles, with its 95% interval. Numbers: the median (point), the middle half (thick) and the "
    "middle nine tenths (thin) of the battles at that level. The luck is the same at every level."
)


FIGURE = FigureSpec("distributions", ("sweep",), load_sweep_data, applies=lambda data: len(data.sweep.factors) == 1)


def draw(data: SweepData) -> Figure:
    """A panel for each measure."""
    sweep, outputs = data.sweep, data.outputs
    (factor,) = sweep.factors
    positions, names = find_level_positions(sweep, factor)
    n_columns = min(len(outputs), 3)
    figure, axes = make_panel_figure(
        n_columns,
        -(-len(outputs) // n_columns),
        title=f"What comes of each level of {factor.replace('_', ' ')}",
        subtitle=f"{len(sweep.points)} levels, {len(sweep.outcomes):,} battles",
        note=NOTE,
        caption=data.caption,
    )
    for id, axis in zip(outputs, axes, strict=False):
        output = sweep.find_measure(id)
        draw_panel(axis, sweep, output, positions)
        set_panel_title(axis, format_measure_title(output))
        axis.set_ylabel(find_display_unit(output))
        format_level_axis(axis, factor, names, horizontal=True)
    return figure


def draw_panel(axes: Axes, sweep: SweepResult, output: OutcomeMeasure, positions: np.ndarray) -> None:
    """One measure over the factor."""
    scale = find_display_scale(output)
    for number, sample in group_by_point(sweep, output.id):
        xs = [positions[number], positions[number]]
        if output.is_event:
            mean, low, high = (scale * each for each in compute_mean_interval(output, sample))
            axes.plot(xs, [low, high], color=DARK_GREY, linewidth=1.4)
            axes.plot(positions[number], mean, "o", color=DARK_GREY, markersize=4)
            continue
        low90, low50, median, high50, high90 = scale * np.quantile(sample, [0.05, 0.25, 0.5, 0.75, 0.95])
        axes.plot(xs, [low90, high90], color=GREY, linewidth=1)
        axes.plot(xs, [low50, high50], color=DARK_GREY, linewidth=3, solid_capstyle="butt")
        axes.plot(positions[number], median, "o", color="white", markeredgecolor=DARK_GREY, markersize=4)
    if output.is_event:
        axes.set_ylim(-2, 102)
    else:
        axes.set_ylim(bottom=0)
