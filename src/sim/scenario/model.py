"""The scenario as a whole: a documented battle as data, in three layers (record, choices, priors)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from sim.events.local_time import count_hours
from sim.events.observables import AnyObservable
from sim.events.time_steps import TimeSteps, make_time_steps
from sim.scenario.evaluation import TemporalSplit, TurningPoint
from sim.scenario.evidence import Claim, Source, SourceText, Synopsis
from sim.scenario.forces import Equipment, Force, Side
from sim.scenario.geography import Astronomy, Place, Road, RoadType, Terrain, Weather, compute_distance_km
from sim.scenario.orders import AnyOrder
from sim.scenario.prior_correlations import PriorCorrelation, correlate_uniforms
from sim.scenario.prior_packs import PriorPackUse
from sim.scenario.priors import Prior
from sim.scenario.source_model import SourceModel
from sim.types import Edit, EndTime, Id, Name, PlaceId, SideId, StartTime, StrictModel, Text, is_absent

MAX_DAYS = 2_000  # of a record: a run keeps something of each day
FindingKey = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")]  # a rule of `sim check` and a path
ItemPath = Annotated[
    str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)*$")
]  # a section, or an entry of it: `claims.bridge_taken`


class Objective(StrictModel):
    """What the battle was about, for the headline: a side holds a place until the end."""

    side: SideId
    place: PlaceId
    share: Annotated[float, Field(gt=0, le=1)] = 0.5


class HeadlineOutput(StrictModel):
    """A sentence of the answer; `{chance}` is replaced by battles in 100, `{median}`, `{low}`, `{high}` by counts."""

    text: Text
    observable: AnyObservable
    at_least: float | None = None  # {chance} is the probability that the observable reaches this

    @model_validator(mode="after")
    def check_threshold(self) -> "HeadlineOutput":
        """Refuse a chance without a threshold, and a threshold without a chance."""
        if ("{chance}" in self.text) != (self.at_least is not None):
            raise ValueError("{chance} and at_least go together")
        return self


class ReadingOption(StrictModel):
    """One answer to a question of reading, as edits of the scenario."""

    description: Text
    edits: tuple[Edit, ...] = ()


class VariantReading(StrictModel):
    """A question on which the text contradicts itself or other sources, and the variant readings that answer it."""

    question: Text
    default: Id
    options: dict[Id, ReadingOption]

    @model_validator(mode="after")
    def check_default(self) -> "VariantReading":
        """Refuse a default that is no option."""
        if self.default not in self.options:
            raise ValueError(f"default {self.default!r} is no option (allowed: {', '.join(self.options)})")
        return self


def check_two_sides(sides: dict[str, Side]) -> dict[str, Side]:
    """Refuse more or fewer than two sides, and two that nobody can tell apart by their names."""
    if len(sides) != 2:
        raise ValueError(
            f"a battle has two sides, and here are {len(sides)}: allies are forces of one side, each with a prior "
            "`quality_FORCE` if they fought better or worse than others"
        )
    for field in ("name", "short_name"):
        first, second = (getattr(side, field).casefold().split() for side in sides.values())
        if first == second:
            raise ValueError(f"both sides have the {field} {' '.join(first)!r}, so that nobody can tell them apart")
    return sides


Sides = Annotated[
    dict[Id, Side],
    AfterValidator(check_two_sides),
    Field(json_schema_extra={"minProperties": 2, "maxProperties": 2}),
]


class Scenario(StrictModel):
    """One documented battle: record (text, sources, claims), choices, priors."""

    name: Id
    title: Name
    fictional: bool = False
    begins: StartTime
    ends: EndTime  # of the battle: a run ends here by default
    record_ends: EndTime | None = None  # the record may go on, and a run with it; the end, if not given

    text: SourceText | None = None  # the only text, or the one that is meant where a citation names none
    texts: dict[Id, SourceText] = Field(default_factory=dict, exclude_if=is_absent)  # several, by the name in citations
    summary: Synopsis | None = None
    bibliography: Text | None = Field(default=None, exclude_if=is_absent)  # a .bib file in this folder; else NAME.bib
    sources: dict[Id, Source]
    claims: dict[Id, Claim]

    sides: Sides
    objective: Objective
    headline_outputs: Annotated[tuple[HeadlineOutput, ...], Field(min_length=1)]
    contested_share_range: tuple[float, float] = (0.15, 0.85)  # shares between which a place counts as contested
    astronomy: Astronomy
    weather: dict[Id, Weather] = Field(default_factory=dict)
    equipment: dict[Id, Equipment] = Field(default_factory=dict)
    terrains: dict[Id, Terrain]
    road_types: dict[Id, RoadType]
    places: Annotated[dict[Id, Place], Field(min_length=1)]
    roads: dict[Id, Road]
    forces: dict[Id, Force]
    orders: dict[Id, AnyOrder]
    readings: dict[Id, VariantReading] = Field(default_factory=dict)

    source_model: SourceModel | None = None  # how each source reports what it saw; without it no claim can be scored
    prior_packs: tuple[PriorPackUse, ...] = ()  # in a file alone: they are read into `priors` and `prior_correlations`
    prior_pool: Id | None = Field(default=None, exclude_if=is_absent)  # a file of scenarios/pools: it moves the priors
    priors_set: Text | None = Field(default=None, exclude_if=is_absent)  # when: `before the first battle was compared`
    priors: dict[Id, Prior]
    prior_correlations: tuple[PriorCorrelation, ...] = ()

    splits: dict[Id, TemporalSplit] = Field(default_factory=dict)  # declared before anything is scored
    turning_points: dict[Id, TurningPoint] = Field(default_factory=dict)

    suppress: dict[FindingKey, Text] = Field(default_factory=dict)  # findings of `sim check` that stand, and why
    # what was drafted from a file and nobody has read against its source yet, with what was guessed of it
    to_read: dict[ItemPath, Text] = Field(default_factory=dict, exclude_if=is_absent)

    @model_validator(mode="after")
    def check_times(self) -> "Scenario":
        """Refuse a battle that ends before it begins, and a record that ends before the battle."""
        if self.ends <= self.begins:
            raise ValueError("the battle ends before it begins")
        if not 1 < self.begins.year <= self.horizon.year < 9999:
            raise ValueError("the battle lies at the end of the calendar")
        if (self.horizon - self.begins).days > MAX_DAYS:
            raise ValueError(f"the battle and its aftermath last more than {MAX_DAYS:,} days")
        if self.horizon < self.ends:
            raise ValueError("record_ends lies before the end of the battle")
        return self

    @model_validator(mode="after")
    def date_values(self) -> "Scenario":
        """Count the local times that claims and turning points give from the beginning of the battle."""
        for id, claim in self.claims.items():
            if claim.value is not None:
                self.claims[id] = claim.model_copy(update={"value": claim.value.relative_to(self.begins)})
        for id, turning_point in self.turning_points.items():
            if turning_point.alternative is not None:
                value = turning_point.alternative.value.relative_to(self.begins)
                alternative = turning_point.alternative.model_copy(update={"value": value})
                self.turning_points[id] = turning_point.model_copy(update={"alternative": alternative})
        return self

    @model_validator(mode="after")
    def check_texts(self) -> "Scenario":
        """Refuse a record without a text."""
        if self.text is None and not self.texts:
            raise ValueError("there is no text: give `text`, or several under `texts`")
        return self

    @property
    def active_orders(self) -> dict[str, AnyOrder]:
        """The orders that are given in a replay of the battle: all but those that are cancelled."""
        return {id: order for id, order in self.orders.items() if not order.cancelled}

    @property
    def scored_claims(self) -> dict[str, Claim]:
        """The claims that battles are held against: those for calibration and those held out, but no context."""
        return {id: claim for id, claim in self.claims.items() if claim.role != "context"}

    @property
    def calibration_claims(self) -> dict[str, Claim]:
        """The claims that parameters may be calibrated on."""
        return {id: claim for id, claim in self.claims.items() if claim.role == "calibration"}

    @property
    def source_model_priors(self) -> frozenset[str]:
        """The priors of how sources report; the battle itself reads none of them."""
        return frozenset() if self.source_model is None else frozenset(self.source_model.iter_priors())

    @property
    def horizon(self) -> datetime:
        """The end of the record: no run can go further."""
        return self.record_ends or self.ends

    def compute_digest(self) -> str:
        """SHA-256 of the content, whatever its layout on disk; the order of entries counts, since it is shown.

        Returns
        -------
        str
            64 hexadecimal digits.

        Examples
        --------
        >>> import sim
        >>> scenario = sim.load("teaching")
        >>> len(scenario.compute_digest()), scenario.compute_digest() == sim.load("teaching").compute_digest()
        (64, True)
        """
        # a field that is new since then changes no digest, nor does a remark on the priors, or on what is to be read
        data = self.model_dump(mode="json", exclude_defaults=True, exclude={"priors_set", "to_read"})
        return hashlib.sha256(json.dumps(data).encode()).hexdigest()

    def correlate_uniforms(self, names: Sequence[str], uniforms: np.ndarray) -> np.ndarray:
        """Uniform numbers of priors, a column for each name, as those have them that vary together."""
        return correlate_uniforms(self.prior_correlations, names, uniforms)

    def hours_since_start(self, moment: datetime) -> float:
        """Elapsed hours from the beginning of the battle to a local time."""
        return count_hours(self.begins, moment, self.astronomy.time_zone)

    def make_time_steps(self, end_hours: float) -> TimeSteps:
        """The steps of time of a run of so many hours."""
        battle_hours = self.hours_since_start(self.ends)
        return make_time_steps(self.begins, battle_hours, end_hours, self.astronomy.time_zone)

    def compute_road_km(self, road: Road) -> float:
        """The length that a link gives, else the distance between its places."""
        if road.km is not None and road.km.value is not None:
            return road.km.value
        start, end = road.between
        return compute_distance_km(self.places[start].coordinates, self.places[end].coordinates)
