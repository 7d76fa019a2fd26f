"""From prior to posterior, by parameter: the most contracted first, those with few effective draws marked."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.figure import Figure
from scipy.special import ndtri

from sim.inference.diagnostics import MIN_ESS, ParameterSummary, summarize_parameters
from sim.outputs.formatting import format_sample_size, format_to_precision
from sim.plots.figure_data import CalibrationData
from sim.plots.interval_rows import draw_quantile_bar
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
)
from sim.scenario.unknown_names import describe_unknown

MAX_PARAMETERS = 24  # that are drawn
ROW_HEIGHT, TOP_HEIGHT, AXIS_HEIGHT = 0.24, 0.3, 0.5
WIDTH, NAME_WIDTH, PANEL_WIDTH = 8.8, 3.2, 2.6
NAME_LENGTH = 58  # letters of a line
NOTE = (
    "Grey: prior; black: posterior; thin: the middle nine tenths, thick: the middle half, dot: the median. The axis is "
    "the unknown's place in its prior, in standard deviations of a normal one. Column: prior and posterior median. "
    f'Hollow dot and "few draws": fewer than {MIN_ESS} effective draws, so that bar and contraction are rough.'
)


FIGURE = FigureSpec("prior_to_posterior", ("calibrate",))


def draw(data: CalibrationData) -> Figure | None:
    """Parameters as rows."""
    calibration = data.calibration
    posterior = calibration.accepted_posterior
    if posterior is None:
        return None
    parameters = select_most_contracted(summarize_parameters(posterior))
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    height = HEADER_HEIGHT + TOP_HEIGHT + ROW_HEIGHT * len(parameters) + AXIS_HEIGHT + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="What the claims say of the unknowns",
        subtitle=f"The {len(parameters)} most contracted of {len(posterior.parameter_names)} unknowns; "
        f"typical effective sample {format_sample_size(calibration.smc.ess)}",
        note=NOTE,
        caption=data.caption,
    )
    axes = figure.add_axes(
        (
            (MARGIN + NAME_WIDTH) / WIDTH,
            (footer_height + AXIS_HEIGHT) / height,
            PANEL_WIDTH / WIDTH,
            ROW_HEIGHT * len(parameters) / height,
        )
    )
    columns = {name: n for n, name in enumerate(posterior.parameter_names)}
    prior = ndtri(np.array([0.05, 0.25, 0.5, 0.75, 0.95]))
    for row, each in enumerate(parameters):
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4)
        draw_quantile_bar(axes, row - 0.16, prior.tolist(), GREY)
        column = posterior.parameter_normals[:, columns[each.parameter]]
        quantiles = np.quantile(column, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
        draw_quantile_bar(axes, row + 0.16, quantiles, DARK_GREY, None if each.is_ess_sufficient else "white")
        axes.text(
            1.03,
            row,
            format_medians(each),
            transform=axes.get_yaxis_transform(),
            va="center",
            size=SMALL_FONT,
            color=DARK_GREY,
        )
    axes.set_ylim(len(parameters) - 0.5, -0.5)
    axes.set_xlim(-3, 3)
    scenario = calibration.target.simulation.scenario
    names = [fill(describe_unknown(scenario, each.parameter), NAME_LENGTH) for each in parameters]
    axes.set_yticks(range(len(parameters)), names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("prior standard deviations from the prior median")
    return figure


def select_most_contracted(summaries: Sequence[ParameterSummary]) -> list[ParameterSummary]:
    """The most contracted parameters, however few effective draws they have."""
    return sorted(summaries, key=lambda each: (-each.contraction, each.parameter))[:MAX_PARAMETERS]


def format_medians(summary: ParameterSummary) -> str:
    """Prior and posterior median in the parameter's unit, and whether the record determines it."""
    unit = "" if summary.unit == "1" else f" {summary.unit}"
    before, after = (
        format_to_precision(median, (high - low) / 2)
        for median, low, high in (summary.prior_quantiles, summary.posterior_quantiles)
    )
    return f"{before} → {after}{unit} · {summary.label.split(':')[0]}"
