"""Placing labels and unit symbols on a map so that nothing overlaps."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import cos, floor, pi, sin
from textwrap import wrap

CELL_SIZE = 40.0  # units
LABEL_GAP = 3.0  # units between a symbol and its label
LINE_HEIGHT = 1.16  # height of a line of text, in font sizes
NARROW_CHARACTERS, WIDE_CHARACTERS = set("iIl.,'’:;|!()[] "), set("mwMW—@%")
DIRECTIONS = 16
# Right first, then left, above, below, then between.
DIRECTION_ORDER = (0, 8, 12, 4, 14, 2, 10, 6, 15, 1, 9, 7, 13, 3, 11, 5)
LEAD_LINE_FROM = 1.6  # gaps; beyond it, a line leads from the symbol to its label
LABEL_DISTANCES = (1.0, 4.0, 8.0, 14.0, 22.0, 32.0, 44.0, 60.0, 80.0)  # gaps


@dataclass(frozen=True)
class Rectangle:
    """A rectangle on the sheet."""

    left: float
    top: float
    width: float
    height: float

    def overlaps(self, other: "Rectangle") -> bool:
        """Whether two boxes overlap."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )

    def fits_sheet(self, width: float, height: float) -> bool:
        """Whether the box lies on a sheet."""
        return self.left >= 0 and self.top >= 0 and self.left + self.width <= width and self.top + self.height <= height


class OccupiedArea:
    """The rectangles on a sheet, each noted in every cell of a grid that it reaches, so that few are compared."""

    def __init__(self, boxes: Iterable[Rectangle]):
        self.cells: dict[tuple[int, int], list[Rectangle]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Rectangle) -> None:
        """Occupy a rectangle."""
        for cell in list_cells(box):
            self.cells.setdefault(cell, []).append(box)

    def is_free(self, box: Rectangle) -> bool:
        """Whether a rectangle overlaps none of those that are there."""
        return not any(box.overlaps(other) for cell in list_cells(box) for other in self.cells.get(cell, ()))


def list_cells(box: Rectangle) -> Iterator[tuple[int, int]]:
    """The cells of the grid that a rectangle reaches."""
    right, bottom = box.left + box.width, box.top + box.height
    return product(
        range(floor(box.left / CELL_SIZE), floor(right / CELL_SIZE) + 1),
        range(floor(box.top / CELL_SIZE), floor(bottom / CELL_SIZE) + 1),
    )


@dataclass(frozen=True)
class LabelAnchor:
    """Something to be labelled: its position, radius and text; the heavier is labelled first."""

    id: str
    x: float
    y: float
    radius: float
    text: str
    weight: float = 0.0

    @cached_property
    def box(self) -> Rectangle:
        """The box that the symbol itself covers."""
        return Rectangle(self.x - self.radius, self.y - self.radius, 2 * self.radius, 2 * self.radius)


@dataclass(frozen=True)
class PlacedLabel:
    """A placed label; `lead_end` is the end of the line from the symbol, None if the label stands beside it."""

    id: str
    lines: tuple[str, ...]
    box: Rectangle
    size: float
    lead_end: tuple[float, float] | None


def place_labels(
    anchors: Sequence[LabelAnchor], width: float, height: float, size: float, reserved: Sequence[Rectangle] = ()
) -> list[PlacedLabel]:
    """Labels for as many anchors as there is room for, heaviest first; `reserved` boxes stay free."""
    occupied = OccupiedArea([*reserved, *(anchor.box for anchor in anchors)])
    labels_by_id: dict[str, PlacedLabel] = {}
    for anchor in sorted(anchors, key=lambda each: (-each.weight, each.id)):
        label = find_label_position(anchor, occupied, width, height, size)
        if label is not None:
            labels_by_id[anchor.id] = label
            occupied.add(label.box)
    return [labels_by_id[anchor.id] for anchor in anchors if anchor.id in labels_by_id]


