"""The basemap: shapes of the ground drawn by hand, in a GeoJSON file beside the scenario. No rule reads them."""

import os
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from sim import paths
from sim.scenario.fault_words import describe_value_fault
from sim.scenario.geojson import GeoDocument, read_geojson
from sim.scenario.loading import find_scenario_file
from sim.scenario.map_extent import make_map_extent
from sim.scenario.map_plane import Position
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError, shorten
from sim.types import EquipmentId, Id, Name, StrictModel, TerrainId, Text

MAX_SPAN = 180.0  # degrees of longitude that a view may show
NEAR_MISS = 0.8  # how like a name that is known another must be to be a slip of the pen
FeatureKind = Literal["fields", "relief", "water", "island", "built", "base", "runway", "road", "track"]
TerrainSymbol = Literal["base", "wall", "post", "village", "hill", "island", "quarter", "open"]
EquipmentSymbol = Literal["armour", "artillery"]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
LonLat = tuple[Longitude, Latitude]


class Point(StrictModel):
    """A point."""

    type: Literal["Point"]
    coordinates: LonLat


class LineString(StrictModel):
    """A line of points."""

    type: Literal["LineString"]
    coordinates: Annotated[tuple[LonLat, ...], Field(min_length=2)]


class Polygon(StrictModel):
    """An area by its outline; further rings are holes."""

    type: Literal["Polygon"]
    coordinates: Annotated[tuple[Annotated[tuple[LonLat, ...], Field(min_length=4)], ...], Field(min_length=1)]


class FeatureProperties(StrictModel):
    """What a shape is, and its origin: a source of the scenario, an assumption, or both."""

    name: Name
    kind: FeatureKind
    width_km: Annotated[float, Field(gt=0, le=100)] | None = None  # of a line, drawn to scale
    source: Id | None = None
    assumption: Text | None = None

    @model_validator(mode="after")
    def check_origin(self) -> "FeatureProperties":
        """Refuse a shape without an origin."""
        if self.source is None and self.assumption is None:
            raise ValueError("a shape needs a source or an assumption")
        return self


class BasemapFeature(StrictModel):
    """One shape of the map."""

    type: Literal["Feature"]
    properties: FeatureProperties
    geometry: Annotated[Point | LineString | Polygon, Field(discriminator="type")]


class Symbols(StrictModel):
    """The symbols of terrains and of equipment; what is not named gets that of open ground or of infantry."""

    terrains: dict[TerrainId, TerrainSymbol] = Field(default_factory=dict)
    equipment: dict[EquipmentId, EquipmentSymbol] = Field(default_factory=dict)


class Viewport(StrictModel):
    """The ground that a map shows; places beyond it stand at its edge, with their distance.

    As in GeoJSON, `west` is greater than `east` where it lies across the antimeridian.
    """

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude

    @model_validator(mode="after")
    def check_extent(self) -> "Viewport":
        """Refuse a view of nothing, and one of half the globe: its west and east are swapped."""
        if not (0 < self.span < MAX_SPAN and self.south < self.north):
            raise ValueError("the view is empty (allowed: west < east, south < north)")
        return self

    @property
    def span(self) -> float:
        """Degrees from west to east."""
        return (self.east - self.west) % 360

    @property
    def outline(self) -> list[Position]:
        """Positions (latitude, longitude) along its edge: the corners and the middle of each side."""
        middle_lat, middle_lon = (self.south + self.north) / 2, self.west + self.span / 2
        edges = [(lat, lon) for lat in (self.south, self.north) for lon in (self.west, middle_lon, self.east)]
        return [*edges, (middle_lat, self.west), (middle_lat, self.east)]


class Basemap(StrictModel):
    """A GeoJSON FeatureCollection with members of our own: a note on how it was drawn, signs, the ground to show.

    `close` is the ground for small screens; all of `view`, if not given. Without `view` all places are shown.
    """

    type: Literal["FeatureCollection"] = "FeatureCollection"
    name: str = ""
    note: str = ""
    symbols: Symbols = Field(default_factory=Symbols)
    viewport: Viewport | None = None
    small_screen_viewport: Viewport | None = None
    features: tuple[BasemapFeature, ...] = ()


def load_basemap(name: str | os.PathLike[str], scenario: Scenario) -> Basemap:
    """The basemap beside a scenario's file (`NAME.geojson`), an empty one if there is none; raise ScenarioError."""
    path = find_scenario_file(os.fspath(name)).with_suffix(".geojson")
    return read_basemap(path, scenario) if path.is_file() else Basemap()


