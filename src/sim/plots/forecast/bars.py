"""What figures of forecasts share: counts as bars with what was told as symbols, events as chances."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.scoring import Told
from sim.findings.foreseen import Foreseen
from sim.plots.counts import axis, bar, colour_of
from sim.plots.style import HAIR, HEAD, INK, MARGIN, SMALL, balanced, foot, sheet
from sim.scenario.model import Scenario

ROW, AXIS, BETWEEN = 0.32, 0.55, 0.45  # inches
NAMES, PANEL, BESIDE = 4.1, 5.2, 1.2
NOTE = (
    "Counts: the middle 50 and 90 per cent of what the source was forecast to tell, the tick is the median; symbol: "
    "what it told later, a black line goes as far as its words do. Events and who holds what: the chance that it would "
    "be told, with its 95% interval; all of them were told, so that further right is better. The axis of counts is a "
    "square root."
)


def drawn(scenario: Scenario, found: list[Foreseen], title: str, caption: str) -> Figure | None:
    """Counts above, events below, cut by cut; nothing, if there is no claim."""
    counts = rows_of(found, ("count",))
    events = rows_of(found, ("event", "share"))
    width = 2 * MARGIN + NAMES + PANEL + BESIDE
    below = foot(width, NOTE, caption)
    panels = [(rows, painter) for rows, painter in ((counts, count), (events, event)) if rows]
    if not panels:
        return None
    height = HEAD + sum(ROW * len(rows) + AXIS + BETWEEN for rows, _ in panels) - BETWEEN + below
    figure = sheet(
        width,
        height,
        title=title,
        subtitle=subtitle(found),
        note=NOTE,
        caption=caption,
    )
    top = height - HEAD
    for rows, painter in panels:
        tall = ROW * len(rows)
        bottom = top - tall
        box = ((MARGIN + NAMES) / width, bottom / height, PANEL / width, tall / height)
        axes = figure.add_axes(box)
        painter(axes, rows, scenario)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        top = bottom - AXIS - BETWEEN
    return figure


def subtitle(found: list[Foreseen]) -> str:
    """What is drawn, by what was known of later orders."""
    kinds = {"free": "Forecasts", "given_orders": "Hindcasts with the recorded orders"}
    return f"{kinds[found[0].mode]} from posterior battles that are fought on after each cut"


Row = str | Told


def rows_of(found: list[Foreseen], sorts: tuple[str, ...]) -> list[Row]:
    """The claims of these sorts, those of each cut under what it knew."""
    rows: list[Row] = []
    for each in found:
        own = [] if each.split is None else [told for told in each.split.told if told.question.sort in sorts]
        rows += [each.cut.says, *own] if own else []
    return rows


def label(axes: Axes, number: int, row: Row, scenario: Scenario) -> bool:
    """The text beside a row; whether it is a claim."""
    across = axes.get_yaxis_transform()
    if isinstance(row, str):
        text = balanced(row, 120)
        axes.text(-0.76, number + 0.1, text, transform=across, ha="left", va="center", weight="bold", size=SMALL)
        axes.axhline(number + 0.5, color=HAIR, linewidth=0.5)
        return False
    claim = scenario.claims[row.question.claim]
    assert claim.value is not None
    source = scenario.sources[claim.source].name
    text = balanced(f"{claim.says} ({source})", 72)
    axes.text(-0.02, number, text, transform=across, ha="right", va="center", size=SMALL, linespacing=0.95)
    axes.text(1.02, number, claim.value.said, transform=across, ha="left", va="center", size=SMALL)
    return True


def count(axes: Axes, rows: list[Row], scenario: Scenario) -> None:
    """Counts on a square root axis."""
    ends = [1.0]
    for number, row in enumerate(rows):
        if not label(axes, number, row, scenario):
            continue
        assert not isinstance(row, str)
        bar(axes, number, row.quantiles, colour_of(scenario, row.question.claim))
        cell = row.question.cell
        high = cell.high if math.isfinite(cell.high) else 2.0 * cell.low + 2.0
        axes.plot([cell.low, high], [number, number], color=INK, linewidth=1.4, solid_capstyle="butt", zorder=4)
        axes.plot(cell.low, number, "o", markersize=4.5, color=INK, zorder=5, clip_on=False)
        ends += [row.quantiles[4], high]
    axis(axes, 1.08 * max(ends), "people or pieces, as told")


def event(axes: Axes, rows: list[Row], scenario: Scenario) -> None:
    """Chances of what was told."""
    axes.axvline(50, color=HAIR, linewidth=0.8)
    for number, row in enumerate(rows):
        if not label(axes, number, row, scenario):
            continue
        assert not isinstance(row, str)
        low, high = (100 * end for end in row.chance_interval)
        axes.plot([0, 100 * row.chance], [number, number], color=HAIR, linewidth=3, solid_capstyle="butt")
        axes.plot([low, high], [number, number], color=INK, linewidth=1.4, solid_capstyle="butt")
        axes.plot(100 * row.chance, number, "o", markersize=4.5, color=INK, zorder=5, clip_on=False)
    axes.set_xlim(0, 100)
    axes.set_xlabel("chance that it would be told, in 100")
