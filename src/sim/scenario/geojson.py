"""GeoJSON as map editors write it, read into features of points, lines and areas in degrees. Source: RFC7946.

Read too are a bare geometry or feature, `id`, `bbox`, heights, longitudes beyond 180 degrees, collections of
geometries, a byte-order mark, and the `crs` of former times if it means longitude and latitude.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from sim.regular_files import read_regular_file
from sim.scenario.map_plane import format_position, wrap_longitude
from sim.scenario.problems import ScenarioError, shorten
from sim.scenario.rings import find_area_fault

MAX_BYTES = 2_000_000  # a hand-drawn map is some ten kilobytes
MAX_LONGITUDE = 360.0  # degrees: editors count on beyond 180 where a map is scrolled across it
MIN_METRES = 1_000.0  # a coordinate from here on is no degree, however mistyped
GEOMETRIES = "Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon, GeometryCollection"
WGS84_CRS = ("crs84", "crs84h", "epsg:4326", "epsg::4326", "epsg:4979", "epsg::4979", "wgs84", "wgs 84")
OWN_MEMBERS = ("type", "features", "crs", "bbox", "geometry", "properties", "id")

LonLat = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A point, a line or an area: its one point, its one line, or its outline and holes; longitude first."""

    kind: Literal["Point", "LineString", "Polygon"]
    lines: tuple[tuple[LonLat, ...], ...]

    @property
    def positions(self) -> Iterator[LonLat]:
        """All its positions."""
        return (each for line in self.lines for each in line)

    @property
    def coordinates(self) -> Any:
        """Its coordinates as GeoJSON has them."""
        if self.kind == "Polygon":
            return self.lines
        return self.lines[0] if self.kind == "LineString" else self.lines[0][0]


@dataclass(frozen=True)
class GeoFeature:
    """A feature: where it stands in the file, its id and properties, and its shapes."""

    where: str
    id: str | None
    properties: dict[str, Any]
    shapes: tuple[Shape, ...]

    @property
    def label(self) -> str:
        """Where it stands, with its name if it has one."""
        name = self.properties.get("name")
        return f"{self.where} ({shorten(name)[1:-1]})" if isinstance(name, str) and name else self.where


@dataclass
class GeoDocument:
    """A GeoJSON file: its features, members that are not GeoJSON's own, and every fault that was found."""

    members: dict[str, Any] = field(default_factory=dict)
    features: list[GeoFeature] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_geojson(path: Path) -> GeoDocument:
    """A GeoJSON file with its faults; raise ScenarioError if it can't be read at all."""
    try:
        data = json.loads(read_regular_file(path, MAX_BYTES))
    except OSError as error:
        raise ScenarioError([f"{path}: can't be read: {error.strerror or error}"]) from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError([f"{path}: not valid JSON: {error}"]) from error
    return parse_geojson(data)


def parse_geojson(data: Any) -> GeoDocument:
    """A GeoJSON document of plain data, with its faults."""
    document = GeoDocument()
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "FeatureCollection":
        document.members = {name: value for name, value in data.items() if name not in OWN_MEMBERS}
        features = data.get("features", [])
        if isinstance(features, list):
            for number, feature in enumerate(features):
                add_feature(document, feature, f"features.{number}")
        else:
            document.faults.append(f"features: not a list (got {shorten(features)})")
    elif kind == "Feature":
        add_feature(document, data, "the feature")
    elif kind in GEOMETRIES.split(", "):
        add_feature(document, {"type": "Feature", "properties": {}, "geometry": data}, "the geometry")
    else:
        got = shorten(kind) if isinstance(data, dict) else type(data).__name__
        allowed = f"allowed: FeatureCollection, Feature, {GEOMETRIES}"
        document.faults.append(f"(whole file): no GeoJSON type (got {got}; {allowed})")
    if isinstance(data, dict) and (fault := find_crs_fault(data.get("crs"))):
        document.faults = [fault]  # what else is wrong comes of it
    return document


def find_crs_fault(crs: Any) -> str | None:
    """What is wrong with the coordinate reference system that a file names, if it names one."""
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name.lower().endswith(WGS84_CRS):
        return None
    advice = "allowed: longitude and latitude of WGS 84; save it again in EPSG:4326"
    return f"crs: another reference system (got {shorten(crs if name is None else name)}; {advice})"


