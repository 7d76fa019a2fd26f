"""Parallel coordinates: each design point as a line through its levels and the means of its measures."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.outputs.formatting import find_display_scale, find_display_unit, format_measure_title
from sim.plots.figure_data import SweepData, load_sweep_data
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)
from sim.plots.sweep_panels import find_level_positions
from sim.runs.sweep import SweepResult

WIDTH, PANEL_HEIGHT, LABEL_HEIGHT = 7.0, 3.2, 0.75  # inches: the figure, its axes, the names below them
SIDE = 0.5  # inches left free beside the first and the last axis
LIGHTEST, DARKEST = 0.82, 0.1  # grey of the lines with the lowest and the highest mean of the first measure
MAX_TICKS = 6  # levels that are named on an axis
NOTE = (
    "Each line: one design point, through the level of each factor and the mean of each measure over its battles; the "
    "darker, the higher the first measure. Points with few battles differ by chance too."
)


FIGURE = FigureSpec("parallel_coordinates", ("sweep",), load_sweep_data)


def draw(data: SweepData) -> Figure:
    """Factors first, then measures, each axis from its lowest to its highest value."""
    sweep = data.sweep
    columns = list_columns(sweep, data.outputs)
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    height = HEADER_HEIGHT + PANEL_HEIGHT + LABEL_HEIGHT + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="All design points at once",
        subtitle=f"{len(sweep.points)} design points, {len(sweep.outcomes):,} battles",
        note=NOTE,
        caption=data.caption,
    )
    left = (MARGIN + SIDE) / WIDTH
    axes = figure.add_axes((left, (footer_height + LABEL_HEIGHT) / height, 1 - 2 * left, PANEL_HEIGHT / height))
    first_measure = scale_column(columns[len(sweep.factors)][1])
    lines = np.column_stack([scale_column(values) for _, values, _ in columns])
    for number in np.argsort(first_measure, kind="stable"):
        grey = LIGHTEST + (DARKEST - LIGHTEST) * first_measure[number]
        axes.plot(range(len(columns)), lines[number], color=str(grey), linewidth=1.0)
    chars = max(10, int((WIDTH - 2 * MARGIN) * 72 / (SMALL_FONT * 0.6 * len(columns))))
    for position, (_, values, names) in enumerate(columns):
        axes.axvline(position, color=GREY, linewidth=0.8)
        label_axis(axes, position, values, names)
    axes.set_xticks(range(len(columns)), [wrap_balanced(name, chars) for name, _, _ in columns])
    axes.set_xlim(-0.02, len(columns) - 0.98)
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([])
    axes.set_xlabel("factors, then measures (means)")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(axis="x", length=0)
    return figure


def list_columns(sweep: SweepResult, outputs: Sequence[str]) -> list[tuple[str, np.ndarray, list[str]]]:
    """Each axis: its name, a value for each design point, and the names of its levels if they are not numbers."""
    columns = []
    for factor in sweep.factors:
        positions, names = find_level_positions(sweep, factor)
        columns.append((factor.replace("_", " "), positions, names))
    for id in outputs:
        measure = sweep.find_measure(id)
        values, count = sweep.find_column(id), len(sweep.points)
        totals = np.bincount(sweep.point_index, weights=values, minlength=count)
        means = find_display_scale(measure) * totals / np.maximum(np.bincount(sweep.point_index, minlength=count), 1)
        columns.append((f"{format_measure_title(measure)} ({find_display_unit(measure)})", means, []))
    return columns


def scale_column(values: np.ndarray) -> np.ndarray:
    """Values from 0 (the lowest) to 1 (the highest); one half if all are the same."""
    span = float(np.ptp(values))
    scaled: np.ndarray = (values - values.min()) / span if span > 0 else np.full(len(values), 0.5)
    return scaled


def label_axis(axes: Axes, position: int, values: np.ndarray, names: list[str]) -> None:
    """The levels of an axis if they are few, else its ends."""
    levels = np.unique(values)
    shown = levels if len(levels) <= MAX_TICKS and (names or position == 0 or len(levels) <= 4) else levels[[0, -1]]
    scaled = scale_column(np.concatenate([values, shown]))[-len(shown) :]
    for level, place in zip(shown, scaled, strict=True):
        text = names[int(level)] if names else f"{level:.4g}"
        axes.annotate(
            text,
            (position, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=SMALL_FONT,
            color=DARK_GREY,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
        )
