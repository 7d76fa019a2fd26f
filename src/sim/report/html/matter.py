"""What a page is made from. A command fills in what it has; a section that finds nothing of its own stays away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.claims.comparison import Comparison
from sim.experiment.store import Results
from sim.report.playback.story import Story
from sim.scenario.drawing import Drawing
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Number:
    """A number of the first screen: as it is shown, its interval, what it is of."""

    value: str
    interval: str
    label: str


@dataclass(frozen=True)
class Table:
    """A table in words; the first column names the row."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Finding:
    """Something found: sentences, a figure (SVG as matplotlib writes it) with its text for those who can't see it, and
    the table behind it.
    """

    title: str
    sentences: tuple[str, ...] = ()
    svg: str | None = None
    alt: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Matter:
    """Everything that a page can tell of; `ends` in hours, `held` the chance of each state at the end by place."""

    command: str
    words: tuple[str, ...]
    scenario: Scenario
    drawing: Drawing
    ends: float
    manifest: Mapping[str, Any]
    answers: tuple[str, ...]
    numbers: tuple[Number, ...] = ()
    warning: str = ""
    results: Results | None = None
    held: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    compared: tuple[Comparison, ...] = ()
    battles: tuple[Story, ...] = ()
    losses: str | None = None  # the figure of losses by day, as SVG
    findings: tuple[Finding, ...] = ()
    findings_title: str = "What was found"


@dataclass(frozen=True)
class Section:
    """A part of a page: its anchor, its heading, the same in a word, and what its template of that name needs."""

    id: str
    title: str
    short: str
    values: Mapping[str, Any]