def find_label_position(
    anchor: LabelAnchor, occupied: OccupiedArea, width: float, height: float, size: float
) -> PlacedLabel | None:
    """The nearest free place for a label, on one line or broken into several."""
    for distance, lines in product(LABEL_DISTANCES, break_text(anchor.text)):
        text_width = max(estimate_text_width(line, size) for line in lines)
        text_height = LINE_HEIGHT * size * len(lines)
        for direction in DIRECTION_ORDER:
            box = make_box_beside(anchor, LABEL_GAP * distance, direction, text_width, text_height)
            if box.fits_sheet(width, height) and occupied.is_free(box):
                lead = None if distance <= LEAD_LINE_FROM else find_nearest_point(anchor, box)
                return PlacedLabel(anchor.id, lines, box, size, lead)
    return None


def make_box_beside(anchor: LabelAnchor, gap: float, direction: int, width: float, height: float) -> Rectangle:
    """A box of this size in one direction of an anchor, counted clockwise from the right."""
    angle = 2 * pi * direction / DIRECTIONS
    reach = anchor.radius + gap
    across, down = cos(angle), sin(angle)
    x, y = anchor.x + reach * across, anchor.y + reach * down
    return Rectangle(x - width * (1 - across) / 2, y - height * (1 - down) / 2, width, height)


def find_nearest_point(anchor: LabelAnchor, box: Rectangle) -> tuple[float, float]:
    """The point of a box that is nearest to an anchor."""
    x = min(max(anchor.x, box.left), box.left + box.width)
    y = min(max(anchor.y, box.top), box.top + box.height)
    return x, y


def break_text(text: str) -> list[tuple[str, ...]]:
    """A text on one line if it is short, and broken into two or three."""
    line_breaks = [tuple(wrap(text, width, break_long_words=False)) for width in (24, 16, 11)]
    return list(dict.fromkeys(line_breaks)) if len(text) > 12 else [(text,)]


def estimate_text_width(text: str, size: float) -> float:
    """An estimate of the width of a line in the page's font; rather too wide than too narrow."""
    return size * sum(
        0.36 if each in NARROW_CHARACTERS else 1.0 if each in WIDE_CHARACTERS else 0.72 if each.isupper() else 0.6
        for each in text
    )


def shorten_name(name: str) -> str:
    """The name of a place for the map: without an article and without explanations."""
    text = name.split(",")[0].split(" with ")[0].split(" that ")[0].removeprefix("the ").strip()
    return text[0].upper() + text[1:] if text else name


SLOT_DISTANCES = (2.0, 6.0, 12.0, 20.0, 30.0, 42.0, 56.0)  # units
SLOT_DIRECTION_ORDER = (0, 1, 15, 2, 14, 3, 13, 4, 12, 5, 11, 6, 10, 7, 9, 8)  # directions, from the first outwards

UnitSlots = dict[tuple[str, int], Rectangle]  # by place and side


def place_unit_slots(
    anchors: Sequence[LabelAnchor],
    size: tuple[float, float],
    width: float,
    height: float,
    reserved: Sequence[Rectangle],
) -> UnitSlots:
    """A box for each place and side: the first side's to the left, the second's to the right, where there is room."""
    occupied = OccupiedArea([*reserved, *(anchor.box for anchor in anchors)])
    unit_slots: UnitSlots = {}
    for anchor in sorted(anchors, key=lambda each: (-each.weight, each.id)):
        for side, direction in enumerate((DIRECTIONS // 2, 0)):
            box = find_free_box(anchor, direction, size, width, height, occupied)
            unit_slots[anchor.id, side] = box
            occupied.add(box)
    return unit_slots


def find_free_box(
    anchor: LabelAnchor,
    direction: int,
    size: tuple[float, float],
    width: float,
    height: float,
    occupied: OccupiedArea,
) -> Rectangle:
    """The nearest free box; the preferred one if none is free."""
    for distance in SLOT_DISTANCES:
        for turn in SLOT_DIRECTION_ORDER:
            box = make_box_beside(anchor, distance, (direction + turn) % DIRECTIONS, *size)
            if box.fits_sheet(width, height) and occupied.is_free(box):
                return box
    return make_box_beside(anchor, SLOT_DISTANCES[0], direction, *size)
