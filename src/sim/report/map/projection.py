"""The map projection of a sheet: the plane of the map in the sheet's units, north up in its middle."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, degrees

from sim.scenario.basemap import Viewport
from sim.scenario.map_plane import MapPlane, PlanePoint, Position, choose_round_km, make_plane

MIN_EXTENT_KM = 1.0  # of what a sheet shows


@dataclass(frozen=True)
class Projection:
    """A sheet of this width and height in units about a point of the plane; `scale` is units per kilometre."""

    plane: MapPlane
    middle: PlanePoint
    scale: float
    width: float
    height: float

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point lies on the sheet, x to the right and y down."""
        return self.locate(self.plane.project(lat, lon))

    def locate(self, point: PlanePoint) -> tuple[float, float]:
        """Where a point of the plane lies on the sheet."""
        east, north = point[0] - self.middle[0], point[1] - self.middle[1]
        return self.width / 2 + east * self.scale, self.height / 2 - north * self.scale

    @property
    def shows_pole(self) -> bool:
        """Whether a pole lies on the sheet, so that no one direction is north."""
        poles = (self.project(lat, self.plane.lon) for lat in (90.0, -90.0))
        return any(0 <= x <= self.width and 0 <= y <= self.height for x, y in poles)

    def clamp_to_sheet(self, x: float, y: float, inset: float) -> tuple[float, float, float | None]:
        """A point and None, or where the line to it from the middle meets the edge, and its bearing (degrees from
        north).
        """
        across, down = x - self.width / 2, y - self.height / 2
        reach = max(abs(across) / (self.width / 2 - inset), abs(down) / (self.height / 2 - inset))
        if reach <= 1.0:
            return x, y, None
        return self.width / 2 + across / reach, self.height / 2 + down / reach, degrees(atan2(across, -down)) % 360


def fit_projection(
    plane: MapPlane, positions: Iterable[Position], width: float, margin: float, aspect_range: tuple[float, float]
) -> Projection:
    """The sheet of a plane that shows all positions with a margin; its height per width stays in the range."""
    east, north = zip(*(plane.project(lat, lon) for lat, lon in positions), strict=True)
    middle = (min(east) + max(east)) / 2, (min(north) + max(north)) / 2
    width_km = max(max(east) - min(east), MIN_EXTENT_KM)
    height_km = max(max(north) - min(north), MIN_EXTENT_KM)
    height = min(max(height_km / width_km, aspect_range[0]), aspect_range[1]) * width
    scale = min((width - 2 * margin) / width_km, (height - 2 * margin) / height_km)
    return Projection(plane, middle, scale, width, height)


def fit_view(plane: MapPlane, view: Viewport, width: float, aspect_range: tuple[float, float]) -> Projection:
    """The sheet that shows a viewport, and more around it where its shape is out of range."""
    return fit_projection(plane, view.outline, width, 0.0, aspect_range)


def make_view_plane(view: Viewport) -> MapPlane:
    """The plane about the middle of a viewport."""
    return make_plane(view.outline)


def choose_scale_bar(projection: Projection, max_length: float) -> tuple[float, float]:
    """A round number of kilometres, and its length in units, at most `max_length`."""
    km = choose_round_km(max_length / projection.scale)
    return km, km * projection.scale
