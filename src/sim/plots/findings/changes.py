"""The forest of what-ifs under the posterior: the mean effect, and how far it differs from draw to draw."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from sim.findings.found import Found
from sim.findings.versions import Version
from sim.plots.findings.rows import framed, interval, zero
from sim.plots.style import FADED, balanced
from sim.scenario.model import Scenario

NOTE = (
    "Points and dark bars: the mean effect over the posterior with its 95% interval, which counts battles of one draw "
    "together. Pale bars: one standard deviation either way of the effect itself between draws of the unknowns, chance "
    "taken out: what the record leaves open. Hollow: the interval of the mean holds no difference."
)


def draw(scenario: Scenario, found: Found, versions: Sequence[Version], caption: str) -> Figure | None:
    """Changes as rows, events as panels; the first event decides the order."""
    events = list(dict.fromkeys(each.event for each in found.effects))
    if not events:
        return None
    first = {each.says: each.mean.value for each in found.effects if each.event == events[0]}
    names = sorted(first, key=lambda says: first[says])
    figure, panels = framed(
        names,
        [balanced(event, 50) for event in events],
        title="What would have changed, and what the record leaves open of it",
        subtitle="Battles in 100 more (right) or fewer (left) than in the base case",
        note=NOTE,
        caption=caption,
    )
    for event, axes in zip(events, panels, strict=True):
        zero(axes)
        for each in found.effects:
            if each.event == event:
                row, middle = names.index(each.says), 100 * each.mean.value
                if each.spread:
                    ends = [middle - 100 * each.spread, middle + 100 * each.spread]
                    axes.plot(ends, [row, row], color=FADED, linewidth=5, alpha=0.35, solid_capstyle="butt", zorder=1)
                interval(axes, row, each.mean, filled=each.mean.low > 0 or each.mean.high < 0)
        axes.set_xlabel("battles in 100")
    return figure
