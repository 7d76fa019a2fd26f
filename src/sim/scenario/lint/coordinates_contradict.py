"""Coordinates that contradict one another or the links."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sim.scenario.distances import link_km, straight_km
from sim.scenario.ground import Coordinates
from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario

LEVEL = "WARNING"
SAME_KM = 0.05  # nearer than this, two places are one point
SLACK = 0.02  # a link may fall short of the straight line by this share: coordinates are rounded
WINDING = 3.0  # a way is hardly longer than the straight line by this factor
FAR = 2.0  # a place is an outlier if its nearest neighbour is so many times as far as the others are from one another
FAR_KM = 5.0  # and further than this
SKY_KM = 100.0  # the Sun rises at another time further away


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """Two places are not one point, a link is not shorter than the straight line or many times as long, and a place is
    not far from all that it is linked to. Otherwise a coordinate is mistyped, or an estimate contradicts the distances.
    """
    where = {id: place.coordinates for id, place in scenario.places.items()}
    for one, other in combinations(where, 2):
        if straight_km(where[one], where[other]) < SAME_KM:
            yield Finding(("places", other, "coordinates"), f"the same point as {one}", pair(where[other]))
    for id, link in scenario.links.items():
        start, end = (where[place] for place in link.between)
        least = straight_km(start, end) * (1 - SLACK) - radius(start) - radius(end)
        if link.km is not None and link_km(scenario, link) < least:
            given = f"{link_km(scenario, link):g} km"
            message = f"shorter than the straight line from {link.between[0]} to {link.between[1]}"
            yield Finding(("links", id, "km"), message, given, f"at least {least:.1f} km")
        most = (straight_km(start, end) + radius(start) + radius(end)) * WINDING
        if link.km is not None and link_km(scenario, link) > most:
            message = f"many times the straight line from {link.between[0]} to {link.between[1]}"
            yield Finding(("links", id, "km"), message, f"{link_km(scenario, link):g} km", f"at most {most:.1f} km")
    for id, (neighbour, km) in nearest_neighbours(scenario).items():
        rest = [point for place, point in where.items() if place != id]
        widest = max((straight_km(one, other) for one, other in combinations(rest, 2)), default=km)
        if km > FAR_KM and km > FAR * widest:
            message = f"far from every place that it is linked to; {neighbour} is the nearest"
            got, allowed = f"{km:.0f} km", f"the others lie within {widest:.0f} km"
            yield Finding(("places", id, "coordinates"), message, got, allowed)
    here = Coordinates(lat=scenario.sky.latitude, lon=scenario.sky.longitude, source=scenario.sky.source)
    km = min(straight_km(here, point) for point in where.values())
    if km > SKY_KM:
        yield Finding(("sky",), "far from every place", f"{km:.0f} km", f"at most {SKY_KM:.0f} km")


def nearest_neighbours(scenario: Scenario) -> dict[str, tuple[str, float]]:
    """For each place with links, the linked place nearest to it and how far that is in a straight line."""
    nearest: dict[str, tuple[str, float]] = {}
    for link in scenario.links.values():
        for here, there in (link.between, link.between[::-1]):
            km = straight_km(scenario.places[here].coordinates, scenario.places[there].coordinates)
            if here != there and (here not in nearest or km < nearest[here][1]):
                nearest[here] = (there, km)
    return nearest


def radius(point: Coordinates) -> float:
    """How far off an estimated position may be, km."""
    return point.estimated_within_km or 0.0


def pair(point: Coordinates) -> str:
    """A position as text."""
    return f"{point.lat:g}, {point.lon:g}"
