"""Map features: symbols of places, terrain outlines as SVG paths, place markers with control shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from sim.likelihood.control import ControlState
from sim.report.map.labels import LabelAnchor, shorten_name
from sim.report.map.projection import Projection
from sim.scenario.basemap import Basemap, BasemapFeature, Point, Polygon
from sim.scenario.geography import compute_distance_km
from sim.scenario.model import Scenario

PLACE_SYMBOLS = {
    "base": "M-.45-1.05H.45L1.05-.45V.45L.45 1.05H-.45L-1.05 .45V-.45Z",
    "wall": "M-1.2-.65H1.2V.65H-1.2Z",
    "post": "M-.9-.9H.9V.9H-.9Z",
    "village": "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0-1 0Z",
    "hill": "M0-1.15L1.15 .85H-1.15Z",
    "island": "M-1.25 0A1.25 .8 0 1 0 1.25 0A1.25 .8 0 1 0-1.25 0Z",
    "quarter": "M0-1.15L1.05-.35V.95H-1.05V-.35Z",
    "open": "M-.75 0A.75 .75 0 1 0 .75 0A.75 .75 0 1 0-.75 0Z",
}
OFF_MAP_SYMBOL = "M0-1.3L1.05 .9L0 .4L-1.05 .9Z"  # an arrow that points north, for places beyond the sheet
PLACE_KIND_LABELS = {
    "base": "base",
    "wall": "perimeter",
    "post": "fortified post",
    "village": "village",
    "hill": "hill",
    "island": "island",
    "quarter": "quarter of a city",
    "open": "open ground",
}


def make_wedge_path(start: float, end: float, radius: float = 2.0) -> str:
    """A pie slice from one share of the turn to another, clockwise from the top; the whole disc if it is all."""
    if end - start >= 1.0 - 1e-9:
        return f"M{-radius:g} 0A{radius:g} {radius:g} 0 1 0 {radius:g} 0A{radius:g} {radius:g} 0 1 0{-radius:g} 0Z"
    (x0, y0), (x1, y1) = find_rim_point(start, radius), find_rim_point(end, radius)
    large = 1 if end - start > 0.5 else 0
    return f"M0 0L{x0:.3f} {y0:.3f}A{radius:g} {radius:g} 0 {large} 1 {x1:.3f} {y1:.3f}Z"


def find_rim_point(turn: float, radius: float) -> tuple[float, float]:
    """The point on the rim of a disc after this share of a turn."""
    return radius * sin(2 * pi * turn), -radius * cos(2 * pi * turn)


MIN_ROAD_WIDTH, MIN_RIVER_WIDTH = 1.2, 3.0  # line widths of a road and of a river, in units
POINT_RADIUS = 2.5  # of a point of the ground, in units
SMOOTH_KINDS = ("water", "island", "relief", "fields")  # natural shapes

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class TerrainPath:
    """A terrain shape: its kind, its outline as SVG path data, and the width of its line (0 for an area)."""

    kind: str
    name: str
    path: str
    width: float


def make_terrain_path(shape: BasemapFeature, projection: Projection) -> TerrainPath:
    """A terrain shape as path data; a point is a dot."""
    if isinstance(shape.geometry, Point):
        lon, lat = shape.geometry.coordinates
        dot = make_dot_path(*projection.project(lat, lon), POINT_RADIUS)
        return TerrainPath("point", shape.properties.name, dot, 0.0)
    is_area = isinstance(shape.geometry, Polygon)
    is_smooth = shape.properties.kind in SMOOTH_KINDS
    ring_paths = []
    for ring in list_rings(shape):
        points = [projection.project(lat, lon) for lon, lat in ring]
        ring_paths.append(make_smooth_path(points, closed=is_area) if is_smooth else make_polyline_path(points))
    width = 0.0
    if not is_area:
        min_width = MIN_RIVER_WIDTH if shape.properties.kind == "water" else MIN_ROAD_WIDTH
        width = max(min_width, (shape.properties.width_km or 0.0) * projection.scale)
    return TerrainPath(shape.properties.kind, shape.properties.name, " ".join(ring_paths), width)


def list_rings(shape: BasemapFeature) -> Sequence[Sequence[tuple[float, float]]]:
    """The rings of an area, the one line, or the one point."""
    if isinstance(shape.geometry, Polygon):
        return shape.geometry.coordinates
    return ((shape.geometry.coordinates,),) if isinstance(shape.geometry, Point) else (shape.geometry.coordinates,)


def make_dot_path(x: float, y: float, radius: float) -> str:
    """A disc."""
    arcs = (f"a{radius:g} {radius:g} 0 1 0 {across:g} 0" for across in (2 * radius, -2 * radius))
    return f"M{x - radius:.1f} {y:.1f}{''.join(arcs)}Z"


def make_polyline_path(points: Points) -> str:
    """A polyline through all points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def make_smooth_path(points: Points, closed: bool) -> str:
    """A smooth curve through all points: a Catmull-Rom spline as cubic Bezier segments."""
    if closed and points[0] == points[-1]:
        points = points[:-1]
    count = len(points)
    text = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for n in range(count if closed else count - 1):
        a, b, c, d = (points[(n + k) % count if closed else min(max(n + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        first = b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6
        second = c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6
        text += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, c))
    return text + ("Z" if closed else "")


def choose_terrain_anchors(basemap: Basemap, projection: Projection) -> list[LabelAnchor]:
    """The widest water, the relief and the points on the sheet, to be labelled once if there is room."""
    waters = [shape for shape in basemap.features if shape.properties.kind == "water"]
    shapes = sorted(waters, key=lambda shape: -(shape.properties.width_km or 0))[:1]
    shapes += [
        shape for shape in basemap.features if shape.properties.kind == "relief" or isinstance(shape.geometry, Point)
    ]
    anchors: list[LabelAnchor] = []
    for number, shape in enumerate(shapes):
        points = [projection.project(lat, lon) for lon, lat in list_rings(shape)[0]]
        inside = [each for each in points if projection.clamp_to_sheet(*each, 0.1 * projection.width)[2] is None]
        label = shorten_name(shape.properties.name)
        if inside and label not in {anchor.text for anchor in anchors}:
            x, y = compute_centroid(inside) if isinstance(shape.geometry, Polygon) else inside[len(inside) * 2 // 3]
            anchors.append(
                LabelAnchor(f"ground{number}", x, y, POINT_RADIUS if isinstance(shape.geometry, Point) else 0.0, label)
            )
    return anchors


def compute_centroid(points: Points) -> tuple[float, float]:
    """The mean of the points."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


MAX_DRAWN_UNCERTAINTY = 0.3  # share of the sheet's width; a vaguer estimate stands in words only
EDGE_INSET = 0.026  # share of the sheet's width between its edge and the symbols of places beyond it
OBJECTIVE_SCALE = 1.35  # how much larger the symbol of the objective is

ControlShares = Mapping[str, tuple[float, ...]]  # the probability of each state by place


@dataclass(frozen=True)
class PlaceMarker:
    """A place on a sheet: its position and how uncertain that is, its symbol, its control (shares by state).

    `bearing` is the direction, in degrees from north, of a place that lies beyond the sheet.
    """

    place: str
    name: str
    label: str
    x: float
    y: float
    radius: float
    kind: str
    bearing: float | None
    uncertainty_radius: float | None
    is_estimated: bool
    shares: tuple[float, ...]
    description: str
    weight: float

    @property
    def outline(self) -> str:
        """The outline of the symbol."""
        return PLACE_SYMBOLS[self.kind] if self.bearing is None else OFF_MAP_SYMBOL

    @property
    def wedges(self) -> list[tuple[str, str]]:
        """Slices of the symbol by state: name and outline."""
        slices: list[tuple[str, str]] = []
        start = 0.0
        for state, share in zip(ControlState if self.shares else (), self.shares, strict=True):
            if share > 0:
                slices.append((state.name.lower(), make_wedge_path(start, start + share)))
            start += share
        return slices


def make_place_marker(
    scenario: Scenario, basemap: Basemap, id: str, radius: float, projection: Projection, shares: ControlShares
) -> PlaceMarker:
    """A place on a sheet."""
    place = scenario.places[id]
    objective = scenario.objective.place
    coordinates = place.coordinates
    x, y, bearing = projection.clamp_to_sheet(
        *projection.project(coordinates.lat, coordinates.lon), EDGE_INSET * projection.width
    )
    km = coordinates.estimated_within_km
    uncertainty_radius = None if km is None or bearing is not None else km * projection.scale
    kind = basemap.symbols.terrains.get(place.terrain, "open")
    place_shares = shares.get(id, ())
    label = shorten_name(place.name)
    if bearing is not None:
        label += f", {compute_distance_km(coordinates, scenario.places[objective].coordinates):.0f} km"
    return PlaceMarker(
        place=id,
        name=place.name,
        label=label,
        x=x,
        y=y,
        radius=radius * (OBJECTIVE_SCALE if id == objective else 1.0),
        kind=kind,
        bearing=bearing,
        uncertainty_radius=uncertainty_radius
        if uncertainty_radius is not None and uncertainty_radius <= MAX_DRAWN_UNCERTAINTY * projection.width
        else None,
        is_estimated=km is not None and bearing is None,
        shares=place_shares,
        description=describe_place(scenario, id, place_shares),
        weight=3.0
        if id == objective
        else 1.0 + (1.0 - max(place_shares) if place_shares else 0.0) - (0.5 if kind == "open" else 0.0),
    )


def describe_place(scenario: Scenario, id: str, shares: tuple[float, ...]) -> str:
    """A place in words: who holds it in how many battles, and the source of its position."""
    place = scenario.places[id]
    position_text = describe_position(scenario, id)
    if not shares:
        return f"{place.name} ({position_text})"
    first, second = (side.short_name for side in scenario.sides.values())
    first_share, contested_share, second_share = map(format_percent, shares)
    control_text = f"{first} {first_share}, contested {contested_share}, {second} {second_share}"
    return f"{place.name}: {control_text} ({position_text})"


def describe_position(scenario: Scenario, id: str) -> str:
    """Where the position of a place comes from."""
    coordinates = scenario.places[id].coordinates
    if coordinates.source is None:
        return f"position estimated within {coordinates.estimated_within_km:g} km: {coordinates.reason}"
    return f"position from {scenario.sources[coordinates.source].name}"


def format_percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{100 * share:.0f} %"
