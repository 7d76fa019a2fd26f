"""The second layer, choices: places, links, light and weather."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from sim.scenario.quantities import Count, Depth, Fraction
from sim.schema import ClaimId, Moment, Part, PlaceId, SideId, SourceId, TerrainId, WayId, Words


class Coordinates(Part):
    """Where a place lies: sourced, or estimated within a radius for a reason."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["source"]}, {"required": ["estimated_within_km", "reason"]}]}
    )

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    source: SourceId | None = None
    estimated_within_km: Annotated[float, Field(gt=0)] | None = None
    reason: Words | None = None

    @model_validator(mode="after")
    def sourced_or_estimated(self) -> "Coordinates":
        """Refuse coordinates that are neither, or both."""
        if (self.source is None) == (self.estimated_within_km is None):
            raise ValueError("give either a source, or estimated_within_km with a reason")
        if self.estimated_within_km is not None and self.reason is None:
            raise ValueError("an estimate needs a reason")
        return self


class Terrain(Part):
    """What the ground of a kind of place does: how much it shelters, how many can fight there, how deep it is."""

    name: Words
    cover: Fraction  # share of the attacker's fire that shelter takes away from a prepared defender
    frontage: Count  # people a side who can fight there at once
    depth_km: Depth  # from the first block to the last
    blocks: Annotated[int, Field(ge=1, le=40)]


class InitialControl(Part):
    """Who holds a place when the battle begins."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["claim"]}, {"required": ["assumption"]}]})

    side: SideId
    share: Fraction | None = None  # all of it, if not given
    claim: ClaimId | None = None
    assumption: Words | None = None

    @model_validator(mode="after")
    def traceable(self) -> "InitialControl":
        """Refuse a holder without an origin."""
        if (self.claim is None) == (self.assumption is None):
            raise ValueError("give one origin: claim or assumption")
        return self


class Place(Part):
    """A village, hill, island, quarter, sector of a perimeter, or a rear area."""

    name: Words
    also: tuple[str, ...] = ()
    terrain: TerrainId
    coordinates: Coordinates
    held_by: InitialControl
    cover: Fraction | None = None  # its terrain's, if not given
    airstrip: SideId | None = None  # supplies reach it by air while this side holds all of it
    depot: SideId | None = None  # this side is supplied from here
    drawn_from: tuple[ClaimId, ...] = ()
    decided: Words | None = None


class Way(Part):
    """A kind of link, and how fast one moves on it compared with a road."""

    name: Words
    pace: Fraction

    @model_validator(mode="after")
    def known(self) -> "Way":
        """Refuse a pace that is drawn, or none: distances are worked out once for all battles."""
        if not self.pace.value:
            raise ValueError("the pace of a way is a number above 0, not drawn from a prior")
        return self


class Link(Part):
    """Two places between which forces can move; the distance is that of their coordinates if not given."""

    between: tuple[PlaceId, PlaceId]
    way: WayId
    km: Count | None = None
    decided: Words

    @model_validator(mode="after")
    def known(self) -> "Link":
        """Refuse a distance that is drawn: distances are worked out once for all battles."""
        if self.km is not None and self.km.value is None:
            raise ValueError("the km of a link are a number, not drawn from a prior")
        return self


class Sky(Part):
    """What sunrise, sunset and the Moon are computed from; `utc_offset` in hours."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    utc_offset: Annotated[float, Field(ge=-12, le=14)]
    source: SourceId


class Weather(Part):
    """Weather that a source reports; other days are drawn from the priors. `clear` is neither fog nor rain."""

    kind: Literal["fog", "rain", "clear", "moon"]
    lit: Annotated[float, Field(ge=0, le=1)] | None = None  # share of the Moon's disc in these nights, for `moon`
    begins: Moment
    ends: Moment
    claim: ClaimId | None = None
    source: SourceId | None = None
    assumption: Words | None = None  # why these hours

    @model_validator(mode="after")
    def traceable(self) -> "Weather":
        """Refuse weather without an origin, or that ends before it begins."""
        if self.claim is None and self.source is None and self.assumption is None:
            raise ValueError("weather needs a claim, a source or an assumption")
        if self.ends <= self.begins:
            raise ValueError("ends before it begins")
        if (self.kind == "moon") != (self.lit is not None):
            raise ValueError("lit goes with kind: moon, and only with it")
        return self
