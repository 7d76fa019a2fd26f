"""What an HTML page is made from: key figures, tables, result blocks, figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.outputs.run_results import RunTables
from sim.report.html.grid import OddsGrid
from sim.report.playback.replay import Replay
from sim.scenario.basemap import Basemap
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import ClaimComparison
from sim.storage.manifest import BattleManifest

if TYPE_CHECKING:
    from rich.table import Table as RichTable


@dataclass(frozen=True)
class KeyFigure:
    """A number of the first screen: as it is shown, its interval, what it counts, and what it is after the reports."""

    value: str
    interval: str
    label: str
    after_reports: str = ""


@dataclass(frozen=True)
class PageTable:
    """A table of texts; the first column names the row."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ResultBlock:
    """One result: sentences, a figure (matplotlib's SVG) with its alternative text, and the table behind it."""

    title: str
    sentences: tuple[str, ...] = ()
    svg: str | None = None
    alt_text: str = ""
    table: PageTable | None = None


@dataclass(frozen=True)
class ControlMap:
    """A map of who holds each place at the end: what it is a map of, and the probability of each state by place."""

    label: str
    shares: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class PageContent:
    """Everything that a page can show; `final_control` has the probability of each state at the end, by place.

    `question` is what the command asks, answered by the first headline; `lead` is the figure that shows the answer.
    """

    command: str
    argv: tuple[str, ...]
    scenario: Scenario
    basemap: Basemap
    end_hours: float  # hours from the beginning to the end of the simulation
    manifest: BattleManifest
    headlines: tuple[str, ...]
    key_figures: tuple[KeyFigure, ...] = ()
    association: str = ""  # what goes with the outcome among the battles
    changes: str = ""  # what would have changed it, by the what-if questions that are shipped
    trust: str = ""  # what the model's forecasts of other battles were worth
    warning: str = ""
    results: RunTables | None = None
    final_control: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    claim_comparisons: tuple[ClaimComparison, ...] = ()
    replays: tuple[Replay, ...] = ()
    losses_svg: str | None = None  # the figure of losses by day, as SVG
    result_blocks: tuple[ResultBlock, ...] = ()
    results_title: str = "What was found"
    question: str = ""
    lead: ResultBlock | None = None
    control_maps: tuple[ControlMap, ...] = ()  # side by side
    grid: OddsGrid | None = None  # battles fought beforehand at positions of sliders


@dataclass(frozen=True)
class PageSection:
    """A section of a page: its anchor, which names its template too, two headings, and the template's values."""

    id: str
    title: str
    short_title: str
    values: Mapping[str, Any]


def read_figure_svg(folder: Path, name: str) -> str | None:
    """A figure of an output folder as SVG, if it was drawn."""
    path = folder / "figures" / f"{name}.svg"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def split_lead(
    result_blocks: Sequence[ResultBlock], preferred: Sequence[str]
) -> tuple[ResultBlock | None, tuple[ResultBlock, ...]]:
    """The figure to open a page with, the first of the preferred titles that was drawn, and the other result blocks."""
    drawn = {block.title: block for block in result_blocks if block.svg is not None}
    lead = next((drawn[title] for title in preferred if title in drawn), None)
    return lead, tuple(block for block in result_blocks if block is not lead)


def make_figure_blocks(figure_paths: list[Path]) -> list[ResultBlock]:
    """The figures of an output folder, each under the name of its file."""
    return [
        ResultBlock(
            name.capitalize(),
            svg=path.read_text(encoding="utf-8"),
            alt_text=f"Figure: {name}. The tables on this page have the numbers.",
        )
        for path in figure_paths
        if path.suffix == ".svg"
        for name in [path.stem.replace("_", " ")]
    ]


def convert_table(table: "RichTable") -> PageTable:
    """A table of the terminal as a table of the page."""
    headings = tuple(str(column.header) for column in table.columns)
    return PageTable(headings, tuple(zip(*(map(str, column.cells) for column in table.columns), strict=True)))
