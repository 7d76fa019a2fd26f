"""Rivals by evidence, and how often the evidence finds the truth where it is known."""

from matplotlib.figure import Figure

from sim.calibration.rivals import Compared, Confusion
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SMALL, foot, sheet

WIDTH, NAMES, ROW, BOTTOM = 7.6, 1.8, 0.34, 0.85
NOTE = (
    "Left: logarithm of the evidence beyond that of the best rival; bars: two standard errors; small dots: the two "
    "islands. Three (a factor of twenty) is where one speaks of strong evidence. Right, if there is one: of synthetic "
    "battles of each rival (rows), how many the evidence gives to which (columns)."
)


def draw(found: Compared, confusion: Confusion | None, caption: str) -> Figure:
    """Rivals as rows, the best first; beside them the confusion of synthetic battles."""
    evidences = found.evidences
    ranked = sorted(evidences, key=lambda name: -evidences[name].log)
    rows = max(len(ranked), 1)
    below = foot(WIDTH, NOTE, caption)
    tall = max(ROW * rows, 1.2)
    height = HEAD + 0.25 + tall + BOTTOM + below
    figure = sheet(
        WIDTH,
        height,
        title="Which rival do the claims speak for?",
        subtitle="Logarithm of the evidence" if ranked else "No rival came to its posterior: there is no evidence",
        note=NOTE,
        caption=caption,
    )
    left, base = MARGIN + NAMES, below + BOTTOM
    wide = 2.4 if confusion else WIDTH - left - MARGIN
    axes = figure.add_axes((left / WIDTH, base / height, wide / WIDTH, tall / height))
    best = evidences[ranked[0]].log if ranked else 0.0
    axes.axvline(0, color=FADED, linewidth=0.8)
    axes.axvline(-3, color=HAIR, linewidth=0.8, linestyle="--")
    for row, name in enumerate(ranked):
        each = evidences[name]
        axes.axhline(row, color=HAIR, linewidth=0.4)
        ends = [each.log - best - 2 * each.error, each.log - best + 2 * each.error]
        axes.plot(ends, [row, row], color=INK, linewidth=1.4)
        axes.plot(each.log - best, row, "o", color=INK, markersize=5)
        islands = [one.log - best for one in found.cooled[name].evidences]
        axes.plot(islands, [row + 0.2] * len(islands), ".", color=FADED, markersize=4)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks(range(len(ranked)), [name.replace("_", " ") for name in ranked])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("logarithm of the evidence, beyond the best")
    if confusion is not None:
        matrix(figure, confusion, (left + wide + 1.3) / WIDTH, base / height, tall / height)
    return figure


def matrix(figure: Figure, confusion: Confusion, left: float, base: float, tall: float) -> None:
    """Counts of synthetic battles: truths as rows, what the evidence says as columns."""
    axes = figure.add_axes((left, base, 1 - left - MARGIN / WIDTH, tall))
    battles = confusion.counts.sum(axis=1, keepdims=True)
    axes.imshow(confusion.counts / battles, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for row, counts in enumerate(confusion.counts.tolist()):
        for column, count in enumerate(counts):
            dark = count / battles[row, 0] > 0.5
            axes.text(column, row, str(count), ha="center", va="center", size=SMALL, color="white" if dark else INK)
    names = [name.replace("_", " ") for name in confusion.names]
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.set_title(f"truth found: {confusion.right} of {int(confusion.counts.sum())}", loc="left", size=SMALL)
