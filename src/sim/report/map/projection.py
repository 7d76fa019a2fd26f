"""From coordinates to a flat map: equirectangular about its middle, in units of the drawing, north up."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, cos, degrees, radians

from sim.scenario.distances import EARTH_KM
from sim.scenario.drawing import View

KM_PER_DEGREE = radians(1) * EARTH_KM


@dataclass(frozen=True)
class Projection:
    """A sheet of so many units; `lat` and `lon` are its middle, `scale` is units a kilometre."""

    lat: float
    lon: float
    scale: float
    width: float
    height: float
    narrowing: float  # kilometres of a degree of longitude to one of latitude

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point lies on the sheet, x to the right and y down."""
        east = (lon - self.lon) * KM_PER_DEGREE * self.narrowing
        north = (lat - self.lat) * KM_PER_DEGREE
        return self.width / 2 + east * self.scale, self.height / 2 - north * self.scale

    def kept(self, x: float, y: float, inset: float) -> tuple[float, float, float | None]:
        """A point, or where the line to it from the middle meets the edge, and in which direction it goes on (degrees
        from north).
        """
        across, down = x - self.width / 2, y - self.height / 2
        reach = max(abs(across) / (self.width / 2 - inset), abs(down) / (self.height / 2 - inset))
        if reach <= 1.0:
            return x, y, None
        return self.width / 2 + across / reach, self.height / 2 + down / reach, degrees(atan2(across, -down)) % 360


def fitted(
    points: Iterable[tuple[float, float]], width: float, margin: float, shapes: tuple[float, float]
) -> Projection:
    """The sheet that shows all (lat, lon) with a margin, between the two shapes (height per width) allowed."""
    found = list(points)
    lats, lons = [lat for lat, _ in found], [lon for _, lon in found]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    narrowing = cos(radians(lat))
    wide = max((max(lons) - min(lons)) * KM_PER_DEGREE * narrowing, 1.0)
    tall = max((max(lats) - min(lats)) * KM_PER_DEGREE, 1.0)
    height = min(max(tall / wide, shapes[0]), shapes[1]) * width
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / tall)
    return Projection(lat, lon, scale, width, height, narrowing)


def viewed(view: View, width: float, shapes: tuple[float, float]) -> Projection:
    """The sheet that shows a view, and more of the ground where its shape is not allowed."""
    return fitted([(view.south, view.west), (view.north, view.east)], width, 0.0, shapes)


def scale_bar(projection: Projection, most: float) -> tuple[float, float]:
    """A round number of kilometres, and its length in units, at most `most`."""
    steps = [figure * 10**power for power in range(-2, 5) for figure in (1, 2, 5)]
    km = max((each for each in steps if each * projection.scale <= most), default=steps[0])
    return km, km * projection.scale
