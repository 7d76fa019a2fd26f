"""Scores of each battle, forecast from the others, beside its own priors and baselines."""

from matplotlib.figure import Figure

from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR
from sim.analysis.cross_validation.scores import FORECASTERS, DecidedQuestion, average_by_battle
from sim.plots.figure_data import CrossValidationData
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)

ROW_HEIGHT, AXIS_HEIGHT, LEGEND_HEIGHT = 0.34, 0.5, 0.45
WIDTH, NAME_WIDTH = 7.2, 2.6
MARKERS = {
    POOLED: "o",
    PRIOR: "o",
    "climatology": "s",
    "persistence": "^",
    "day_bootstrap": "v",
    "lanchester": "x",
    "logistic_regression": "D",
}
NOTE = (
    "Brier score: the mean squared distance between chance and answer, over the questions that the record answers. A "
    "baseline is scored on those of them that it has a chance for. The dotted line is a coin."
)
FIGURE = FigureSpec("scores_by_battle", ("cross-validate",))


def draw(data: CrossValidationData) -> Figure | None:
    """Battles as rows, Brier scores along them; None if the record answers nothing."""
    decided = data.result.decided
    names = list(dict.fromkeys(each.battle for each in decided))
    if not names:
        return None
    titles = {each.scenario.name: each.scenario.title for each in data.result.battles}
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    height = HEADER_HEIGHT + LEGEND_HEIGHT + ROW_HEIGHT * len(names) + AXIS_HEIGHT + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="Each battle forecast from the others",
        subtitle="Brier score, smaller is better",
        note=NOTE,
        caption=data.caption,
    )
    left, base = MARGIN + NAME_WIDTH, footer_height + AXIS_HEIGHT
    axes = figure.add_axes(
        (left / WIDTH, base / height, (WIDTH - left - MARGIN) / WIDTH, ROW_HEIGHT * len(names) / height)
    )
    axes.axvline(0.25, color=GREY, linewidth=0.8, linestyle=":")
    rows = list(range(len(names)))
    for row in rows:
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4, zorder=1)
    for forecaster in FORECASTERS:
        scores = [score_battle(name, forecaster, decided) for name in names]
        edge = DARK_GREY if forecaster in (POOLED, PRIOR) else GREY
        (line,) = axes.plot(scores, rows, MARKERS[forecaster], color=edge, markersize=5, linestyle="none", zorder=3)
        line.set_label(forecaster.replace("_", " "))
        line.set_markerfacecolor(DARK_GREY if forecaster == POOLED else "white")
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, None)
    axes.set_yticks(rows, [wrap_balanced(titles[name], 42) for name in names])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Brier score")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.55, 1.0), ncols=4, frameon=False)
    return figure


def score_battle(battle: str, forecaster: str, decided: tuple[DecidedQuestion, ...]) -> float:
    """The mean Brier score of a forecaster over one battle; NaN if it has a chance for none of its questions."""
    members = [each for each in decided if each.battle == battle and forecaster in each.chances]
    return float(average_by_battle(forecaster, "brier", members)[0]) if members else float("nan")
