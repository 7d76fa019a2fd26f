"""Reliability over battles: how often yes where a yes was given so much of a chance."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR
from sim.analysis.cross_validation.scores import DecidedQuestion, compute_discrimination
from sim.plots.figure_data import CrossValidationData
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, HEADER_HEIGHT, MARGIN, SMALL_FONT, compute_footer_height, make_figure
from sim.scoring.intervals import wilson_interval

N_BINS = 10
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
        subtitle=f"{len(decided)} questions about {n_battles} battles that the record answers",
        note=NOTE,
        caption=data.caption,
    )
    for number, (forecaster, title) in enumerate(PANELS.items()):
        left = MARGIN + LEFT + number * (PANEL_SIZE + PANEL_GAP)
        axes = figure.add_axes(
            (left / width, (footer_height + AXIS_HEIGHT) / height, PANEL_SIZE / width, PANEL_SIZE / height)
        )
        draw_panel(axes, decided, forecaster)
        area = compute_discrimination(forecaster, decided)
        told_apart = "" if area is None else f"\ntold apart in {100 * area:.0f} of 100 pairs"
        axes.set_title(title + told_apart, loc="left", size=SMALL_FONT, weight="bold")
        if number == 0:
            axes.set_ylabel("answers that were yes, in 100")
    return figure


def draw_panel(axes: Axes, decided: tuple[DecidedQuestion, ...], forecaster: str) -> None:
    """Shares of yes by chance given."""
    axes.plot([0, 100], [0, 100], color=GREY, linewidth=0.8)
    chances = np.array([each.chances[forecaster] for each in decided])
    answers = np.array([each.is_yes for each in decided])
    bins = np.minimum((chances * N_BINS).astype(int), N_BINS - 1)
    for number in np.unique(bins).tolist():
        members = bins == number
        n_yes, count = int(answers[members].sum()), int(members.sum())
        low, high = wilson_interval(n_yes, count)
        mean = 100 * float(chances[members].mean())
        axes.plot([mean, mean], [100 * low, 100 * high], color=DARK_GREY, linewidth=1.0)
        axes.plot(mean, 100 * n_yes / count, "o", color=DARK_GREY, markersize=4)
        axes.annotate(str(count), (mean, 100 * n_yes / count), (5, -8), textcoords="offset points", size=SMALL_FONT)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel("chance of a yes that was forecast, in 100")
