"""The basemap of a playback: a map in kilometres, and the shapes that a scenario's GeoJSON file holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from statistics import median

from matplotlib import patches
from matplotlib.axes import Axes

from sim import paths
from sim.scenario.basemap import BasemapFeature, LineString, Polygon, read_basemap
from sim.scenario.geography import EARTH_RADIUS_KM, Coordinates, compute_distance_km
from sim.scenario.model import Scenario

KM_PER_DEGREE = radians(1) * EARTH_RADIUS_KM  # of a degree of latitude
PADDING = 0.14  # of the window's width, on each side of the places
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
class EquirectangularMap:
    """An equirectangular map about a middle: kilometres east and north of it, within a window."""

    lat: float
    lon: float
    half_width: float
    half_height: float

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """The position of a point, in km east and north of the middle."""
        return (lon - self.lon) * KM_PER_DEGREE * cos(radians(self.lat)), (lat - self.lat) * KM_PER_DEGREE

    def clip_to_window(self, point: tuple[float, float], inset: float) -> tuple[float, float, bool]:
        """A point, or where the line to it from the middle leaves the window; and whether it lies outside."""
        width, height = self.half_width - inset, self.half_height - inset
        excess = max(abs(point[0]) / width, abs(point[1]) / height)
        return (point[0], point[1], False) if excess <= 1 else (point[0] / excess, point[1] / excess, True)


def fit_map_window(coordinates: Sequence[Coordinates], aspect: float) -> EquirectangularMap:
    """The window about some places, `aspect` times as tall as it is wide; outliers may lie outside."""
    near_places = select_near_places(coordinates)
    lats, lons = [each.lat for each in near_places], [each.lon for each in near_places]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    width = (max(lons) - min(lons)) * KM_PER_DEGREE * cos(radians(lat))
    height = (max(lats) - min(lats)) * KM_PER_DEGREE
    half = max(width, height / aspect, MIN_WINDOW_KM) * (0.5 + PADDING)
    return EquirectangularMap(lat, lon, half, half * aspect)


def select_near_places(coordinates: Sequence[Coordinates]) -> list[Coordinates]:
    """The points that are no outliers: not much further than most from the middle of all."""
    middle = Coordinates(
        lat=median(each.lat for each in coordinates),
        lon=median(each.lon for each in coordinates),
        estimated_within_km=1,
        reason="the middle of all",
    )
    distances_km = [compute_distance_km(middle, each) for each in coordinates]
    max_km = OUTLIER_FACTOR * max(median(distances_km), MIN_WINDOW_KM / 2)
    return [each for each, km in zip(coordinates, distances_km, strict=True) if km <= max_km]


def load_shapes(name: str, scenario: Scenario) -> tuple[BasemapFeature, ...]:
    """The shapes of the GeoJSON file beside a scenario's file, by its name or path; none if there is no such file.

    Raise ScenarioError for a drawing that can't be read.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else paths.scenario_folder() / f"{name}.yaml"
    drawing = path.with_suffix(".geojson")
    return read_basemap(drawing, scenario).features if drawing.is_file() else ()


def draw_shapes(
    axes: Axes, projection: EquirectangularMap, shapes: Sequence[BasemapFeature], points_per_km: float
) -> None:
    """Draw areas, then lines, each in the colour of its kind; islands above the water."""
    for kind, colour in AREA_COLOURS.items():
        same_kind = [shape for shape in shapes if shape.properties.kind == kind]
        for shape in same_kind:
            if isinstance(shape.geometry, Polygon):
                outline = [projection.project(lat, lon) for lon, lat in shape.geometry.coordinates[0]]
                axes.add_patch(patches.Polygon(outline, closed=True, facecolor=colour, edgecolor="none", zorder=0.5))
        if kind == "water":
            draw_lines(axes, projection, same_kind, points_per_km)
    draw_lines(axes, projection, [shape for shape in shapes if shape.properties.kind != "water"], points_per_km)


def draw_lines(
    axes: Axes, projection: EquirectangularMap, shapes: Iterable[BasemapFeature], points_per_km: float
) -> None:
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
