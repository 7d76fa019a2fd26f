"""A map made ready to be written: every shape, sign and label with its place on the sheet."""

from dataclasses import dataclass, replace
from functools import cached_property

from sim.report.map.extent import shown
from sim.report.map.ground import Drawn, drawn, named
from sim.report.map.labels import Box, Label, Sign, placed
from sim.report.map.marks import Mark, Shares, mark
from sim.report.map.projection import Projection, fitted, scale_bar, viewed
from sim.report.map.slots import Slots, slots
from sim.scenario.drawing import Drawing
from sim.scenario.model import Scenario

MARGIN = 64.0 / 960.0  # shares of a sheet's width


@dataclass(frozen=True)
class Size:
    """How large signs and type are on a sheet, and how wide it is, in its units; `shapes` are the flattest and the
    tallest (height per width), `slot` is the room that a force takes.
    """

    name: str
    width: float
    radius: float
    type: float
    shapes: tuple[float, float]
    slot: tuple[float, float]


WIDE = Size("wide", 960.0, 10.0, 14.0, (0.62, 0.78), (30.0, 40.0))
NARROW = Size("narrow", 400.0, 7.0, 12.0, (0.75, 1.15), (19.0, 23.0))


@dataclass(frozen=True)
class Sheet:
    """One map at one size; `slots` is room for forces, kept free of labels."""

    size: Size
    projection: Projection
    marks: list[Mark]
    links: list[tuple[float, float, float, float]]
    labels: list[Label]
    names: list[Label]  # of the ground
    slots: Slots
    shift: tuple[float, float, float]  # scale, x and y that take the ground to this sheet
    bar_at: float  # where the scale begins

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
    """The same map as sheets to read and as boards to play on, wide and narrow, on one ground in units of the first."""

    ground: list[Drawn]
    sheets: list[Sheet]
    boards: list[Sheet]
    note: str
    absent: list[str]  # names of places that have no part in this battle

    @property
    def wide(self) -> Sheet:
        """The largest sheet."""
        return self.sheets[0]


def atlas(scenario: Scenario, drawing: Drawing, ends: float, shares: Shares) -> Atlas:
    """The map of a battle of so many hours."""
    ids = shown(scenario, ends)
    first = projected(scenario, drawing, ids, WIDE)
    small = projected(scenario, drawing, ids, NARROW)
    both = ((WIDE, first), (NARROW, small))
    return Atlas(
        ground=[drawn(shape, first) for shape in drawing.features],
        sheets=[sheet(scenario, drawing, size, each, first, ids, shares) for size, each in both],
        boards=[board(sheet(scenario, drawing, size, each, first, ids, {}), drawing) for size, each in both],
        note=drawing.note,
        absent=[scenario.places[id].name for id in scenario.places if id not in ids],
    )


def projected(scenario: Scenario, drawing: Drawing, ids: list[str], size: Size) -> Projection:
    """The ground that a sheet shows: as it was drawn for, or all places."""
    view = drawing.close or drawing.view if size is NARROW else drawing.view
    if view is not None:
        return viewed(view, size.width, size.shapes)
    spots = [scenario.places[id].coordinates for id in ids]
    return fitted([(spot.lat, spot.lon) for spot in spots], size.width, MARGIN * size.width, size.shapes)


def sheet(
    scenario: Scenario,
    drawing: Drawing,
    size: Size,
    projection: Projection,
    first: Projection,
    ids: list[str],
    shares: Shares,
) -> Sheet:
    """The map at one size, with labels as near to their signs as can be."""
    marks = [mark(scenario, drawing, id, size.radius, projection, shares) for id in ids]
    at = {each.place: (each.x, each.y) for each in marks}
    ends = [link.between for link in scenario.links.values()]
    links = [(*at[start], *at[end]) for start, end in ends if start in at and end in at]
    scale = projection.scale / first.scale
    x, y = projection.at(first.lat, first.lon)
    shift = (scale, x - scale * first.width / 2, y - scale * first.height / 2)
    bar_at = free_corner(projection, marks)
    labels, names = labelled(marks, drawing, size, projection, furniture(projection, bar_at))
    return Sheet(size, projection, marks, links, labels, names, {}, shift, bar_at)


def board(sheet: Sheet, drawing: Drawing) -> Sheet:
    """The same with room for the forces of both sides beside each place, and labels that leave it free."""
    kept = furniture(sheet.projection, sheet.bar_at)
    found = slots(signs(sheet.marks), sheet.size.slot, sheet.width, sheet.height, kept)
    labels, names = labelled(sheet.marks, drawing, sheet.size, sheet.projection, [*kept, *found.values()])
    return replace(sheet, labels=labels, names=names, slots=found)


def labelled(
    marks: list[Mark], drawing: Drawing, size: Size, projection: Projection, kept: list[Box]
) -> tuple[list[Label], list[Label]]:
    """The labels of places, and the names of the ground where room is left."""
    given = signs(marks)
    labels = placed(given, projection.width, projection.height, size.type, kept)
    taken = [*kept, *(sign.box for sign in given), *(label.box for label in labels)]
    return labels, placed(named(drawing, projection), projection.width, projection.height, size.type, taken)


def signs(marks: list[Mark]) -> list[Sign]:
    """The signs of places, to be labelled."""
    return [Sign(each.place, each.x, each.y, each.radius * 1.2, each.label, each.weight) for each in marks]


def furniture(projection: Projection, bar_at: float) -> list[Box]:
    """Where the scale and the north arrow stand."""
    return [scale_box(projection, bar_at), Box(projection.width - 44, 0, 44, 56)]


def scale_box(projection: Projection, bar_at: float) -> Box:
    """The ground that the scale covers."""
    _, length = scale_bar(projection, projection.width / 4)
    return Box(bar_at - 12, projection.height - 40, length + 24, 40)


def free_corner(projection: Projection, marks: list[Mark]) -> float:
    """Where the scale begins: at the left, in the middle or at the right, the first where no sign stands."""
    _, length = scale_bar(projection, projection.width / 4)
    spots = [12.0, (projection.width - length) / 2, projection.width - length - 12]
    boxes = [sign.box for sign in signs(marks)]
    clear = [spot for spot in spots if not any(scale_box(projection, spot).overlaps(box) for box in boxes)]
    return clear[0] if clear else spots[0]
