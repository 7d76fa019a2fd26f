"""The plane of a map: kilometres east and north of a point, sound across the antimeridian and at the poles.

The projection is azimuthal equidistant: distances from its origin are exact, and over a battlefield all others are to
within a few parts in a million. Source: Snyder1987.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, hypot, pi, radians, remainder, sin, sqrt

from sim.scenario.geography import EARTH_RADIUS_KM

Position = tuple[float, float]  # latitude and longitude, in degrees
PlanePoint = tuple[float, float]  # kilometres east and north of the origin
NEARLY_ZERO = 1e-12


@dataclass(frozen=True)
class MapPlane:
    """The plane that touches the globe at this point, its origin."""

    lat: float
    lon: float

    def project(self, lat: float, lon: float) -> PlanePoint:
        """The position of a point, in km east and north of the origin."""
        middle, other = radians(self.lat), radians(lat)
        turn = radians(remainder(lon - self.lon, 360))
        half = sin((other - middle) / 2) ** 2 + cos(middle) * cos(other) * sin(turn / 2) ** 2
        angle = 2 * asin(min(sqrt(half), 1.0))
        if angle > pi - NEARLY_ZERO:  # the point opposite: as far as can be, in any direction
            return 0.0, pi * EARTH_RADIUS_KM
        stretch = EARTH_RADIUS_KM * (angle / sin(angle) if angle > NEARLY_ZERO else 1.0)
        east = cos(other) * sin(turn)
        north = sin(other - middle) + 2 * sin(middle) * cos(other) * sin(turn / 2) ** 2
        return stretch * east, stretch * north

    def unproject(self, east: float, north: float) -> Position:
        """The latitude and longitude of a point of the plane."""
        middle, km = radians(self.lat), hypot(east, north)
        if km < NEARLY_ZERO:
            return self.lat, self.lon
        angle = km / EARTH_RADIUS_KM
        lat = asin(max(-1.0, min(1.0, cos(angle) * sin(middle) + north * sin(angle) * cos(middle) / km)))
        turn = atan2(east * sin(angle), km * cos(middle) * cos(angle) - north * sin(middle) * sin(angle))
        return degrees(lat), wrap_longitude(self.lon + degrees(turn))


def make_plane(positions: Iterable[Position]) -> MapPlane:
    """The plane about the middle of some positions, wherever on the globe they lie."""
    x = y = z = 0.0
    known = list(positions)
    for lat, lon in known:
        x += cos(radians(lat)) * cos(radians(lon))
        y += cos(radians(lat)) * sin(radians(lon))
        z += sin(radians(lat))
    if hypot(x, y, z) < NEARLY_ZERO * len(known):  # they lie all around the globe: none is more in the middle
        return MapPlane(*known[0])
    return MapPlane(degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x)))


def wrap_longitude(lon: float) -> float:
    """A longitude between -180 and 180 degrees."""
    return lon if -180 <= lon <= 180 else remainder(lon, 360)


def choose_round_km(max_km: float) -> float:
    """The largest of 1, 2, 5, 10, 20, ... kilometres, or of 0.5, 0.2, ..., that is no more than this."""
    steps = [figure * 10.0**power for power in range(-3, 5) for figure in (1, 2, 5)]
    return max((each for each in steps if each <= max_km), default=steps[0])


def cut_at_antimeridian(line: Sequence[Position]) -> list[list[Position]]:
    """A line (latitude, longitude) in the parts that RFC 7946 wants where it crosses 180 degrees; else the one line."""
    parts: list[list[Position]] = [[line[0]]]
    for lat, lon in line[1:]:
        last_lat, last_lon = parts[-1][-1]
        step = remainder(lon - last_lon, 360)
        edge = 180.0 if step > 0 else -180.0
        if abs(last_lon + step) <= 180:
            parts[-1].append((lat, last_lon + step))
            continue
        edge_lat = last_lat + (lat - last_lat) * (edge - last_lon) / step
        if last_lon == edge:  # the line has been led to the edge already
            parts[-1:] = [parts[-1]] if len(parts[-1]) > 1 else []
        else:
            parts[-1].append((edge_lat, edge))
        parts.append([(edge_lat, -edge), (lat, wrap_longitude(last_lon + step))])
    return parts


def format_position(lat: float, lon: float, digits: int = 3) -> str:
    """A position in degrees north or south, east or west."""
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    return f"{abs(lat):.{digits}f} {north}, {abs(lon):.{digits}f} {east}"
