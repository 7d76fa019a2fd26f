"""The response of each measure to each factor: its mean over all other factors, with its interval."""

from math import sqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.level_intervals import compute_level_interval
from sim.outputs.formatting import find_display_scale, find_display_unit, format_measure_title
from sim.plots.figure_data import SweepData, load_sweep_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY
from sim.plots.sweep_panels import (
    MAX_LEVELS,
    find_level_positions,
    format_level_axis,
    make_panel_figure,
    set_panel_title,
)
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.sweep import SweepResult
from sim.scoring.intervals import Z95, IntervalEstimate

NOTE = (
    "Each point: the mean over all battles at that level (of a factor with many levels: in that eighth of the design "
    "points), whatever the other factors are; bars: its 95% interval: for a grid from the replications, else from "
    "the spread of the points."
)
N_GROUPS = 8


FIGURE = FigureSpec("response", ("sweep",), load_sweep_data)


def draw(data: SweepData) -> Figure:
    """Measures as rows, factors as columns (at most four beside each other)."""
    sweep, outputs = data.sweep, data.outputs
    n_columns = min(len(sweep.factors), 4)
    rows_per_output = -(-len(sweep.factors) // n_columns)
    figure, axes = make_panel_figure(
        n_columns,
        rows_per_output * len(outputs),
        title="How each measure answers to each factor",
        subtitle=f"{len(sweep.points)} design points, {len(sweep.outcomes):,} battles",
        note=NOTE,
        caption=data.caption,
    )
    for id in outputs:
        output = sweep.find_measure(id)
        for number, axis in zip(range(rows_per_output * n_columns), axes, strict=False):
            if number >= len(sweep.factors):
                axis.set_visible(False)
                continue
            draw_panel(axis, sweep, output, sweep.factors[number])
            if number % n_columns == 0:
                set_panel_title(axis, format_measure_title(output))
                axis.set_ylabel(find_display_unit(output))
    return figure


def draw_panel(axes: Axes, sweep: SweepResult, output: OutcomeMeasure, factor: str) -> None:
    """One measure over one factor."""
    positions, names = find_level_positions(sweep, factor)
    values, scale = sweep.find_column(output.id), find_display_scale(output)
    is_grid = np.prod([len(np.unique(find_level_positions(sweep, each)[0])) for each in sweep.factors]) == len(
        sweep.points
    )
    intervals = []
    for group in group_points(positions):
        if is_grid or len(group) == 1:  # the same points and random inputs at every level: what is left is chance
            found = compute_level_interval(sweep, output, group.tolist())
        else:
            found = compute_normal_interval(np.array([values[sweep.point_index == number].mean() for number in group]))
        intervals.append((float(positions[group].mean()), scale * found.value, scale * found.low, scale * found.high))
    xs, means_drawn, low_end, high_end = (np.array(each) for each in zip(*intervals, strict=True))
    axes.vlines(xs, low_end, high_end, color=GREY, linewidth=1.2)
    axes.plot(xs, means_drawn, "o" if names else "o-", color=DARK_GREY, markersize=4, linewidth=1)
    if output.is_event:
        axes.set_ylim(-2, 102)
    format_level_axis(axes, factor, names, horizontal=True)


def compute_normal_interval(sample: np.ndarray) -> IntervalEstimate:
    """The mean of a sample with its normal 95% interval."""
    mean = float(sample.mean())
    half = Z95 * float(sample.std(ddof=1)) / sqrt(len(sample)) if len(sample) > 1 else 0.0
    return IntervalEstimate(mean, mean - half, mean + half)


def group_points(positions: np.ndarray) -> list[np.ndarray]:
    """The design points of each level or, if there are many levels, of each eighth of the points."""
    levels = np.unique(positions)
    if len(levels) <= MAX_LEVELS:
        return [np.flatnonzero(positions == each) for each in levels]
    return [part for part in np.array_split(np.argsort(positions, kind="stable"), N_GROUPS) if len(part)]
