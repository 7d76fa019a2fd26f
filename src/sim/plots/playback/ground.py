"""The ground of a playback: a flat map in kilometres, and the shapes that are drawn beside a scenario."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from statistics import median

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from sim import files
from sim.scenario.distances import EARTH_KM, straight_km
from sim.scenario.drawing import Area, Line, Shape, read_drawing
from sim.scenario.ground import Coordinates
from sim.scenario.model import Scenario

KM = radians(1) * EARTH_KM  # of a degree of latitude
PAD = 0.14  # of the window's width, on each side of the places
LEAST = 2.0  # km: no window is narrower
STRAY = 2.6  # times the distance of most places from their middle: one further off does not stretch the window

# Kind of shape: colour, and for a line its width in points where none is drawn to scale.
AREAS = {
    "fields": "#e9edd9",
    "relief": "#e7dfd0",
    "water": "#c6d8e4",
    "island": "#e1e6cc",
    "built": "#dcd7d0",
    "base": "#ece6da",
}
LINES = {"water": ("#c6d8e4", 1.5), "runway": ("#9b9b9b", 2.0), "road": ("#c9b79c", 1.2), "track": ("#d8ccb8", 0.8)}


@dataclass(frozen=True)
class Flat:
    """An equirectangular map about a middle: kilometres east and north of it, within a window."""

    lat: float
    lon: float
    half_wide: float
    half_tall: float

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point lies."""
        return (lon - self.lon) * KM * cos(radians(self.lat)), (lat - self.lat) * KM

    def clipped(self, point: tuple[float, float], inset: float) -> tuple[float, float, bool]:
        """A point, or where its direction from the middle leaves the window; and whether it lies outside."""
        wide, tall = self.half_wide - inset, self.half_tall - inset
        over = max(abs(point[0]) / wide, abs(point[1]) / tall)
        return (point[0], point[1], False) if over <= 1 else (point[0] / over, point[1] / over, True)


def flat_of(coordinates: Sequence[Coordinates], shape: float) -> Flat:
    """The window about some places, `shape` times as tall as it is wide; stray ones may lie outside."""
    shown = near(coordinates)
    lats, lons = [each.lat for each in shown], [each.lon for each in shown]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    wide = (max(lons) - min(lons)) * KM * cos(radians(lat))
    tall = (max(lats) - min(lats)) * KM
    half = max(wide, tall / shape, LEAST) * (0.5 + PAD)
    return Flat(lat, lon, half, half * shape)


def near(coordinates: Sequence[Coordinates]) -> list[Coordinates]:
    """The points that are not much further than most from the middle of all."""
    middle = Coordinates(
        lat=median(each.lat for each in coordinates),
        lon=median(each.lon for each in coordinates),
        estimated_within_km=1,
        reason="the middle of all",
    )
    far = [straight_km(middle, each) for each in coordinates]
    reach = STRAY * max(median(far), LEAST / 2)
    return [each for each, km in zip(coordinates, far, strict=True) if km <= reach]


def shapes_of(name: str, scenario: Scenario) -> tuple[Shape, ...]:
    """The drawn shapes beside a scenario's file, by its name or path; none if there is no such drawing.

    Raise ScenarioError for a drawing that can't be read.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else files.scenario_folder() / f"{name}.yaml"
    drawing = path.with_suffix(".geojson")
    return read_drawing(drawing, scenario).features if drawing.is_file() else ()


def draw_shapes(axes: Axes, flat: Flat, shapes: Sequence[Shape], points_per_km: float) -> None:
    """Areas first, then lines, each in the colour of its kind; islands lie on the water."""
    for kind, colour in AREAS.items():
        alike = [shape for shape in shapes if shape.properties.kind == kind]
        for shape in alike:
            if isinstance(shape.geometry, Area):
                outline = [flat.at(lat, lon) for lon, lat in shape.geometry.coordinates[0]]
                axes.add_patch(Polygon(outline, closed=True, facecolor=colour, edgecolor="none", zorder=0.5))
        if kind == "water":
            draw_lines(axes, flat, alike, points_per_km)
    draw_lines(axes, flat, [shape for shape in shapes if shape.properties.kind != "water"], points_per_km)


def draw_lines(axes: Axes, flat: Flat, shapes: Iterable[Shape], points_per_km: float) -> None:
    """Lines, to scale where they have a width."""
    for shape in shapes:
        kind = shape.properties.kind
        if not isinstance(shape.geometry, Line) or kind not in LINES:
            continue
        colour, usual = LINES[kind]
        wide = shape.properties.width_km
        points = max(wide * points_per_km, 0.8) if wide else usual
        across, up = zip(*(flat.at(lat, lon) for lon, lat in shape.geometry.coordinates), strict=True)
        axes.plot(across, up, color=colour, linewidth=points, solid_capstyle="round", zorder=0.6)
