"""The basemap of a playback: a map in kilometres, and the shapes that a scenario's GeoJSON file holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from statistics import median

from matplotlib import patches
from matplotlib.axes import Axes
from matplotlib.path import Path

from sim.plots.style import GREY
from sim.scenario.basemap import BasemapFeature, LineString, Point, Polygon
from sim.scenario.geography import Coordinates
from sim.scenario.map_plane import MapPlane, PlanePoint, make_plane

PADDING = 0.14  # of the window's width, on each side of the places
POINT_SIZE = 3.0  # points
MIN_WINDOW_KM = 2.0  # km: no window is narrower
OUTLIER_FACTOR = 2.6  # times the median distance from the middle: places further off do not widen the window

# Colours of areas by kind; colours of lines, and their width in points where the drawing gives none.
AREA_COLOURS = {
    "fields": "#e9edd9",
    "relief": "#e7dfd0",
    "water": "#c6d8e4",
    "island": "#e1e6cc",
    "built": "#dcd7d0",
    "base": "#ece6da",
}
LINE_STYLES = {
    "water": ("#c6d8e4", 1.5),
    "runway": ("#9b9b9b", 2.0),
    "road": ("#c9b79c", 1.2),
    "track": ("#d8ccb8", 0.8),
}


@dataclass(frozen=True)
class MapWindow:
    """A window of the plane of a map: kilometres east and north of its middle."""

    plane: MapPlane
    middle: PlanePoint
    half_width: float
    half_height: float

    def project(self, lat: float, lon: float) -> PlanePoint:
        """The position of a point, in km east and north of the middle."""
        east, north = self.plane.project(lat, lon)
        return east - self.middle[0], north - self.middle[1]

    @property
    def shows_pole(self) -> bool:
        """Whether a pole lies in the window, so that no one direction is north."""
        poles = (self.project(lat, self.plane.lon) for lat in (90.0, -90.0))
        return any(abs(east) <= self.half_width and abs(north) <= self.half_height for east, north in poles)

    def clip_to_window(self, point: PlanePoint, inset: float) -> tuple[float, float, bool]:
        """A point, or where the line to it from the middle leaves the window; and whether it lies outside."""
        width, height = self.half_width - inset, self.half_height - inset
        excess = max(abs(point[0]) / width, abs(point[1]) / height)
        return (point[0], point[1], False) if excess <= 1 else (point[0] / excess, point[1] / excess, True)


def fit_map_window(coordinates: Sequence[Coordinates], aspect: float) -> MapWindow:
    """The window about some places, `aspect` times as tall as it is wide; outliers may lie outside."""
    near_places = [(each.lat, each.lon) for each in select_near_places(coordinates)]
    plane = make_plane(near_places)
    east, north = zip(*(plane.project(*each) for each in near_places), strict=True)
    middle = (min(east) + max(east)) / 2, (min(north) + max(north)) / 2
    width, height = max(east) - min(east), max(north) - min(north)
    half = max(width, height / aspect, MIN_WINDOW_KM) * (0.5 + PADDING)
    return MapWindow(plane, middle, half, half * aspect)


def select_near_places(coordinates: Sequence[Coordinates]) -> list[Coordinates]:
    """The points that are no outliers: not much further than most from the middle of all."""
    plane = make_plane((each.lat, each.lon) for each in coordinates)
    points = [plane.project(each.lat, each.lon) for each in coordinates]
    middle = median(east for east, _ in points), median(north for _, north in points)
    distances_km = [hypot(east - middle[0], north - middle[1]) for east, north in points]
    max_km = OUTLIER_FACTOR * max(median(distances_km), MIN_WINDOW_KM / 2)
    return [each for each, km in zip(coordinates, distances_km, strict=True) if km <= max_km]


def draw_shapes(axes: Axes, projection: MapWindow, shapes: Sequence[BasemapFeature], points_per_km: float) -> None:
    """Draw areas, then lines, each in the colour of its kind, islands above the water; then points."""
    for kind, colour in AREA_COLOURS.items():
        same_kind = [shape for shape in shapes if shape.properties.kind == kind]
        for shape in same_kind:
            if isinstance(shape.geometry, Polygon):
                outline = make_area_path(projection, shape.geometry)
                axes.add_patch(patches.PathPatch(outline, facecolor=colour, edgecolor="none", zorder=0.5))
        if kind == "water":
            draw_lines(axes, projection, same_kind, points_per_km)
    draw_lines(axes, projection, [shape for shape in shapes if shape.properties.kind != "water"], points_per_km)
    for shape in shapes:
        if isinstance(shape.geometry, Point):
            lon, lat = shape.geometry.coordinates
            axes.plot(*projection.project(lat, lon), marker="o", markersize=POINT_SIZE, color=GREY, zorder=0.7)


def make_area_path(projection: MapWindow, area: Polygon) -> Path:
    """An area with its holes, which turn the other way round than its outline."""
    rings = []
    for number, ring in enumerate(area.coordinates):
        points = [projection.project(lat, lon) for lon, lat in ring]
        turns_left = sum(a[0] * b[1] - a[1] * b[0] for a, b in pairwise(points)) > 0
        rings.append(Path(points if turns_left == (number == 0) else points[::-1], closed=True))
    return Path.make_compound_path(*rings)


def draw_lines(axes: Axes, projection: MapWindow, shapes: Iterable[BasemapFeature], points_per_km: float) -> None:
    """Draw lines, to scale where they have a width."""
    for shape in shapes:
        kind = shape.properties.kind
        if not isinstance(shape.geometry, LineString) or kind not in LINE_STYLES:
            continue
        colour, default_width = LINE_STYLES[kind]
        width_km = shape.properties.width_km
        points = max(width_km * points_per_km, 0.8) if width_km else default_width
        xs, ys = zip(*(projection.project(lat, lon) for lon, lat in shape.geometry.coordinates), strict=True)
        axes.plot(xs, ys, color=colour, linewidth=points, solid_capstyle="round", zorder=0.6)
