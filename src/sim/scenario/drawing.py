"""The ground of a scenario's map: shapes drawn by hand, kept as GeoJSON beside the scenario. No rule reads them."""

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from sim.scenario.loading import find
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError, shorten
from sim.schema import EquipmentId, Id, Part, TerrainId, Words

LARGEST = 2_000_000  # bytes; a drawn map is some ten kilobytes
Kind = Literal["fields", "relief", "water", "island", "built", "base", "runway", "road", "track"]
Glyph = Literal["base", "wall", "post", "village", "hill", "island", "quarter", "open"]
Arm = Literal["armour", "artillery"]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Point = tuple[Longitude, Latitude]


class Line(Part):
    """A line of points."""

    type: Literal["LineString"]
    coordinates: Annotated[tuple[Point, ...], Field(min_length=2)]


class Area(Part):
    """An area by its outline; further rings are holes."""

    type: Literal["Polygon"]
    coordinates: Annotated[tuple[Annotated[tuple[Point, ...], Field(min_length=4)], ...], Field(min_length=1)]


class Properties(Part):
    """What a shape is, and where its points come from: a source of the scenario, an assumption, or both."""

    name: Words
    kind: Kind
    width_km: Annotated[float, Field(gt=0, le=100)] | None = None  # of a line, drawn to scale
    source: Id | None = None
    assumption: Words | None = None

    @model_validator(mode="after")
    def traceable(self) -> "Properties":
        """Refuse a shape without an origin."""
        if self.source is None and self.assumption is None:
            raise ValueError("a shape needs a source or an assumption")
        return self


class Shape(Part):
    """One drawn thing."""

    type: Literal["Feature"]
    properties: Properties
    geometry: Annotated[Line | Area, Field(discriminator="type")]


class Signs(Part):
    """How kinds of place and of equipment are drawn; what is not named is drawn as open ground and as infantry."""

    terrains: dict[TerrainId, Glyph] = Field(default_factory=dict)
    equipment: dict[EquipmentId, Arm] = Field(default_factory=dict)


class View(Part):
    """The ground that a sheet shows; places beyond it stand at its edge, with their distance."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude

    @model_validator(mode="after")
    def open(self) -> "View":
        """Refuse a view of nothing."""
        if not (self.west < self.east and self.south < self.north):
            raise ValueError("the view is empty (allowed: west < east, south < north)")
        return self


class Drawing(Part):
    """A GeoJSON FeatureCollection with members of our own: a note on how it was drawn, signs, the ground to show.

    `close` is the ground for small screens; all of `view`, if not given. Without `view` all places are shown.
    """

    type: Literal["FeatureCollection"] = "FeatureCollection"
    name: str = ""
    note: str = ""
    signs: Signs = Field(default_factory=Signs)
    view: View | None = None
    close: View | None = None
    features: tuple[Shape, ...] = ()


def drawing_of(name: str | os.PathLike[str], scenario: Scenario) -> Drawing:
    """The drawing beside a scenario's file (`NAME.geojson`), an empty one if there is none; raise ScenarioError."""
    path = find(os.fspath(name)).with_suffix(".geojson")
    return read_drawing(path, scenario) if path.is_file() else Drawing()


def read_drawing(path: Path, scenario: Scenario) -> Drawing:
    """A drawing from its file; raise ScenarioError with every fault."""
    try:
        if path.stat().st_size > LARGEST:
            raise ScenarioError([f"{path}: too large for a drawing (allowed: {LARGEST:,} bytes)"])
        plain = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError([f"{path}: can't be read: {error.strerror or error}"]) from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError([f"{path}: not valid JSON: {error}"]) from error
    try:
        drawing = Drawing.model_validate(plain)
    except ValidationError as error:
        raise ScenarioError([f"{path}: {complaint(fault)}" for fault in error.errors(include_url=False)]) from error
    if faults := unknown(drawing, scenario):
        raise ScenarioError([f"{path}: {fault}" for fault in faults])
    return drawing


def complaint(fault: Any) -> str:
    """One fault in one line."""
    where = ".".join(str(step) for step in fault["loc"]) or "(whole file)"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')} (got {shorten(fault['input'])})"


def unknown(drawing: Drawing, scenario: Scenario) -> list[str]:
    """The ids of a drawing that the scenario does not have."""
    named: list[tuple[str, str, Collection[str]]]
    named = [("signs.terrains", each, scenario.terrains) for each in drawing.signs.terrains]
    named += [("signs.equipment", each, scenario.equipment) for each in drawing.signs.equipment]
    named += [
        (f"features.{number}.properties.source", shape.properties.source, scenario.sources)
        for number, shape in enumerate(drawing.features)
        if shape.properties.source is not None
    ]
    return [
        f"{path}: unknown id (got {id!r}; allowed: {', '.join(known)})" for path, id, known in named if id not in known
    ]