def load_features(name: str, scenario: Scenario) -> tuple[BasemapFeature, ...]:
    """The shapes beside a scenario's file, by its name or path; none if either file is gone; raise ScenarioError."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else paths.scenario_folder() / f"{name}.yaml"
    drawing = path.with_suffix(".geojson")
    return read_basemap(drawing, scenario).features if drawing.is_file() else ()


def read_basemap(path: Path, scenario: Scenario) -> Basemap:
    """A basemap from its file; raise ScenarioError with every fault."""
    document = read_geojson(path)
    basemap, faults = build_basemap(document)
    faults = [*document.faults, *faults]
    faults = faults or [*check_ids(basemap, scenario), *check_positions(document, basemap, scenario)]
    if faults:
        raise ScenarioError([f"{path}: {fault}" for fault in faults])
    return basemap


def build_basemap(document: GeoDocument) -> tuple[Basemap, list[str]]:
    """The basemap of a GeoJSON document, a shape for each of a feature's, and its faults."""
    members, faults = select_known(document.members, Basemap, "")
    try:
        basemap = Basemap.model_validate(members)
    except ValidationError as error:
        faults += [format_fault(fault) for fault in error.errors(include_url=False)]
        basemap = Basemap()
    shapes: list[BasemapFeature] = []
    for feature in document.features:
        known, typing_errors = select_known(feature.properties, FeatureProperties, f"{feature.where}.properties.")
        faults += typing_errors
        try:
            properties = FeatureProperties.model_validate(known)
        except ValidationError as error:
            faults += [format_fault(fault, f"{feature.where}.properties") for fault in error.errors(include_url=False)]
            continue
        for shape in feature.shapes:
            geometry = {"type": shape.kind, "coordinates": shape.coordinates}
            shapes.append(
                BasemapFeature.model_validate({"type": "Feature", "properties": properties, "geometry": geometry})
            )
    return basemap.model_copy(update={"features": tuple(shapes)}), faults


def select_known(values: dict[str, Any], model: type[StrictModel], where: str) -> tuple[dict[str, Any], list[str]]:
    """The values that a model knows, but for empty ones, and faults: names that are nearly known.

    What else an editor wrote (its colours, columns of a table) is its own affair.
    """
    names = list(model.model_fields)
    known = {name: value for name, value in values.items() if name in names and value not in (None, "")}
    faults = [
        f"{where}{name}: unknown (did you mean {nearest[0]}?)"
        for name in values
        if name not in names and (nearest := get_close_matches(name, names, 1, NEAR_MISS))
    ]
    return known, faults


def format_fault(fault: Any, where: str = "") -> str:
    """One fault in one line."""
    path = ".".join([*filter(None, [where]), *(str(step) for step in fault["loc"])]) or "(whole file)"
    if fault["type"] == "missing":
        return f"{path}: is missing"
    message, allowed = describe_value_fault(fault)
    return f"{path}: {message} (got {shorten(fault['input'])}{f'; allowed: {allowed}' if allowed else ''})"


def check_ids(basemap: Basemap, scenario: Scenario) -> list[str]:
    """The ids of a basemap that the scenario does not have."""
    id_references: list[tuple[str, str, Collection[str]]]
    id_references = [("symbols.terrains", each, scenario.terrains) for each in basemap.symbols.terrains]
    id_references += [("symbols.equipment", each, scenario.equipment) for each in basemap.symbols.equipment]
    id_references += [
        (f"features.{number}.properties.source", shape.properties.source, scenario.sources)
        for number, shape in enumerate(basemap.features)
        if shape.properties.source is not None
    ]
    return [
        f"{path}: unknown id (got {id!r}; allowed: {', '.join(known)})"
        for path, id, known in id_references
        if id not in known
    ]


def check_positions(document: GeoDocument, basemap: Basemap, scenario: Scenario) -> list[str]:
    """The shapes and views that lie far from every place, as they do where latitude and longitude are swapped."""
    drawings = {
        feature.label: [each for shape in feature.shapes for each in shape.positions] for feature in document.features
    }
    for name in ("viewport", "small_screen_viewport"):
        view: Viewport | None = getattr(basemap, name)
        if view is not None:
            drawings[name] = [(lon, lat) for lat, lon in view.outline]
    extent = make_map_extent(place.coordinates for place in scenario.places.values())
    faults = (extent.find_fault(positions) for positions in drawings.values())
    return [f"{label}: {fault}" for label, fault in zip(drawings, faults, strict=True) if fault]
