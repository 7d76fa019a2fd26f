"""What each source tells for one that there was, before and after, and how sources compare."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from sim.findings.found import Found
from sim.findings.sources import Three
from sim.findings.versions import Version
from sim.plots.findings.rows import framed
from sim.plots.style import FADED, INK
from sim.scenario.model import Scenario

NOTE = (
    "Grey: prior; black: posterior; dots: medians, bars: the middle nine tenths. 2 tells two for each one that there "
    "was. Above: factors, whose level rests on the priors; below: ratios between sources, which the record can tell."
)
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


def draw(scenario: Scenario, found: Found, versions: Sequence[Version], caption: str) -> Figure | None:
    """Factors as rows, then ratios."""
    sources, sides = scenario.sources, scenario.sides
    rows = [(f"{sources[f.source].name}, of {sides[f.side].short}", f.before, f.after) for f in found.factors]
    rows += [
        (f"{sources[r.first].name} to {sources[r.second].name}, of {sides[r.side].short}", r.before, r.after)
        for r in found.ratios
    ]
    if not rows:
        return None
    figure, (axes,) = framed(
        [name for name, _, _ in rows],
        ["told for each one that there was; or ratio"],
        title="What each source tells",
        subtitle="Before and after the record was heard",
        note=NOTE,
        caption=caption,
    )
    axes.set_xscale("log")
    axes.axvline(1, color=FADED, linewidth=0.8)
    if found.ratios:
        axes.axhline(len(found.factors) - 0.5, color=INK, linewidth=0.8)
    for row, (_, before, after) in enumerate(rows):
        bar(axes, row - 0.14, before, FADED)
        bar(axes, row + 0.14, after, INK)
    low, high = axes.get_xlim()
    ticks = [each for each in TICKS if low <= each <= high]
    axes.set_xticks(ticks, [f"{each:g}" for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    return figure


def bar(axes: Axes, row: float, values: Three, colour: str) -> None:
    """A median with its middle nine tenths."""
    middle, low, high = values
    axes.plot([low, high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
    axes.plot(middle, row, "o", markersize=4.5, color=colour, zorder=3)
