"""From coordinates to a flat map: equirectangular about its middle, in units of the drawing, north up."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

from sim.scenario.distances import EARTH_KM

KM_PER_DEGREE = radians(1) * EARTH_KM


@dataclass(frozen=True)
class Projection:
    """A sheet of so many units; `lat` and `lon` are its middle, `scale` is units a kilometre."""

    lat: float
    lon: float
    scale: float
    width: float
    height: float

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point lies on the sheet, x to the right and y down."""
        east = (lon - self.lon) * KM_PER_DEGREE * cos(radians(self.lat))
        north = (lat - self.lat) * KM_PER_DEGREE
        return self.width / 2 + east * self.scale, self.height / 2 - north * self.scale


def fitted(points: Iterable[tuple[float, float]], width: float, margin: float, shapes: tuple[float, float]) -> Projection:
    """The sheet that shows all (lat, lon) with a margin, between the two shapes (height per width) allowed."""
    found = list(points)
    lats, lons = [lat for lat, _ in found], [lon for _, lon in found]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    wide = max((max(lons) - min(lons)) * KM_PER_DEGREE * cos(radians(lat)), 1.0)
    tall = max((max(lats) - min(lats)) * KM_PER_DEGREE, 1.0)
    height = min(max(tall / wide, shapes[0]), shapes[1]) * width
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / tall)
    return Projection(lat, lon, scale, width, height)


def scale_bar(projection: Projection, most: float) -> tuple[float, float]:
    """A round number of kilometres, and its length in units, at most `most`."""
    steps = [figure * 10**power for power in range(-2, 5) for figure in (1, 2, 5)]
    km = max((each for each in steps if each * projection.scale <= most), default=steps[0])
    return km, km * projection.scale
