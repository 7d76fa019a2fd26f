"""The headline outputs by interpretation of the text, and by each source alone."""

from matplotlib.figure import Figure

from sim.plots.figure_data import AnalysisData
from sim.plots.interval_rows import draw_estimate, make_interval_figure
from sim.plots.registry import FigureSpec
from sim.plots.style import GREY, SMALL_FONT, wrap_balanced

NOTE = (
    "Each version is calibrated by itself and fought again with new dice. Points and bars: shares of battles with 95% "
    "intervals. The first row is the text as it is read by default, with all sources."
)


FIGURE = FigureSpec("robustness", ("analyse",))


def draw(data: AnalysisData) -> Figure | None:
    """Variants as rows, events as panels."""
    variants = data.variants
    first_variant = next((each for each in variants if each.events), None)
    if first_variant is None or len(variants) < 2:
        return None
    headings = [wrap_balanced(event.text.split(" in {chance}")[0], 50) for event in first_variant.events]
    figure, panel_axes = make_interval_figure(
        [each.name.replace("_", " ") for each in variants],
        headings,
        title="What hangs on how the text is read, and on whom one believes",
        subtitle="Battles in 100, version by version",
        note=NOTE,
        caption=data.caption,
    )
    for event_index, axes in enumerate(panel_axes):
        for row, each in enumerate(variants):
            if each.events:
                draw_estimate(axes, row, each.events[event_index].probability)
            else:
                axes.text(2, row, "no posterior", va="center", size=SMALL_FONT, color=GREY)
        axes.set_xlim(0, 100)
        axes.set_xlabel("battles in 100")
    return figure
