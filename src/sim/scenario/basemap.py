"""The basemap: shapes of the ground drawn by hand, in a GeoJSON file beside the scenario. No rule reads them."""

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from sim.regular_files import read_regular_file
from sim.scenario.loading import find_scenario_file
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError, shorten
from sim.types import EquipmentId, Id, StrictModel, TerrainId, Text

MAX_BYTES = 2_000_000  # a hand-drawn map is some ten kilobytes
FeatureKind = Literal["fields", "relief", "water", "island", "built", "base", "runway", "road", "track"]
TerrainSymbol = Literal["base", "wall", "post", "village", "hill", "island", "quarter", "open"]
EquipmentSymbol = Literal["armour", "artillery"]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Point = tuple[Longitude, Latitude]


class LineString(StrictModel):
    """A line of points."""

    type: Literal["LineString"]
    coordinates: Annotated[tuple[Point, ...], Field(min_length=2)]


class Polygon(StrictModel):
    """An area by its outline; further rings are holes."""

    type: Literal["Polygon"]
    coordinates: Annotated[tuple[Annotated[tuple[Point, ...], Field(min_length=4)], ...], Field(min_length=1)]


class FeatureProperties(StrictModel):
    """What a shape is, and its origin: a source of the scenario, an assumption, or both."""

    name: Text
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
    geometry: Annotated[LineString | Polygon, Field(discriminator="type")]


class Symbols(StrictModel):
    """The symbols of terrains and of equipment; what is not named gets that of open ground or of infantry."""

    terrains: dict[TerrainId, TerrainSymbol] = Field(default_factory=dict)
    equipment: dict[EquipmentId, EquipmentSymbol] = Field(default_factory=dict)


class Viewport(StrictModel):
    """The ground that a map shows; places beyond it stand at its edge, with their distance."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude

    @model_validator(mode="after")
    def check_extent(self) -> "Viewport":
        """Refuse a view of nothing."""
        if not (self.west < self.east and self.south < self.north):
            raise ValueError("the view is empty (allowed: west < east, south < north)")
        return self


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


def read_basemap(path: Path, scenario: Scenario) -> Basemap:
    """A basemap from its file; raise ScenarioError with every fault."""
    try:
        data = json.loads(read_regular_file(path, MAX_BYTES))
    except OSError as error:
        raise ScenarioError([f"{path}: can't be read: {error.strerror or error}"]) from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError([f"{path}: not valid JSON: {error}"]) from error
    try:
        basemap = Basemap.model_validate(data)
    except ValidationError as error:
        raise ScenarioError([f"{path}: {format_fault(fault)}" for fault in error.errors(include_url=False)]) from error
    if faults := check_ids(basemap, scenario):
        raise ScenarioError([f"{path}: {fault}" for fault in faults])
    return basemap


def format_fault(fault: Any) -> str:
    """One fault in one line."""
    where = ".".join(str(step) for step in fault["loc"]) or "(whole file)"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')} (got {shorten(fault['input'])})"


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
