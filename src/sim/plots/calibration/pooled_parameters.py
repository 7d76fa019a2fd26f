"""What each battle says of the unknowns that battles share, and all of them together."""

import re
from math import ceil
from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

from sim.plots.figure_data import PoolData
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    compute_footer_height,
    make_figure,
)
from sim.scenario.prior_pools import NONE_LEFT_OUT
from sim.scenario.unknown_names import describe_unknown

MAX_PARAMETERS = 20  # that are drawn
ROW_HEIGHT, AXIS_HEIGHT = 0.3, 0.55
WIDTH, NAME_WIDTH = 7.6, 2.6
NAME_LENGTH = 44  # letters of a line
LEGEND_COLUMNS, LEGEND_ROW_HEIGHT = 2, 0.17
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
NOTE = (
    "Bar: the middle nine tenths and the mean of what a battle that taught nothing may expect, from all of them; grey "
    "band: the same before. Markers: the posterior mean of each battle alone. The axis is the unknown's place in its "
    "prior, in standard deviations of a normal one."
)
NINE_TENTHS = 1.645  # standard deviations of a normal distribution to each side

FIGURE = FigureSpec("pooled_parameters", ("pool",))


def draw(data: PoolData) -> Figure:
    """Unknowns as rows, those that moved most first."""
    pool = data.pool
    posterior = pool.posteriors[NONE_LEFT_OUT]
    rows = np.argsort(-posterior.movement, kind="stable")[:MAX_PARAMETERS].tolist()
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    legend_height = LEGEND_ROW_HEIGHT * ceil(len(pool.battles) / LEGEND_COLUMNS)
    height = HEADER_HEIGHT + 0.2 + legend_height + ROW_HEIGHT * len(rows) + AXIS_HEIGHT + footer_height
    low, middle, high = (100 * each for each in posterior.compute_shared_quantiles([0.05, 0.5, 0.95]))
    figure = make_figure(
        WIDTH,
        height,
        title="What battles say together",
        subtitle=f"Common to all battles: {middle:.0f}% of the prior's variance ({low:.0f} to {high:.0f}%)",
        note=NOTE,
        caption=data.caption,
    )
    left, bottom = MARGIN + NAME_WIDTH, footer_height + AXIS_HEIGHT
    axes = figure.add_axes(
        (left / WIDTH, bottom / height, (WIDTH - left - MARGIN) / WIDTH, ROW_HEIGHT * len(rows) / height)
    )
    axes.axvspan(-NINE_TENTHS, NINE_TENTHS, color=LIGHT_GREY, alpha=0.35, linewidth=0)
    axes.axvline(0, color=GREY, linewidth=0.8)
    for row, n in enumerate(rows):
        mean, half = posterior.mean[n], NINE_TENTHS * posterior.sd[n]
        axes.plot([mean - half, mean + half], [row, row], color=DARK_GREY, linewidth=1.6, solid_capstyle="butt")
        axes.plot(mean, row, "|", color=DARK_GREY, markersize=9, markeredgewidth=1.8)
    for marker, battle in zip(MARKERS, pool.battles.values(), strict=False):
        columns = {each: k for k, each in enumerate(battle.posterior.parameter_names)}
        means = battle.posterior.parameter_normals.mean(axis=0)
        points = [
            (means[columns[pool.parameters[n]]], row) for row, n in enumerate(rows) if pool.parameters[n] in columns
        ]
        if points:
            title = re.split("[,:]", battle.scenario.title)[0]
            axes.plot(*np.array(points).T, marker, color=GREY, markersize=4.2, markerfacecolor="white", label=title)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-2.6, 2.6)
    shown = [pool.parameters[n] for n in rows]
    names = [fill(describe_unknown(pool.find_scenario(each), each), NAME_LENGTH) for each in shown]
    axes.set_yticks(range(len(rows)), names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("prior standard deviations from the prior median")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=LEGEND_COLUMNS, frameon=False)
    return figure
