"""A map made ready to be written: every shape, sign and label with its place on the sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sim.claims.control import State
from sim.report.map.extent import shown
from sim.report.map.glyphs import PLACES, wedge
from sim.report.map.labels import Box, Label, Sign, placed, short
from sim.report.map.projection import Projection, fitted, scale_bar
from sim.scenario.drawing import Area, Drawing, Shape
from sim.scenario.model import Scenario

WIDTH, MARGIN = 960.0, 64.0  # units; the height goes with the ground
SHAPES = (0.62, 0.95)  # height per width: the flattest and the tallest sheet
DRAWN_WITHIN = 0.35  # share of the sheet's width; a vaguer estimate is told and not drawn
SMALLEST, SLIMMEST = 1.2, 3.0  # units: line of a road, of a river


@dataclass(frozen=True)
class Size:
    """How large signs and type are on a sheet, and how wide it is, in its units."""

    name: str
    width: float
    radius: float
    type: float


SIZES = (Size("wide", WIDTH, 10.0, 14.0), Size("narrow", 400.0, 7.0, 12.0))


@dataclass(frozen=True)
class Drawn:
    """A shape of the ground: its kind, its outline as SVG path data, how wide its line is (0 for an area)."""

    kind: str
    name: str
    path: str
    width: float


@dataclass(frozen=True)
class Mark:
    """A place: where it lies, its sign, how far off it may be, who holds it (shares by state), and all that in words."""

    place: str
    name: str
    x: float
    y: float
    radius: float
    kind: str
    within: float | None
    estimated: bool
    shares: tuple[float, ...]
    says: str

    @property
    def outline(self) -> str:
        """The outline of the sign."""
        return PLACES[self.kind]

    @property
    def wedges(self) -> list[tuple[str, str]]:
        """Slices of the sign by state: its name and its outline."""
        found, turn = [], 0.0
        for state, share in zip(State, self.shares, strict=True):
            if share > 0:
                found.append((state.name.lower(), wedge(turn, turn + share)))
            turn += share
        return found


@dataclass(frozen=True)
class Sheet:
    """One map at one size."""

    size: Size
    projection: Projection
    marks: list[Mark]
    links: list[tuple[float, float, float, float]]
    labels: list[Label]
    names: list[Label]  # of the ground

    @property
    def width(self) -> float:
        """The width in units."""
        return self.projection.width

    @property
    def height(self) -> float:
        """The height in units."""
        return self.projection.height

    @cached_property
    def bar(self) -> tuple[float, float]:
        """The scale: kilometres and units."""
        return scale_bar(self.projection, self.width / 4)

    @property
    def leads(self) -> list[tuple[float, float, float, float]]:
        """Lines from signs to labels that stand apart from them."""
        marks = {mark.place: mark for mark in self.marks}
        return [(marks[each.id].x, marks[each.id].y, *each.lead) for each in self.labels if each.lead is not None]


@dataclass(frozen=True)
class Atlas:
    """The same map at every size, on one ground, which is drawn in the units of the first."""

    ground: list[Drawn]
    sheets: list[Sheet]
    note: str
    beyond: list[str]  # names of places that have no part in this battle

    @property
    def wide(self) -> Sheet:
        """The largest sheet."""
        return self.sheets[0]


def atlas(scenario: Scenario, drawing: Drawing, ends: float, shares: Mapping[str, tuple[float, ...]]) -> Atlas:
    """The map of a battle of so many hours; `shares` are the chances of each state by place, empty for none."""
    ids = shown(scenario, ends)
    spots = [(scenario.places[id].coordinates.lat, scenario.places[id].coordinates.lon) for id in ids]
    first = fitted(spots, WIDTH, MARGIN, SHAPES)
    return Atlas(
        ground=[drawn(shape, first) for shape in drawing.features],
        sheets=[sheet(scenario, drawing, size, scaled(first, size.width), ids, shares) for size in SIZES],
        note=drawing.note,
        beyond=[scenario.places[id].name for id in scenario.places if id not in ids],
    )


def scaled(projection: Projection, width: float) -> Projection:
    """The same sheet at another width."""
    factor = width / projection.width
    return Projection(projection.lat, projection.lon, projection.scale * factor, width, projection.height * factor)


def sheet(
    scenario: Scenario,
    drawing: Drawing,
    size: Size,
    projection: Projection,
    ids: list[str],
    shares: Mapping[str, tuple[float, ...]],
) -> Sheet:
    """The map at one size."""
    marks = [mark(scenario, drawing, id, size, projection, shares.get(id, ())) for id in ids]
    at = {each.place: (each.x, each.y) for each in marks}
    links = [
        (*at[link.between[0]], *at[link.between[1]])
        for link in scenario.links.values()
        if link.between[0] in at and link.between[1] in at
    ]
    furniture = [Box(0, projection.height - 40, projection.width / 4 + 24, 40), Box(projection.width - 44, 0, 44, 56)]
    signs = [
        Sign(each.place, each.x, each.y, each.radius * 1.2, short(each.name), weight(scenario, each)) for each in marks
    ]
    labels = placed(signs, projection.width, projection.height, size.type, furniture)
    taken = [*furniture, *(sign.box for sign in signs), *(label.box for label in labels)]
    names = placed(waters(drawing, projection), projection.width, projection.height, size.type, taken)
    return Sheet(size, projection, marks, links, labels, names)


def weight(scenario: Scenario, mark: Mark) -> float:
    """What is labelled first: what the battle is about, then what may go either way, then what is near it."""
    if mark.place == scenario.objective.place:
        return 3.0
    return 1.0 + (1.0 - max(mark.shares) if mark.shares else 0.0) - (0.5 if mark.kind == "open" else 0.0)


def mark(
    scenario: Scenario,
    drawing: Drawing,
    id: str,
    size: Size,
    projection: Projection,
    shares: tuple[float, ...],
) -> Mark:
    """A place on the sheet."""
    place = scenario.places[id]
    x, y = projection.at(place.coordinates.lat, place.coordinates.lon)
    km = place.coordinates.estimated_within_km
    within = None if km is None or km * projection.scale > DRAWN_WITHIN * projection.width else km * projection.scale
    return Mark(
        place=id,
        name=place.name,
        x=x,
        y=y,
        radius=size.radius * (1.35 if id == scenario.objective.place else 1.0),
        kind=drawing.signs.terrains.get(place.terrain, "open"),
        within=within,
        estimated=km is not None,
        shares=shares,
        says=said(scenario, id, shares),
    )


def said(scenario: Scenario, id: str, shares: tuple[float, ...]) -> str:
    """A place in words: who holds it in how many battles, and where its position is from."""
    place = scenario.places[id]
    spot = place.coordinates
    where = (
        f"position estimated within {spot.estimated_within_km:g} km: {spot.reason}"
        if spot.source is None
        else f"position from {scenario.sources[spot.source].name}"
    )
    if not shares:
        return f"{place.name} ({where})"
    first, second = (side.short for side in scenario.sides.values())
    return f"{place.name}: {first} {percent(shares[0])}, contested {percent(shares[1])}, {second} {percent(shares[2])} ({where})"


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{100 * share:.0f} %"


def drawn(shape: Shape, projection: Projection) -> Drawn:
    """A shape as path data."""
    rings = shape.geometry.coordinates if isinstance(shape.geometry, Area) else (shape.geometry.coordinates,)
    parts = []
    for ring in rings:
        points = [projection.at(lat, lon) for lon, lat in ring]
        parts.append(smooth(points, closed=isinstance(shape.geometry, Area)) if curved(shape) else straight(points))
    km = shape.properties.width_km
    width = 0.0 if isinstance(shape.geometry, Area) else max(SMALLEST, (km or 0.0) * projection.scale)
    if shape.properties.kind == "water" and width:
        width = max(width, SLIMMEST)
    return Drawn(shape.properties.kind, shape.properties.name, " ".join(parts), width)


def curved(shape: Shape) -> bool:
    """Whether a shape is drawn with a soft line: what nature made."""
    return shape.properties.kind in ("water", "island", "relief", "fields")


def straight(points: list[tuple[float, float]]) -> str:
    """A line from point to point."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def smooth(points: list[tuple[float, float]], closed: bool) -> str:
    """A soft line through all points: Catmull and Rom's curve as cubic Bezier pieces."""
    if closed and points[0] == points[-1]:
        points = points[:-1]
    count = len(points)
    text = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for n in range(count if closed else count - 1):
        a, b, c, d = (
            points[(n + k) % count if closed else min(max(n + k, 0), count - 1)] for k in (-1, 0, 1, 2)
        )
        text += "C" + " ".join(
            f"{x:.1f} {y:.1f}"
            for x, y in (
                (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6),
                (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6),
                c,
            )
        )
    return text + ("Z" if closed else "")


def waters(drawing: Drawing, projection: Projection) -> list[Sign]:
    """The widest water and the relief, to be named if there is room."""
    rivers = [shape for shape in drawing.features if shape.properties.kind == "water"]
    named = sorted(rivers, key=lambda shape: -(shape.properties.width_km or 0))[:1]
    named += [shape for shape in drawing.features if shape.properties.kind == "relief"]
    found = []
    for number, shape in enumerate(named):
        ring = shape.geometry.coordinates[0] if isinstance(shape.geometry, Area) else shape.geometry.coordinates
        points = [projection.at(point[1], point[0]) for point in ring]  # type: ignore[index]
        inside = [(x, y) for x, y in points if 0.1 < x / projection.width < 0.9 and 0.1 < y / projection.height < 0.9]
        if inside:
            x, y = middle(inside) if isinstance(shape.geometry, Area) else inside[len(inside) * 2 // 3]
            found.append(Sign(f"ground{number}", x, y, 0.0, short(shape.properties.name)))
    return found


def middle(points: list[tuple[float, float]]) -> tuple[float, float]:
    """The mean of some points."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
