"""Labels that cover neither one another nor any sign: placed greedily in order of weight, the same each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import cos, pi, sin
from textwrap import wrap

GAP = 3.0  # units between a sign and its label
LINE = 1.16  # heights of a line of text, in sizes of type
NARROW, WIDE = set("iIl.,'’:;|!()[] "), set("mwMW—@%")
DIRECTIONS = 16
ORDER = (0, 8, 12, 4, 14, 2, 10, 6, 15, 1, 9, 7, 13, 3, 11, 5)  # right first, then left, above, below, then between
NEAR = 1.6  # times the gap; further off, a line leads from the sign to its label
REACH = (1.0, 4.0, 8.0, 14.0, 22.0, 32.0, 44.0, 60.0, 80.0)  # gaps


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet."""

    left: float
    top: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        """Whether two boxes share any ground."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )

    def inside(self, width: float, height: float) -> bool:
        """Whether the box lies on a sheet."""
        return self.left >= 0 and self.top >= 0 and self.left + self.width <= width and self.top + self.height <= height


@dataclass(frozen=True)
class Sign:
    """Something to be labelled: where it lies, how large it is, what is to be written; the heavier goes first."""

    id: str
    x: float
    y: float
    radius: float
    text: str
    weight: float = 0.0

    @cached_property
    def box(self) -> Box:
        """The ground that the sign itself covers."""
        return Box(self.x - self.radius, self.y - self.radius, 2 * self.radius, 2 * self.radius)


@dataclass(frozen=True)
class Label:
    """A label that has found its place; `lead` is the end of the line from the sign, None where it stands beside it."""

    id: str
    lines: tuple[str, ...]
    box: Box
    size: float
    lead: tuple[float, float] | None


def placed(signs: Sequence[Sign], width: float, height: float, size: float, kept: Sequence[Box] = ()) -> list[Label]:
    """Labels for as many signs as there is room for, heaviest first; `kept` is ground that stays free."""
    taken = [*kept, *(sign.box for sign in signs)]
    found: dict[str, Label] = {}
    for sign in sorted(signs, key=lambda each: (-each.weight, each.id)):
        label = best(sign, taken, width, height, size)
        if label is not None:
            found[sign.id] = label
            taken.append(label.box)
    return [found[sign.id] for sign in signs if sign.id in found]


def best(sign: Sign, taken: Sequence[Box], width: float, height: float, size: float) -> Label | None:
    """The nearest free place for a label, on one line or broken into several."""
    for reach, lines in product(REACH, breaks(sign.text)):
        wide = max(text_width(line, size) for line in lines)
        tall = LINE * size * len(lines)
        for direction in ORDER:
            box = beside(sign, GAP * reach, direction, wide, tall)
            if box.inside(width, height) and not any(box.overlaps(other) for other in taken):
                lead = None if reach <= NEAR else nearest(sign, box)
                return Label(sign.id, lines, box, size, lead)
    return None


def beside(sign: Sign, gap: float, direction: int, wide: float, tall: float) -> Box:
    """A box of that size in one direction of a sign, counted clockwise from the right."""
    angle = 2 * pi * direction / DIRECTIONS
    reach = sign.radius + gap
    across, down = cos(angle), sin(angle)
    x, y = sign.x + reach * across, sign.y + reach * down
    return Box(x - wide * (1 - across) / 2, y - tall * (1 - down) / 2, wide, tall)


def nearest(sign: Sign, box: Box) -> tuple[float, float]:
    """The point of a box that is nearest to a sign."""
    x = min(max(sign.x, box.left), box.left + box.width)
    y = min(max(sign.y, box.top), box.top + box.height)
    return x, y


def breaks(text: str) -> list[tuple[str, ...]]:
    """A text on one line if it is short, and broken into two or three."""
    found = [tuple(wrap(text, most, break_long_words=False)) for most in (24, 16, 11)]
    return list(dict.fromkeys(found)) if len(text) > 12 else [(text,)]


def text_width(text: str, size: float) -> float:
    """About how wide a line is in the page's type; rather too wide than too narrow."""
    return size * sum(
        0.36 if each in NARROW else 1.0 if each in WIDE else 0.72 if each.isupper() else 0.6 for each in text
    )


def short(name: str) -> str:
    """The name of a place as it stands on a map: without an article, and without what explains it."""
    text = name.split(",")[0].split(" with ")[0].split(" that ")[0].removeprefix("the ").strip()
    return text[0].upper() + text[1:] if text else name
