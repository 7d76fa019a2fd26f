"""How far places lie apart: as the crow flies, or as a link says."""

from math import asin, cos, radians, sin, sqrt

from sim.scenario.ground import Coordinates, Link
from sim.scenario.model import Scenario

EARTH_KM = 6371.0


def straight_km(a: Coordinates, b: Coordinates) -> float:
    """Great-circle distance between two points."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def link_km(scenario: Scenario, link: Link) -> float:
    """The kilometres that a link gives, else those between its places."""
    if link.km is not None and link.km.value is not None:
        return link.km.value
    start, end = link.between
    return straight_km(scenario.places[start].coordinates, scenario.places[end].coordinates)
