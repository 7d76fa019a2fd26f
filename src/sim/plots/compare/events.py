"""Events and who held what: the chance that the source would tell it as it did; and shares of a place, in per cent."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.claims.kinds.share import STEPS
from sim.experiment.scoring import Split
from sim.experiment.store import Results
from sim.plots.compare.rows import Room, Row, framed, name, rows_of
from sim.plots.counts import bar, colour_of
from sim.plots.style import HAIR, INK, SAND
from sim.scenario.model import Scenario

ROOM = Room(row=0.3, axis=0.5, names=4.4, panel=4.6, beside=1.0, line=76)
SHARES = "Shares of a place, in per cent"
NOTE = (
    "The chance, over the simulated battles, that the source tells what it did tell, its misreports included; the line "
    "is its 95% interval for so many battles. All of these were told: the further left, the less the simulation "
    "expects it. Shares of a place: the middle 50 and 90 per cent of what the source would tell, and what it told. "
    "Hollow: held out."
)


def draw(scenario: Scenario, results: Results, splits: list[Split], caption: str) -> Figure:
    """Events as rows, by source."""
    rows = rows_of(scenario, splits, ("event",))
    shares = [row for row in rows_of(scenario, splits, ("share",)) if row.told is not None]
    rows += [Row(SHARES), *shares] if shares else []
    figure, axes = framed(
        rows,
        ROOM,
        title="What happened and who held what: how likely it was that it would be told so",
        subtitle=f"Over each source's reports of {len(splits[0].forecast.sample)} simulated battles",
        note=NOTE,
        caption=caption,
    )
    for number, row in enumerate(rows):
        mark(axes, number, row, scenario)
    axes.set_xlim(0, 100)
    axes.set_xlabel("battles in 100 of which it would be told; per cent held")
    axes.plot([50, 50], [0.5, len(rows) - 0.5], color=HAIR, linewidth=0.6, zorder=0)
    return figure


def mark(axes: Axes, number: int, row: Row, scenario: Scenario) -> None:
    """One claim, or the name of a source."""
    name(axes, number, row, ROOM)
    if row.told is None:
        return
    face = "white" if row.held_out else INK
    if row.told.question.sort == "share":
        a_step = 100 / STEPS
        colour = colour_of(scenario, row.told.question.claim)
        bar(axes, number, [a_step * each for each in row.told.quantiles], colour)
        at = a_step * row.told.question.cell.low
        axes.plot(at, number, "o", markersize=4.5, markerfacecolor=face, markeredgecolor=INK, zorder=5, clip_on=False)
        return
    axes.barh(number, 100 * row.told.chance, height=0.5, color=SAND, linewidth=0, zorder=1)
    low, high = row.told.chance_interval
    axes.plot([100 * low, 100 * high], [number, number], color=INK, linewidth=1.2, zorder=3, solid_capstyle="butt")
    axes.plot(
        100 * row.told.chance,
        number,
        "o",
        markersize=4.5,
        markerfacecolor=face,
        markeredgecolor=INK,
        zorder=4,
        clip_on=False,
    )