def add_feature(document: GeoDocument, data: Any, where: str) -> None:
    """Add a feature, or its faults."""
    if not isinstance(data, dict) or data.get("type") != "Feature":
        document.faults.append(f"{where}: not a Feature (got {shorten(data)})")
        return
    properties = data.get("properties")
    if not isinstance(properties, dict | None):
        document.faults.append(f"{where}.properties: not an object (got {shorten(properties)})")
        return
    id = data.get("id")
    feature = GeoFeature(where, None if id is None else str(id), properties or {}, ())
    geometry = data.get("geometry", "nothing")
    shapes, faults = ([], []) if geometry is None else parse_geometry(geometry)  # a row of a table may have no place
    document.faults += [f"{feature.label}: {fault}" for fault in faults]
    document.features.append(GeoFeature(where, feature.id, feature.properties, tuple(shapes)))


def parse_geometry(data: Any) -> tuple[list[Shape], list[str]]:
    """The shapes of a geometry, one by one, and what is wrong with it."""
    shapes: list[Shape] = []
    faults: list[str] = []
    waiting = [data]
    while waiting:
        geometry = waiting.pop(0)
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        members = geometry.get("geometries" if kind == "GeometryCollection" else "coordinates") if kind else None
        if kind not in GEOMETRIES.split(", "):
            faults.append(f"no geometry (got {shorten(geometry if kind is None else kind)}; allowed: {GEOMETRIES})")
        elif not isinstance(members, list):
            faults.append(f"a {kind} without coordinates (got {shorten(members)})")
        elif kind == "GeometryCollection":
            waiting = [*members, *waiting]
        elif kind.startswith("Multi"):
            single = kind.removeprefix("Multi")
            waiting = [*({"type": single, "coordinates": each} for each in members), *waiting]
        else:
            try:
                shapes.append(parse_shape(kind, members))
            except ValueError as error:
                faults.append(str(error))
    return shapes, faults


def parse_shape(kind: Any, coordinates: list[Any]) -> Shape:
    """A point, a line or an area; raise ValueError with what is wrong with it and what to do."""
    if kind == "Point":
        return Shape(kind, ((parse_position(coordinates),),))
    if kind == "LineString":
        line = parse_line(coordinates)
        if len(set(line)) < 2:
            raise ValueError("a line of one point (allowed: two points or more)")
        return Shape(kind, (line,))
    rings = tuple(parse_line(ring) for ring in coordinates)
    if fault := find_area_fault(rings):
        raise ValueError(fault)
    return Shape(kind, rings)


def parse_line(data: Any) -> tuple[LonLat, ...]:
    """Positions in a row; raise ValueError."""
    if not isinstance(data, list):
        raise ValueError(f"not a list of positions (got {shorten(data)})")
    return tuple(parse_position(each) for each in data)


def parse_position(data: Any) -> LonLat:
    """Longitude and latitude of a position, its height left out; raise ValueError with what may be meant."""
    if not isinstance(data, list) or len(data) < 2 or not all(map(is_finite_number, data[:2])):
        raise ValueError(f"not a position (got {format_numbers(data)}; allowed: [longitude, latitude])")
    lon, lat = float(data[0]), float(data[1])
    if abs(lat) <= 90 and abs(lon) <= MAX_LONGITUDE:
        return wrap_longitude(lon), lat
    got = f"got {format_numbers(data)}"
    if max(abs(lon), abs(lat)) >= MIN_METRES:
        raise ValueError(f"a position that is not in degrees ({got}): save the file in WGS 84, EPSG:4326")
    if abs(lon) <= 90 and abs(lat) <= 180:
        swapped = format_position(lon, lat)
        raise ValueError(f"a latitude beyond 90 degrees ({got}): put longitude first, if {swapped} is meant")
    raise ValueError(f"a position off the globe ({got}; allowed: longitude within 180 degrees, latitude within 90)")


def is_finite_number(value: Any) -> bool:
    """Whether a value is a number, and not NaN, endless, or too large to compute with."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    except OverflowError:
        return False


def format_numbers(data: Any) -> str:
    """A position as it stands in the file, if it is short."""
    if not isinstance(data, list):
        return shorten(data)
    return f"[{', '.join(shorten(each, 20) for each in data[:3])}{', ...' if len(data) > 3 else ''}]"
