"""The headline by every reading of the text and by each source's counts alone."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from sim.findings.found import Found
from sim.findings.versions import Version
from sim.plots.findings.rows import framed, interval
from sim.plots.style import FADED, SMALL, balanced
from sim.scenario.model import Scenario

NOTE = (
    "Each version is calibrated by itself and fought again with new dice. Points and bars: shares of battles with 95% "
    "intervals. The first row is the text as it is read by default, with all sources."
)


def draw(scenario: Scenario, found: Found, versions: Sequence[Version], caption: str) -> Figure | None:
    """Versions as rows, events as panels."""
    shown = next((each for each in versions if each.events), None)
    if shown is None or len(versions) < 2:
        return None
    headings = [balanced(event.text.split(" in {chance}")[0], 50) for event in shown.events]
    figure, panels = framed(
        [each.name.replace("_", " ") for each in versions],
        headings,
        title="What hangs on how the text is read, and on whom one believes",
        subtitle="Battles in 100, version by version",
        note=NOTE,
        caption=caption,
    )
    for place, axes in enumerate(panels):
        for row, each in enumerate(versions):
            if each.events:
                interval(axes, row, each.events[place].chance)
            else:
                axes.text(2, row, "no posterior", va="center", size=SMALL, color=FADED)
        axes.set_xlim(0, 100)
        axes.set_xlabel("battles in 100")
    return figure
