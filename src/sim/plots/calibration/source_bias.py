"""How much each source tells for one that there was: factors before and after, and their ratios."""

from itertools import combinations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from sim.calibration.found import Calibrated
from sim.claims.terms.counted import Counted
from sim.claims.testimony import Testimony
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
    """Factors by name before and after; then the ratio of each pair that multiplies people of one side."""
    posterior = found.shown
    assert posterior is not None
    sides = sides_of(found.target.testimony)
    columns = {slot: posterior.slots.index(slot) for slot in sides if slot in posterior.slots}
    rows = [(named(slot), posterior.before[:, n], posterior.values[:, n]) for slot, n in columns.items()]
    for first, second in combinations(columns, 2):
        if sides[first] & sides[second]:
            ratios = [
                each[:, columns[first]] / each[:, columns[second]] for each in (posterior.before, posterior.values)
            ]
            rows.append((f"{named(first)} /\n{named(second)}", ratios[0], ratios[1]))
    return rows


def sides_of(testimony: Testimony) -> dict[str, set[str]]:
    """For each factor, whose people or things it multiplies."""
    found: dict[str, set[str]] = {}
    for term in testimony.terms:
        if isinstance(term, Counted):
            about = testimony.asked[term.nodes[-1].column]
            key = f"{getattr(about, 'side', '')} {getattr(about, 'measure', '')}"
            found.setdefault(testimony.slots[term.bias], set()).add(key)
    return found


def named(slot: str) -> str:
    """A factor in words."""
    return slot.replace("_", " ")
