"""The drawn shapes of a map as SVG path data, and the names of some of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.report.map.labels import Sign, short
from sim.report.map.projection import Projection
from sim.scenario.drawing import Area, Drawing, Shape

SMALLEST, SLIMMEST = 1.2, 3.0  # units: line of a road, of a river
SOFT = ("water", "island", "relief", "fields")  # what nature made

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Drawn:
    """A shape of the ground: its kind, its outline as SVG path data, how wide its line is (0 for an area)."""

    kind: str
    name: str
    path: str
    width: float


def drawn(shape: Shape, projection: Projection) -> Drawn:
    """A shape as path data."""
    area = isinstance(shape.geometry, Area)
    soft = shape.properties.kind in SOFT
    parts = []
    for ring in rings(shape):
        points = [projection.at(lat, lon) for lon, lat in ring]
        parts.append(smooth(points, closed=area) if soft else straight(points))
    width = 0.0
    if not area:
        least = SLIMMEST if shape.properties.kind == "water" else SMALLEST
        width = max(least, (shape.properties.width_km or 0.0) * projection.scale)
    return Drawn(shape.properties.kind, shape.properties.name, " ".join(parts), width)


def rings(shape: Shape) -> Sequence[Sequence[tuple[float, float]]]:
    """The outlines of an area, or the one line."""
    return shape.geometry.coordinates if isinstance(shape.geometry, Area) else (shape.geometry.coordinates,)


def straight(points: Points) -> str:
    """A line from point to point."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def smooth(points: Points, closed: bool) -> str:
    """A soft line through all points: Catmull and Rom's curve as cubic Bezier pieces."""
    if closed and points[0] == points[-1]:
        points = points[:-1]
    count = len(points)
    text = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for n in range(count if closed else count - 1):
        a, b, c, d = (points[(n + k) % count if closed else min(max(n + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        first = b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6
        second = c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6
        text += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, c))
    return text + ("Z" if closed else "")


def named(drawing: Drawing, projection: Projection) -> list[Sign]:
    """The widest water and the relief on the sheet, to be named if there is room."""
    waters = [shape for shape in drawing.features if shape.properties.kind == "water"]
    chosen = sorted(waters, key=lambda shape: -(shape.properties.width_km or 0))[:1]
    chosen += [shape for shape in drawing.features if shape.properties.kind == "relief"]
    found = []
    for number, shape in enumerate(chosen):
        points = [projection.at(lat, lon) for lon, lat in rings(shape)[0]]
        inside = [each for each in points if projection.kept(*each, 0.1 * projection.width)[2] is None]
        if inside:
            x, y = middle(inside) if isinstance(shape.geometry, Area) else inside[len(inside) * 2 // 3]
            found.append(Sign(f"ground{number}", x, y, 0.0, short(shape.properties.name)))
    return found


def middle(points: Points) -> tuple[float, float]:
    """The mean of some points."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
