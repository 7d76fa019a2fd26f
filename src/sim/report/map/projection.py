"""The map projection: equirectangular about the middle of the sheet, in its units, north up."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, cos, degrees, radians

from sim.scenario.basemap import Viewport
from sim.scenario.geography import EARTH_RADIUS_KM

KM_PER_DEGREE = radians(1) * EARTH_RADIUS_KM


@dataclass(frozen=True)
class Projection:
    """A sheet of this width and height in units; `lat` and `lon` are its middle, `scale` is units per kilometre."""

    lat: float
    lon: float
    scale: float
    width: float
    height: float
    longitude_scale: float  # kilometres of a degree of longitude to one of latitude

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point lies on the sheet, x to the right and y down."""
        east = (lon - self.lon) * KM_PER_DEGREE * self.longitude_scale
        north = (lat - self.lat) * KM_PER_DEGREE
        return self.width / 2 + east * self.scale, self.height / 2 - north * self.scale

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
    points: Iterable[tuple[float, float]], width: float, margin: float, aspect_range: tuple[float, float]
) -> Projection:
    """The sheet that shows all points (lat, lon) with a margin; its height per width stays in the range."""
    coordinates = list(points)
    lats, lons = [lat for lat, _ in coordinates], [lon for _, lon in coordinates]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    longitude_scale = cos(radians(lat))
    width_km = max((max(lons) - min(lons)) * KM_PER_DEGREE * longitude_scale, 1.0)
    height_km = max((max(lats) - min(lats)) * KM_PER_DEGREE, 1.0)
    height = min(max(height_km / width_km, aspect_range[0]), aspect_range[1]) * width
    scale = min((width - 2 * margin) / width_km, (height - 2 * margin) / height_km)
    return Projection(lat, lon, scale, width, height, longitude_scale)


def fit_view(view: Viewport, width: float, aspect_range: tuple[float, float]) -> Projection:
    """The sheet that shows a viewport, and more around it where its shape is out of range."""
    return fit_projection([(view.south, view.west), (view.north, view.east)], width, 0.0, aspect_range)


def choose_scale_bar(projection: Projection, max_length: float) -> tuple[float, float]:
    """A round number of kilometres, and its length in units, at most `max_length`."""
    steps = [figure * 10**power for power in range(-2, 5) for figure in (1, 2, 5)]
    km = max((each for each in steps if each * projection.scale <= max_length), default=steps[0])
    return km, km * projection.scale
