"""Whether the rings of an area enclose one: closed, and crossing neither themselves nor one another."""

import re
from collections.abc import Sequence
from itertools import chain

from sim.scenario.map_plane import MapPlane, PlanePoint, format_position, make_plane

MIN_POSITIONS = 4  # of a ring, the first repeated as the last
POINT_PATTERN = re.compile(r"\[(\S+) (\S+)\]")

# Shapely's words for what is wrong, and ours.
FAULTS = {
    "Self-intersection": "its outline crosses itself",
    "Ring Self-intersection": "its outline touches itself",
    "Hole lies outside shell": "a hole lies outside the outline",
    "Holes are nested": "a hole lies within another",
    "Interior is disconnected": "its holes cut it in two",
}


def find_area_fault(rings: Sequence[Sequence[tuple[float, float]]]) -> str | None:
    """What is wrong with an area (longitude first) and what to do; None if it is sound."""
    if not rings:
        return "an area without an outline"
    for ring in rings:
        if len(ring) < MIN_POSITIONS or len(set(ring)) < MIN_POSITIONS - 1:
            return f"an outline of {len(ring)} positions (allowed: three points, and the first again as the last)"
        if ring[0] != ring[-1]:
            return "its outline is open: repeat the first position as the last"
    plane = make_plane((lat, lon) for lon, lat in chain.from_iterable(rings))
    return find_planar_fault([[plane.project(lat, lon) for lon, lat in ring] for ring in rings], plane)


def find_planar_fault(rings: list[list[PlanePoint]], plane: MapPlane) -> str | None:
    """What is wrong with the rings of an area in a plane."""
    from shapely import Polygon
    from shapely.validation import explain_validity

    explanation: str = explain_validity(Polygon(rings[0], rings[1:]))
    if explanation == "Valid Geometry":
        return None
    kind = explanation.partition("[")[0]
    text = FAULTS.get(kind, f"its outline is unsound, {kind.lower()}")
    point = POINT_PATTERN.search(explanation)
    if point is None:
        return f"{text}: draw it again"
    return f"{text} near {format_position(*plane.unproject(float(point[1]), float(point[2])))}: move a corner there"
