"""Reliability of the answers to forecast questions: how often yes where a yes was given so much of a chance."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.plots.figure_data import ForecastData
from sim.plots.registry import FigureSpec
from sim.plots.reliability_panel import draw_reliability
from sim.plots.style import HEADER_HEIGHT, MARGIN, compute_footer_height, make_figure

if TYPE_CHECKING:
    from sim.analysis.question_scores import AnsweredQuestion

MIN_SCORED = 30  # questions below which no share by chance says anything
N_BINS = 5
MARKER_SIZE = 6.0
WIDTH, PANEL_SIZE, AXIS_HEIGHT = 5.2, 3.4, 0.5
NOTE = (
    "Each question that the record decides, once, by the last forecast that was asked. Points: the questions given a "
    "chance within a fifth of the scale, how many of them had yes, with 95% intervals that take them for independent."
)
FIGURE = FigureSpec("reliability", ("forecast",))


def draw(data: ForecastData) -> Figure | None:
    """Shares of yes by chance given; None for fewer than `MIN_SCORED` questions that are decided."""
    scored = select_last_answers(data)
    if len(scored) < MIN_SCORED:
        return None
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    height = HEADER_HEIGHT + PANEL_SIZE + AXIS_HEIGHT + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="Does it happen as often as was forecast?",
        subtitle=f"{len(scored)} questions on a fixed grid, decided by the record",
        note=NOTE,
        caption=data.caption,
    )
    left, base = MARGIN + 0.45, footer_height + AXIS_HEIGHT
    axes = figure.add_axes((left / WIDTH, base / height, PANEL_SIZE / WIDTH, PANEL_SIZE / height))
    chances = np.array([each.forecast for each in scored])
    answers = np.array([each.is_yes for each in scored])
    draw_reliability(axes, chances, answers, N_BINS, MARKER_SIZE)
    axes.set_ylabel("answers that were yes, in 100")
    return figure


def select_last_answers(data: ForecastData) -> "list[AnsweredQuestion]":
    """The questions that are decided, each by the latest cut-off from which it was asked."""
    by_id: dict[str, AnsweredQuestion] = {}
    for forecast in sorted(data.forecasts, key=lambda each: each.cutoff.time):
        if forecast.question_evaluation is not None:
            by_id |= {each.question.id: each for each in forecast.question_evaluation.scored}
    return list(by_id.values())
