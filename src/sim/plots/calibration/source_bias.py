"""How much each source tells for one that there was: factors before and after, and their ratios."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from sim.calibration.found import Calibrated
from sim.claims.terms.counted import Counted
from sim.plots.calibration.prior_to_posterior import bar
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, foot, sheet

ROW, BOTTOM = 0.34, 0.55
WIDTH, NAMES = 7.6, 2.6
NOTE = (
    "Grey: prior; black: posterior; thin: the middle nine tenths, thick: the middle half, dot: the median. 2 tells two "
    "for each one that there was. The record tells ratios between sources (below) better than the factors themselves."
)
SHARES = [0.05, 0.25, 0.5, 0.75, 0.95]


def draw(found: Calibrated, caption: str) -> Figure | None:
    """Factors as rows, then ratios of factors on the same side that the record pins down."""
    posterior = found.shown
    if posterior is None:
        return None
    rows = rows_of(found)
    if not rows:
        return None
    below = foot(WIDTH, NOTE, caption)
    height = HEAD + ROW * len(rows) + BOTTOM + below
    figure = sheet(
        WIDTH,
        height,
        title="What each source tells for one that there was",
        subtitle="Factors between what was so and what was told, before and after the claims were heard",
        note=NOTE,
        caption=caption,
    )
    axes = figure.add_axes(
        (
            (MARGIN + NAMES) / WIDTH,
            (below + BOTTOM) / height,
            (WIDTH - 2 * MARGIN - NAMES) / WIDTH,
            ROW * len(rows) / height,
        )
    )
    axes.set_xscale("log")
    axes.axvline(1, color=FADED, linewidth=0.8)
    for row, (_, before, after) in enumerate(rows):
        axes.axhline(row, color=HAIR, linewidth=0.4)
        bar(axes, row - 0.16, np.quantile(before, SHARES).tolist(), FADED)
        bar(axes, row + 0.16, np.quantile(after, SHARES).tolist(), INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    ticks = [each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if axes.get_xlim()[0] <= each <= axes.get_xlim()[1]]
    axes.set_xticks(ticks, [f"{each:g}" for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("told for each one that there was")
    return figure


def rows_of(found: Calibrated) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Factors by name before and after; then the ratio of each pair that moves together."""
    posterior = found.shown
    assert posterior is not None
    testimony = found.target.testimony
    slots = dict.fromkeys(testimony.slots[term.bias] for term in testimony.terms if isinstance(term, Counted))
    columns = {slot: posterior.slots.index(slot) for slot in slots if slot in posterior.slots}
    rows = [(slot.replace("_", " "), posterior.before[:, n], posterior.values[:, n]) for slot, n in columns.items()]
    names = list(columns)
    for n, first in enumerate(names):
        for second in names[n + 1 :]:
            one, other = columns[first], columns[second]
            close = np.corrcoef(np.log(posterior.values[:, one]), np.log(posterior.values[:, other]))[0, 1]
            if close > 0.3:
                rows.append(
                    (
                        f"{first.replace('_', ' ')} /\n{second.replace('_', ' ')}",
                        posterior.before[:, one] / posterior.before[:, other],
                        posterior.values[:, one] / posterior.values[:, other],
                    )
                )
    return rows
