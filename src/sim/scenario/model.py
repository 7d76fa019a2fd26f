"""The scenario as a whole: the documented battle as data, in three layers."""

import hashlib
import json
from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from sim.measures import Measure
from sim.scenario.forces import Force
from sim.scenario.ground import Link, Place, Sky, Terrain, Way, Weather
from sim.scenario.hindsight import Split, Turn
from sim.scenario.orders import AnyOrder
from sim.scenario.priors import Prior
from sim.scenario.record import Claim, Source, SourceText, Summary
from sim.scenario.reporting import Reports
from sim.schema import Deadline, Edit, Id, Moment, Part, PlaceId, SideId, Words

MOST_DAYS = 2_000  # of a record: every battle keeps something of each of its days
Finding = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")]  # a rule of `sim check` and a path


class Side(Part):
    """One of the two sides."""

    name: Words
    short: str
    people: Words  # what its people are called: soldiers, fighters
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Equipment(Part):
    """A kind of equipment that is counted."""

    name: Words
    plural: Words


class Objective(Part):
    """What the battle was about, for the headline: a side holds a place until the end."""

    side: SideId
    place: PlaceId
    share: Annotated[float, Field(gt=0, le=1)] = 0.5


class Sentence(Part):
    """A sentence of the answer; `{chance}` is replaced by battles in 100, `{median}`, `{low}`, `{high}` by counts."""

    text: Words
    observable: Measure
    at_least: float | None = None  # the chance that the observable reaches this; needed for {chance}

    @model_validator(mode="after")
    def complete(self) -> "Sentence":
        """Refuse a chance of nothing in particular."""
        if ("{chance}" in self.text) != (self.at_least is not None):
            raise ValueError("{chance} and at_least go together")
        return self


class Option(Part):
    """One way of reading a passage, as edits of the scenario."""

    says: Words
    edits: tuple[Edit, ...] = ()


class Reading(Part):
    """A question on which the text is at odds with itself or with other sources."""

    question: Words
    default: Id
    options: dict[Id, Option]

    @model_validator(mode="after")
    def answered(self) -> "Reading":
        """Refuse a default that is no option."""
        if self.default not in self.options:
            raise ValueError(f"default {self.default!r} is no option (allowed: {', '.join(self.options)})")
        return self


class Scenario(Part):
    """One documented battle: record (text, sources, claims), choices, priors."""

    name: Id
    title: Words
    invented: bool = False
    begins: Moment
    ends: Deadline  # of the battle: a run ends here unless it is told otherwise
    recorded_until: Deadline | None = None  # the record may go on, and a run with it; the end, if not given

    text: SourceText
    summary: Summary | None = None
    sources: dict[Id, Source]
    claims: dict[Id, Claim]

    sides: Annotated[dict[Id, Side], Field(min_length=2, max_length=2)]
    objective: Objective
    sentences: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    contested_between: tuple[float, float] = (0.15, 0.85)  # shares between which a place counts as contested
    sky: Sky
    weather: dict[Id, Weather] = Field(default_factory=dict)
    equipment: dict[Id, Equipment] = Field(default_factory=dict)
    terrains: dict[Id, Terrain]
    ways: dict[Id, Way]
    places: Annotated[dict[Id, Place], Field(min_length=1)]
    links: dict[Id, Link]
    forces: dict[Id, Force]
    orders: dict[Id, AnyOrder]
    readings: dict[Id, Reading] = Field(default_factory=dict)

    reports: Reports | None = None  # how each source tells what it saw; without it no claim can be scored
    priors: dict[Id, Prior]

    splits: dict[Id, Split] = Field(default_factory=dict)  # declared before anything is scored
    turns: dict[Id, Turn] = Field(default_factory=dict)

    accepted: dict[Finding, Words] = Field(default_factory=dict)  # findings of `sim check` that stand, and why

    @model_validator(mode="after")
    def lasts(self) -> "Scenario":
        """Refuse a battle that ends before it begins, and a record that ends before the battle."""
        if self.ends <= self.begins:
            raise ValueError("the battle ends before it begins")
        if not 1 < self.begins.year <= self.last.year < 9999:
            raise ValueError("the battle lies at the end of the calendar")
        if (self.last - self.begins).days > MOST_DAYS:
            raise ValueError(f"the battle and its aftermath last more than {MOST_DAYS:,} days")
        if self.last < self.ends:
            raise ValueError("recorded_until lies before the end of the battle")
        return self

    @property
    def replayed(self) -> dict[str, AnyOrder]:
        """The orders that a replay gives: all but those that are cancelled."""
        return {id: order for id, order in self.orders.items() if not order.cancelled}

    @property
    def report_priors(self) -> frozenset[str]:
        """The priors of how sources report: no parameters of the battle."""
        return frozenset() if self.reports is None else frozenset(self.reports.priors())

    @property
    def last(self) -> datetime:
        """The moment at which the record ends: no run can go further."""
        return self.recorded_until or self.ends

    def digest(self) -> str:
        """SHA-256 of the scenario's content, whatever its layout on disk; the order of entries counts, as it does in
        a battle.
        """
        plain = self.model_dump(mode="json")
        return hashlib.sha256(json.dumps(plain).encode()).hexdigest()

    def hours(self, moment: datetime) -> float:
        """Hours from the beginning of the battle to a local time."""
        return (moment - self.begins).total_seconds() / 3600
