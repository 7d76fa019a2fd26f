"""The claims forest: each count as it was told, beside what its source was to be expected to tell."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.scoring import Split
from sim.experiment.store import Results
from sim.plots.compare.rows import Room, Row, framed, name, rows_of
from sim.plots.counts import axis, bar, colour_of
from sim.plots.style import INK
from sim.scenario.model import Scenario

ROOM = Room(row=0.34, axis=0.55, names=3.9, panel=5.6, beside=1.2, line=66)
NOTE = (
    "Bars: the middle 50 and 90 per cent of what the source would tell of the simulated battles, with its factor and "
    "noise; tick: the median. Symbols: what it did tell; a black line goes as far as its words do (over 100: to the "
    "next round number), an arrow without end. Hollow: held out. The axis is a square root."
)


def draw(scenario: Scenario, results: Results, splits: list[Split], caption: str) -> Figure:
    """Counts as rows, by source."""
    rows = rows_of(scenario, splits, ("count",))
    figure, axes = framed(
        rows,
        ROOM,
        title="Counts: what each source told, beside what it would tell of the simulated battles",
        subtitle=f"Reports of {len(splits[0].forecast.sample)} simulated battles (bars), and the claims (symbols)",
        note=NOTE,
        caption=caption,
    )
    top = reach(rows)
    axis(axes, top, "people or pieces")
    for number, row in enumerate(rows):
        mark(axes, number, row, scenario, top)
    return figure


def reach(rows: list[Row]) -> float:
    """How far the axis goes: as far as what was told, and as most of what was to be told."""
    ends = [1.0]
    for row in rows:
        if row.told is not None:
            cell = row.told.question.cell
            ends += [row.told.quantiles[4], cell.high if math.isfinite(cell.high) else 2.0 * cell.low + 2.0]
    return 1.08 * max(ends)


def mark(axes: Axes, number: int, row: Row, scenario: Scenario, top: float) -> None:
    """One claim, or the name of a source."""
    name(axes, number, row, ROOM)
    if row.told is None:
        return
    bar(axes, number, row.told.quantiles, colour_of(scenario, row.told.question.claim))
    cell = row.told.question.cell
    if math.isinf(cell.high):
        arrow = {"arrowstyle": "-|>,head_width=0.15,head_length=0.3", "color": INK, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (min(2.0 * cell.low + 2.0, top), number), (cell.low, number), arrowprops=arrow)
    elif cell.high > cell.low:
        axes.plot([cell.low, cell.high], [number, number], color=INK, linewidth=1.4, solid_capstyle="butt", zorder=4)
    face = "white" if row.held_out else INK
    axes.plot(cell.low, number, "o", markersize=4.5, markerfacecolor=face, markeredgecolor=INK, zorder=5, clip_on=False)
