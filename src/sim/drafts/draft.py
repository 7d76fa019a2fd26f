"""A draft: what a foreign file says of a battle, as far as it says it, and nobody has read it against its sources yet.

Each format fills a `Draft`; `complete_draft` adds what a scenario needs beyond it, and `format_scenario` writes it.
Every item carries a `note`: what was guessed of it, or what to look at when it is read. Ids are the scenario's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

SourceKind = Literal["monitor", "belligerent", "press", "text", "reference"]
ClaimRole = Literal["calibration", "holdout", "context"]


class DraftError(Exception):
    """A file that no scenario can be drafted from; the message says what it is, or what is wrong in it."""


@dataclass(frozen=True)
class DraftedText:
    """The text that claims are cited from: the file itself, or what its citations name."""

    title: str
    sections: tuple[str, ...] = ()
    address: str | None = None
    date: str | None = None
    language: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class DraftedSource:
    """Somebody who reported; without a `reference` the file itself is cited."""

    name: str
    kind: SourceKind
    side: str | None = None
    reference: str | None = None
    address: str | None = None
    note: str = ""


@dataclass(frozen=True)
class DraftedSide:
    """One of the two sides."""

    name: str
    short_name: str | None = None  # its name, if not given
    colour: str | None = None
    note: str = ""


@dataclass(frozen=True)
class DraftedPlace:
    """A place: as the file has it if `within_km` is None, else estimated so far off for a reason."""

    name: str
    latitude: float
    longitude: float
    within_km: float | None = None
    reason: str | None = None  # of the estimate
    source: str | None = None  # who gives the coordinates; the first source, if not given
    holder: str | None = None  # the side that holds it at first; a guess, if not given
    aliases: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class DraftedRoad:
    """A link of two places."""

    between: tuple[str, str]
    km: float | None = None  # the straight distance, if not given
    note: str = ""


@dataclass(frozen=True)
class DraftedForce:
    """A force; without a `strength` it gets a wide prior."""

    name: str
    side: str
    location: str
    strength: float | None = None
    unit_hierarchy: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class DraftedOrder:
    """An order; its kind is one that has a window, forces and a target and nothing more (`attack`, `withdraw`)."""

    kind: str
    side: str
    forces: tuple[str, ...]
    target: str
    earliest: datetime
    latest: datetime
    rationale: str
    note: str = ""


@dataclass(frozen=True)
class DraftedClaim:
    """A claim, its fields as in a scenario; `observable` is the plain data of one."""

    statement: str
    citation: str
    source: str
    observable: Mapping[str, Any] | None = None
    value: str | None = None
    role: ClaimRole = "context"
    reason: str | None = None
    reported: str | None = None
    uncertain: bool = False
    places: tuple[str, ...] = ()
    population: str | None = None
    includes: tuple[str, ...] = ()
    reading: str | None = None
    note: str = ""


@dataclass
class Draft:
    """What a file says of a battle, by section of the scenario."""

    description: str  # of the file, in words: "a table of 12 events of UCDP GED"
    title: str  # of the battle
    begins: datetime | None = None
    ends: datetime | None = None
    text: DraftedText | None = None
    texts: dict[str, DraftedText] = field(default_factory=dict)
    sources: dict[str, DraftedSource] = field(default_factory=dict)
    sides: dict[str, DraftedSide] = field(default_factory=dict)
    places: dict[str, DraftedPlace] = field(default_factory=dict)
    roads: dict[str, DraftedRoad] = field(default_factory=dict)
    forces: dict[str, DraftedForce] = field(default_factory=dict)
    orders: dict[str, DraftedOrder] = field(default_factory=dict)
    claims: dict[str, DraftedClaim] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # of the whole: what was left out, what was guessed
    basemap: dict[str, Any] | None = None  # GeoJSON of the ground of the map
    guesses: dict[str, str] = field(default_factory=dict)  # by path: of what is none of the items above


def require_claims(draft: Draft) -> Draft:
    """The draft of a table; raise DraftError if every row of it was left out."""
    if not draft.claims:
        first = f" {draft.notes[0]}" if draft.notes else ""
        raise DraftError(f"{draft.description}: no row of it can be read.{first}")
    return draft
