"""Claims as rows of a figure, source by source, as the scenario has them."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.scoring import Split, Told
from sim.plots.style import HAIR, HEAD, MARGIN, SMALL, balanced, foot, sheet
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Room:
    """Inches for a row and for the axis below them all; for claims, panel, and what was said; characters of a line."""

    row: float
    axis: float
    names: float
    panel: float
    beside: float
    line: int


@dataclass(frozen=True)
class Row:
    """A claim and whether it is held out; or, without one, the name of the source of those that follow."""

    text: str
    told: Told | None = None
    said: str = ""
    held_out: bool = False


def rows_of(scenario: Scenario, splits: list[Split], sorts: tuple[str, ...]) -> list[Row]:
    """The claims of these sorts, each source's under its name."""
    chosen = [(each, split.name) for split in splits for each in split.told if each.question.sort in sorts]
    order = list(scenario.claims)
    chosen.sort(key=lambda pair: order.index(pair[0].question.claim))
    rows: list[Row] = []
    for id, source in scenario.sources.items():
        own = [(each, split) for each, split in chosen if scenario.claims[each.question.claim].source == id]
        if own:
            rows.append(Row(source.name[0].upper() + source.name[1:]))
        for each, split in own:
            claim = scenario.claims[each.question.claim]
            assert claim.value is not None
            rows.append(Row(claim.says, each, claim.value.said, split == "holdout"))
    return rows


def framed(rows: list[Row], room: Room, *, title: str, subtitle: str, note: str, caption: str) -> tuple[Figure, Axes]:
    """A sheet with an empty panel that has a line for each row, the first at the top."""
    width = 2 * MARGIN + room.names + room.panel + room.beside
    tall = room.row * max(len(rows), 1)
    below = foot(width, note, caption)
    height = HEAD + tall + room.axis + below
    figure = sheet(width, height, title=title, subtitle=subtitle, note=note, caption=caption)
    box = ((MARGIN + room.names) / width, (below + room.axis) / height, room.panel / width, tall / height)
    axes = figure.add_axes(box)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return figure, axes


def name(axes: Axes, number: int, row: Row, room: Room) -> None:
    """What stands beside the panel: the claim and what was said, or the name of a source over those that follow."""
    across = axes.get_yaxis_transform()
    if row.told is None:
        axes.text(-0.02, number + 0.1, row.text, transform=across, ha="right", va="center", weight="bold", size=SMALL)
        axes.axhline(number + 0.5, color=HAIR, linewidth=0.5)
        return
    axes.text(-0.02, number, balanced(row.text, room.line), transform=across, ha="right", va="center", size=SMALL)
    axes.text(1.02, number, row.said, transform=across, ha="left", va="center", size=SMALL)
