"""Coordinates that contradict one another or the links."""

from collections.abc import Iterator, Mapping
from heapq import nlargest
from itertools import combinations
from typing import Any

from sim.scenario.geography import Coordinates, compute_distance_km
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "WARNING"
SAME_KM = 0.05  # nearer than this, two places are one point
KM_OF_DEGREE = 110.0  # of latitude, at least
ROUNDING_SLACK = 0.02  # a link may fall short of the straight line by this share: coordinates are rounded
MAX_DETOUR_FACTOR = 3.0  # a way is hardly longer than the straight line by this factor
OUTLIER_FACTOR = 2.0  # an outlier is so many times as far from its nearest neighbour as the others are from one another
OUTLIER_KM = 5.0  # and further than this
ASTRONOMY_KM = 100.0  # the Sun rises at another time further away


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Two places are not one point, a link is not shorter than the straight line or many times as long, and a place is
    not far from all that it is linked to. Otherwise a coordinate is mistyped, or an estimate contradicts the distances.
    """
    where = {id: place.coordinates for id, place in scenario.places.items()}
    for one, other in list_same_points(where):
        yield LintFinding(
            ("places", other, "coordinates"), f"the same point as {one}", format_coordinates(where[other])
        )
    for id, link in scenario.roads.items():
        start, end = (where[place] for place in link.between)
        least = (
            compute_distance_km(start, end) * (1 - ROUNDING_SLACK)
            - find_uncertainty_km(start)
            - find_uncertainty_km(end)
        )
        if link.km is not None and scenario.compute_road_km(link) < least:
            road_length = f"{scenario.compute_road_km(link):g} km"
            message = f"shorter than the straight line from {link.between[0]} to {link.between[1]}"
            yield LintFinding(("roads", id, "km"), message, road_length, f"at least {least:.1f} km")
        most = (
            compute_distance_km(start, end) + find_uncertainty_km(start) + find_uncertainty_km(end)
        ) * MAX_DETOUR_FACTOR
        if link.km is not None and scenario.compute_road_km(link) > most:
            message = f"many times the straight line from {link.between[0]} to {link.between[1]}"
            yield LintFinding(
                ("roads", id, "km"), message, f"{scenario.compute_road_km(link):g} km", f"at most {most:.1f} km"
            )
    anchors = measure_anchors(where)
    for id, (neighbour, km) in find_nearest_neighbours(scenario).items():
        if km <= OUTLIER_KM or km <= OUTLIER_FACTOR * find_reach_km(anchors, id):
            continue
        others = [point for other, point in where.items() if other != id]
        widest = max((compute_distance_km(*pair) for pair in combinations(others, 2)), default=km)
        if km > OUTLIER_FACTOR * widest:
            message = f"far from every place that it is linked to; {neighbour} is the nearest"
            got, allowed = f"{km:.0f} km", f"the others lie within {widest:.0f} km"
            yield LintFinding(("places", id, "coordinates"), message, got, allowed)
    here = Coordinates(
        lat=scenario.astronomy.latitude, lon=scenario.astronomy.longitude, source=scenario.astronomy.source
    )
    km = min(compute_distance_km(here, point) for point in where.values())
    if km > ASTRONOMY_KM:
        yield LintFinding(("astronomy",), "far from every place", f"{km:.0f} km", f"at most {ASTRONOMY_KM:.0f} km")


def list_same_points(where: Mapping[str, Coordinates]) -> list[tuple[str, str]]:
    """Pairs of places that are one point, in their order; only places of nearly the same latitude are compared."""
    number = {id: place for place, id in enumerate(where)}
    by_latitude = sorted(where, key=lambda id: where[id].lat)
    pairs = []
    for place, one in enumerate(by_latitude):
        for other in by_latitude[place + 1 :]:
            if (where[other].lat - where[one].lat) * KM_OF_DEGREE > SAME_KM:
                break
            if compute_distance_km(where[one], where[other]) < SAME_KM:
                pairs.append((one, other) if number[one] < number[other] else (other, one))
    return sorted(pairs, key=lambda pair: (number[pair[0]], number[pair[1]]))


def measure_anchors(where: Mapping[str, Coordinates]) -> dict[str, list[tuple[float, str]]]:
    """For each of the first two places, the two that are farthest from it, and how far, km."""
    return {
        anchor: nlargest(2, ((compute_distance_km(where[anchor], point), id) for id, point in where.items()))
        for anchor in list(where)[:2]
    }


def find_reach_km(anchors: Mapping[str, list[tuple[float, str]]], id: str) -> float:
    """How far some place other than this one is from another: no two others are further apart than twice that."""
    farthest: list[tuple[float, str]] = next((far for anchor, far in anchors.items() if anchor != id), [])
    return max((km for km, other in farthest if other != id), default=0.0)


def find_nearest_neighbours(scenario: Scenario) -> dict[str, tuple[str, float]]:
    """For each place with links, the linked place nearest to it and how far that is in a straight line."""
    nearest: dict[str, tuple[str, float]] = {}
    for link in scenario.roads.values():
        for here, there in (link.between, link.between[::-1]):
            km = compute_distance_km(scenario.places[here].coordinates, scenario.places[there].coordinates)
            if here != there and (here not in nearest or km < nearest[here][1]):
                nearest[here] = (there, km)
    return nearest


def find_uncertainty_km(point: Coordinates) -> float:
    """How far off an estimated position may be, km."""
    return point.estimated_within_km or 0.0


def format_coordinates(point: Coordinates) -> str:
    """A position as text."""
    return f"{point.lat:g}, {point.lon:g}"
