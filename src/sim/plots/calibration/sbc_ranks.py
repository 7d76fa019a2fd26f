"""Simulation-based calibration: ranks of known true values against the uniform distribution."""

from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

from sim.plots.figure_data import SbcData
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    MARGIN,
    NEUTRAL,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
)

WIDTH, TOP_HEIGHT, PANEL_HEIGHT, AXIS_HEIGHT = 7.6, 0.25, 2.9, 0.5
MAX_NAMED = 3  # quantities
NAME_LENGTH = 44  # letters of a line
NOTE = (
    "Each line is one quantity: the share of truths of at most that rank among 19 draws from their posterior, beyond "
    "what is expected. Band: where 95 of 100 such lines would stay all along if the inference were right. Black: the "
    "most uneven ones. Right: all ranks of all quantities together."
)


FIGURE = FigureSpec("sbc_ranks", ("sbc",))


def draw(data: SbcData) -> Figure:
    """Two panels: lines of all quantities, and the histogram of all ranks."""
    sbc = data.sbc
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    height = HEADER_HEIGHT + TOP_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="Does the inference find the truth where it is known?",
        subtitle=f"{len(sbc.quantities)} quantities in {len(sbc.ranks):,} synthetic battles; chance of the most "
        f"uneven, times their number: {sbc.bonferroni_p_value:.2g}",
        note=NOTE,
        caption=data.caption,
    )
    left, base = MARGIN + 0.45, footer_height + AXIS_HEIGHT
    line_axes = figure.add_axes((left / WIDTH, base / height, 4.0 / WIDTH, PANEL_HEIGHT / height))
    ranks = np.arange(sbc.rank_counts.shape[1])
    band = sbc.compute_ecdf_band()
    line_axes.fill_between(ranks, -100 * band, 100 * band, color=NEUTRAL, linewidth=0)
    deviations = sbc.compute_ecdf_differences()
    uneven = sbc.p_values.argsort()[:MAX_NAMED].tolist()
    for number, line in enumerate(deviations):
        if number not in uneven:
            line_axes.plot(ranks, 100 * line, color=GREY, linewidth=0.5, alpha=0.6)
    for number, style in zip(uneven, ("-", "--", ":"), strict=False):
        line_axes.plot(
            ranks,
            100 * deviations[number],
            style,
            color=DARK_GREY,
            linewidth=1.2,
            label=fill(data.names[number], NAME_LENGTH),
        )
    line_axes.legend(loc="upper right")
    line_axes.axhline(0, color=GREY, linewidth=0.6)
    line_axes.set_xlabel("rank of the truth")
    line_axes.set_xticks(range(0, len(ranks), 3))
    line_axes.set_ylabel("share beyond what is expected, in 100")
    bar_axes = figure.add_axes(
        ((left + 4.55) / WIDTH, base / height, (WIDTH - left - 4.55 - MARGIN) / WIDTH, PANEL_HEIGHT / height)
    )
    pooled_counts = sbc.rank_counts.sum(axis=0)
    bar_axes.bar(ranks, pooled_counts, color=GREY, width=0.8)
    bar_axes.axhline(pooled_counts.mean(), color=DARK_GREY, linewidth=0.8)
    bar_axes.set_title("all ranks", loc="left", size=SMALL_FONT, weight="bold")
    bar_axes.set_xlabel("rank")
    return figure
