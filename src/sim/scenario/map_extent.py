"""The ground that the places of a scenario cover, and whether a drawing lies on it or far away."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

from sim.scenario.geography import Coordinates
from sim.scenario.map_plane import MapPlane, make_plane

MIN_REACH_KM = 100.0  # what lies nearer than this may belong to the map of a battle, however small
REACH_FACTOR = 5.0  # and what lies within so many times the distance of the outermost place from the middle

LonLat = tuple[float, float]


@dataclass(frozen=True)
class MapExtent:
    """The ground about the middle of all places, and how far from it a drawing may begin."""

    plane: MapPlane
    reach_km: float

    def find_fault(self, positions: Iterable[LonLat]) -> str | None:
        """Whether a drawing lies far from all places, and whether it would not if its numbers changed places."""
        drawing = list(positions)
        if not drawing or self.measure_gap(drawing) <= self.reach_km:
            return None
        far = f"lies some {round(self.measure_gap(drawing), -2):,.0f} km from the places"
        if (
            all(abs(lon) <= 90 for lon, _ in drawing)
            and self.measure_gap([(b, a) for a, b in drawing]) <= self.reach_km
        ):
            return f"{far}: latitude and longitude are swapped; put longitude first"
        return f"{far} (allowed: {self.reach_km:,.0f} km): correct its positions, or leave it out"

    def measure_gap(self, drawing: list[LonLat]) -> float:
        """Kilometres from the middle of the places to the box about a drawing; none if it lies within."""
        east, north = zip(*(self.plane.project(lat, lon) for lon, lat in drawing), strict=True)
        return hypot(max(min(east), -max(east), 0.0), max(min(north), -max(north), 0.0))


def make_map_extent(places: Iterable[Coordinates]) -> MapExtent:
    """The ground of some places."""
    positions = [(each.lat, each.lon) for each in places]
    plane = make_plane(positions)
    outermost = max(hypot(*plane.project(*each)) for each in positions)
    return MapExtent(plane, max(MIN_REACH_KM, REACH_FACTOR * outermost))
