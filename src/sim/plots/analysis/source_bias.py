"""The reporting bias of each source, prior and posterior, and ratios between sources."""

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from sim.plots.figure_data import AnalysisData
from sim.plots.interval_rows import make_interval_figure
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY

if TYPE_CHECKING:
    from sim.analysis.robustness import QuantileTriplet

NOTE = (
    "Grey: prior; black: posterior; dots: medians, bars: the middle nine tenths. 2 tells two for each one that there "
    "was. Above: factors, whose level rests on the priors; below: ratios between sources, which the record can tell."
)
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


FIGURE = FigureSpec("source_bias", ("analyse",))


def draw(data: AnalysisData) -> Figure | None:
    """Factors as rows, then ratios."""
    scenario, analysis = data.scenario, data.analysis
    sources, sides = scenario.sources, scenario.sides
    rows = [
        (f"{sources[f.source].name}, of {sides[f.side].short_name}", f.prior_quantiles, f.posterior_quantiles)
        for f in analysis.source_biases
    ]
    rows += [
        (
            f"{sources[r.first].name} to {sources[r.second].name}, of {sides[r.side].short_name}",
            r.prior_quantiles,
            r.posterior_quantiles,
        )
        for r in analysis.source_bias_ratios
    ]
    if not rows:
        return None
    figure, (axes,) = make_interval_figure(
        [name for name, _, _ in rows],
        ["reported for each one that there was; or ratio"],
        title="What each source tells",
        subtitle="Before and after the record was heard",
        note=NOTE,
        caption=data.caption,
    )
    axes.set_xscale("log")
    axes.axvline(1, color=GREY, linewidth=0.8)
    if analysis.source_bias_ratios:
        axes.axhline(len(analysis.source_biases) - 0.5, color=DARK_GREY, linewidth=0.8)
    for row, (_, before, after) in enumerate(rows):
        draw_interval(axes, row - 0.14, before, GREY)
        draw_interval(axes, row + 0.14, after, DARK_GREY)
    low, high = axes.get_xlim()
    ticks = [each for each in TICKS if low <= each <= high]
    axes.set_xticks(ticks, [f"{each:g}" for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    return figure


def draw_interval(axes: Axes, row: float, values: "QuantileTriplet", colour: str) -> None:
    """A median with its middle nine tenths."""
    median, low, high = values
    axes.plot([low, high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
    axes.plot(median, row, "o", markersize=4.5, color=colour, zorder=3)
