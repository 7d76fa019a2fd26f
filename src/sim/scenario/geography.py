"""The ground: places, roads, terrain, coordinates, weather, and what light is computed from."""

from datetime import tzinfo
from math import asin, cos, radians, remainder, sin, sqrt
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from sim.events.local_time import find_zone, make_fixed_zone
from sim.scenario.quantities import DepthQuantity, FractionQuantity, NonNegativeQuantity
from sim.types import (
    ClaimId,
    EquipmentId,
    Name,
    PlaceId,
    SideId,
    SourceId,
    StartTime,
    StrictModel,
    TerrainId,
    Text,
    WayId,
)

EARTH_RADIUS_KM = 6371.0


class Coordinates(StrictModel):
    """Where a place lies: from a source, or estimated within a radius for a reason."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["source"]}, {"required": ["estimated_within_km", "reason"]}]}
    )

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    source: SourceId | None = None
    estimated_within_km: Annotated[float, Field(gt=0)] | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def check_origin(self) -> "Coordinates":
        """Refuse coordinates without an origin, or with two."""
        if (self.source is None) == (self.estimated_within_km is None):
            raise ValueError("give either a source, or estimated_within_km with a reason")
        if self.estimated_within_km is not None and self.reason is None:
            raise ValueError("an estimate needs a reason")
        return self


class Terrain(StrictModel):
    """A kind of ground: how much it shelters, how many people can fight there at once, how deep it is."""

    name: Name
    cover: FractionQuantity  # share of the attacker's fire that shelter takes away from a prepared defender
    max_engaged: NonNegativeQuantity  # people a side who can fight there at once
    depth_km: DepthQuantity  # from the first block to the last
    blocks: Annotated[int, Field(ge=1, le=40)]
    prepared: bool = True  # whether defenders have positions there, which they give up for losses alone


class InitialControl(StrictModel):
    """Who holds a place when the battle begins."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["claim"]}, {"required": ["assumption"]}]})

    side: SideId
    share: FractionQuantity | None = None  # all of it, if not given
    claim: ClaimId | None = None
    assumption: Text | None = None

    @model_validator(mode="after")
    def check_origin(self) -> "InitialControl":
        """Refuse a holder without an origin."""
        if (self.claim is None) == (self.assumption is None):
            raise ValueError("give one origin: claim or assumption")
        return self


class PlacedEquipment(StrictModel):
    """Equipment that stands at a place: how many pieces, and the share destroyed each time that the place falls."""

    pieces: NonNegativeQuantity
    destroyed: FractionQuantity | None = None  # none, if not given


class Place(StrictModel):
    """A village, hill, island, quarter, sector of a perimeter, or a rear area."""

    name: Name
    aliases: tuple[str, ...] = ()
    terrain: TerrainId
    coordinates: Coordinates
    initial_control: InitialControl
    cover: FractionQuantity | None = None  # its terrain's, if not given
    airstrip: SideId | None = None  # supplies reach it by air while this side holds enough of it
    airstrip_share: FractionQuantity | None = None  # all of it, if not given; a small share for what is dropped
    refuge: bool = True  # whether a beaten side that holds it falls back to it
    mined: FractionQuantity | None = None  # share of an attacker's people lost to mines and obstacles at each assault
    equipment: dict[EquipmentId, PlacedEquipment] = Field(default_factory=dict)  # that stays there, whoever holds it
    depot: SideId | None = None  # this side is supplied from here
    based_on: tuple[ClaimId, ...] = ()
    rationale: Text | None = None


class RoadType(StrictModel):
    """A type of road, and the speed on it as a share of that on a good road."""

    name: Name
    speed_factor: FractionQuantity

    @model_validator(mode="after")
    def check_speed(self) -> "RoadType":
        """Refuse a pace of zero or from a prior: distances are computed once for all battles."""
        if not self.speed_factor.value:
            raise ValueError("the speed_factor of a road type is a number above 0, not drawn from a prior")
        return self


class Road(StrictModel):
    """A link of two places between which forces can move; if `km` is missing, their straight distance is its length."""

    between: tuple[PlaceId, PlaceId]
    road_type: WayId
    km: NonNegativeQuantity | None = None
    rationale: Text

    @model_validator(mode="after")
    def check_length(self) -> "Road":
        """Refuse a distance from a prior: distances are computed once for all battles."""
        if self.km is not None and self.km.value is None:
            raise ValueError("the km of a link are a number, not drawn from a prior")
        return self


class Astronomy(StrictModel):
    """What sunrise, sunset and the Moon are computed from, and the clocks: hours ahead of universal time, or a zone."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    utc_offset: Annotated[float, Field(ge=-12, le=14)] | None = None  # hours, the same all the time
    time_zone: str | None = None  # a name of the IANA database, where the clocks are put forward or back in the battle
    source: SourceId

    @model_validator(mode="after")
    def check_clocks(self) -> "Astronomy":
        """Refuse clocks that are given twice or not at all, and a zone that nobody knows."""
        if (self.utc_offset is None) == (self.time_zone is None):
            raise ValueError("give either utc_offset, in hours, or time_zone, such as Europe/Paris")
        if self.time_zone is not None:
            find_zone(self.time_zone)
        return self

    @property
    def zone(self) -> tzinfo:
        """The zone of local time."""
        return make_fixed_zone(self.utc_offset) if self.utc_offset is not None else find_zone(str(self.time_zone))


class Weather(StrictModel):
    """Weather that a source reports; other days are drawn from the priors. `clear` is neither fog nor rain."""

    kind: Literal["fog", "rain", "clear", "moon"]
    illuminated_fraction: Annotated[float, Field(ge=0, le=1)] | None = (
        None  # share of the Moon's disc in these nights, for `moon`
    )
    begins: StartTime
    ends: StartTime
    claim: ClaimId | None = None
    source: SourceId | None = None
    assumption: Text | None = None  # why these hours

    @model_validator(mode="after")
    def check_origin(self) -> "Weather":
        """Refuse weather without an origin, or that ends before it begins."""
        if self.claim is None and self.source is None and self.assumption is None:
            raise ValueError("weather needs a claim, a source or an assumption")
        if self.ends <= self.begins:
            raise ValueError("ends before it begins")
        if (self.kind == "moon") != (self.illuminated_fraction is not None):
            raise ValueError("illuminated_fraction goes with kind: moon, and only with it")
        return self


def compute_distance_km(a: Coordinates, b: Coordinates) -> float:
    """Great-circle distance between two points."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = (
        sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(remainder(b.lon - a.lon, 360)) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))
