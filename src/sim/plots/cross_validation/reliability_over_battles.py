"""Reliability over battles: how often yes where a yes was given so much of a chance."""

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR
from sim.analysis.cross_validation.scores import compute_discrimination
from sim.plots.figure_data import CrossValidationData
from sim.plots.registry import FigureSpec
from sim.plots.reliability_panel import draw_reliability
from sim.plots.style import HEADER_HEIGHT, MARGIN, SMALL_FONT, compute_footer_height, make_figure

N_BINS = 10
MARKER_SIZE = 4.0
PANEL_SIZE, PANEL_GAP, AXIS_HEIGHT, LEFT = 2.9, 0.65, 0.5, 0.45  # inches
PANELS = {PRIOR: "from the battle's own priors", POOLED: "from the other battles"}
NOTE = (
    "Points: the questions given a chance within a tenth of the scale, and how many of them came true, with their "
    "number and 95% intervals that take them for independent, which those of one battle are not. On the "
    "line chances are as good as they say."
)
FIGURE = FigureSpec("reliability_over_battles", ("cross-validate",))


def draw(data: CrossValidationData) -> Figure | None:
    """A panel for each forecaster; None if the record answers nothing."""
    decided = data.result.decided
    if not decided:
        return None
    width = 2 * MARGIN + LEFT + len(PANELS) * PANEL_SIZE + (len(PANELS) - 1) * PANEL_GAP
    footer_height = compute_footer_height(width, NOTE, data.caption)
    n_battles = len({each.battle for each in decided})
    height = HEADER_HEIGHT + 0.3 + PANEL_SIZE + AXIS_HEIGHT + footer_height
    figure = make_figure(
        width,
        height,
        title="Does it happen as often as was forecast?",
        subtitle=f"{len(decided)} questions about {n_battles:,} battles that the record answers",
        note=NOTE,
        caption=data.caption,
    )
    answers = np.array([each.is_yes for each in decided])
    for number, (forecaster, title) in enumerate(PANELS.items()):
        left = MARGIN + LEFT + number * (PANEL_SIZE + PANEL_GAP)
        axes = figure.add_axes(
            (left / width, (footer_height + AXIS_HEIGHT) / height, PANEL_SIZE / width, PANEL_SIZE / height)
        )
        chances = np.array([each.chances[forecaster] for each in decided])
        draw_reliability(axes, chances, answers, N_BINS, MARKER_SIZE)
        area = compute_discrimination(forecaster, decided)
        told_apart = "" if area is None else f"\ntold apart in {100 * area:.0f} of 100 pairs"
        axes.set_title(title + told_apart, loc="left", size=SMALL_FONT, weight="bold")
        if number == 0:
            axes.set_ylabel("answers that were yes, in 100")
    return figure
