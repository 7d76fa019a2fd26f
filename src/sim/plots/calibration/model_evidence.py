"""Models by evidence, and how often the evidence finds the true model in synthetic data."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.plots.figure_data import ModelComparisonData
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

if TYPE_CHECKING:
    from sim.inference.model_comparison import ModelConfusion

WIDTH, NAME_WIDTH, ROW_HEIGHT, AXIS_HEIGHT = 7.6, 1.8, 0.34, 0.85
NOTE = (
    "Left: logarithm of the evidence beyond that of the best rival; bars: 95% interval by Student's t, the spread of "
    "islands pooled over all rivals, at least that by families; small dots: the two islands. Three (a factor of "
    "twenty) is where one speaks of strong evidence. Right, if there is one: of synthetic battles of each rival "
    "(rows), how many the evidence gives to which (columns)."
)


FIGURE = FigureSpec("model_evidence", ("compare-models",))


def draw(data: ModelComparisonData) -> Figure:
    """Models as rows, the best first; beside them the confusion matrix of synthetic battles."""
    comparison, confusion = data.comparison, data.confusion
    evidences, errors = comparison.log_evidences, comparison.evidence_errors
    ranked = sorted(evidences, key=lambda name: -evidences[name].value)
    rows = max(len(ranked), 1)
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    panel_height = max(ROW_HEIGHT * rows, 1.2)
    height = HEADER_HEIGHT + 0.25 + panel_height + AXIS_HEIGHT + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="Which rival do the claims speak for?",
        subtitle="Logarithm of the evidence" if ranked else "No rival came to its posterior: there is no evidence",
        note=NOTE,
        caption=data.caption,
    )
    left, bottom = MARGIN + NAME_WIDTH, footer_height + AXIS_HEIGHT
    panel_width = 2.4 if confusion else WIDTH - left - MARGIN
    axes = figure.add_axes((left / WIDTH, bottom / height, panel_width / WIDTH, panel_height / height))
    best = evidences[ranked[0]].value if ranked else 0.0
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.axvline(-3, color=LIGHT_GREY, linewidth=0.8, linestyle="--")
    for row, name in enumerate(ranked):
        evidence = evidences[name]
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4)
        relative, half_width = evidence.value - best, errors.compute_half_width(name)
        axes.plot([relative - half_width, relative + half_width], [row, row], color=DARK_GREY, linewidth=1.4)
        axes.plot(relative, row, "o", color=DARK_GREY, markersize=5)
        chain_values = [one.value - best for one in comparison.smc_results[name].log_evidences]
        axes.plot(chain_values, [row + 0.2] * len(chain_values), ".", color=GREY, markersize=4)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks(range(len(ranked)), [name.replace("_", " ") for name in ranked])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("logarithm of the evidence, beyond the best")
    if confusion is not None:
        draw_confusion_matrix(
            figure, confusion, (left + panel_width + 1.3) / WIDTH, bottom / height, panel_height / height
        )
    return figure


def draw_confusion_matrix(
    figure: Figure, confusion: "ModelConfusion", left: float, bottom: float, height: float
) -> None:
    """Draw the counts of synthetic battles: true models as rows, those that the evidence chooses as columns."""
    axes = figure.add_axes((left, bottom, 1 - left - MARGIN / WIDTH, height))
    n_datasets = confusion.counts.sum(axis=1, keepdims=True)
    axes.imshow(confusion.counts / n_datasets, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for row, counts in enumerate(confusion.counts.tolist()):
        for column, count in enumerate(counts):
            is_dark = count / n_datasets[row, 0] > 0.5
            axes.text(
                column,
                row,
                str(count),
                ha="center",
                va="center",
                size=SMALL_FONT,
                color="white" if is_dark else DARK_GREY,
            )
    names = [name.replace("_", " ") for name in confusion.models]
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.set_title(f"truth found: {confusion.n_correct} of {int(confusion.counts.sum())}", loc="left", size=SMALL_FONT)
