"""The signs of places and forces as outlines, in SVG path data about the origin, one unit to the edge."""

from math import cos, pi, sin

PLACES = {
    "base": "M-.45-1.05H.45L1.05-.45V.45L.45 1.05H-.45L-1.05 .45V-.45Z",
    "wall": "M-1.2-.65H1.2V.65H-1.2Z",
    "post": "M-.9-.9H.9V.9H-.9Z",
    "village": "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0-1 0Z",
    "hill": "M0-1.15L1.15 .85H-1.15Z",
    "island": "M-1.25 0A1.25 .8 0 1 0 1.25 0A1.25 .8 0 1 0-1.25 0Z",
    "quarter": "M0-1.15L1.05-.35V.95H-1.05V-.35Z",
    "open": "M-.75 0A.75 .75 0 1 0 .75 0A.75 .75 0 1 0-.75 0Z",
}
BEYOND = "M0-1.3L1.05 .9L0 .4L-1.05 .9Z"  # an arrow to what lies beyond the sheet, for a north of its own
WORDS = {
    "base": "base",
    "wall": "perimeter",
    "post": "fortified post",
    "village": "village",
    "hill": "hill",
    "island": "island",
    "quarter": "quarter of a city",
    "open": "open ground",
}


def wedge(begins: float, ends: float, reach: float = 2.0) -> str:
    """A slice of a pie from one share of the turn to another, clockwise from the top; the whole disc if it is all."""
    if ends - begins >= 1.0 - 1e-9:
        return f"M{-reach:g} 0A{reach:g} {reach:g} 0 1 0 {reach:g} 0A{reach:g} {reach:g} 0 1 0{-reach:g} 0Z"
    (x0, y0), (x1, y1) = rim(begins, reach), rim(ends, reach)
    large = 1 if ends - begins > 0.5 else 0
    return f"M0 0L{x0:.3f} {y0:.3f}A{reach:g} {reach:g} 0 {large} 1 {x1:.3f} {y1:.3f}Z"


def rim(turn: float, reach: float) -> tuple[float, float]:
    """A point on the rim of a disc."""
    return reach * sin(2 * pi * turn), -reach * cos(2 * pi * turn)
