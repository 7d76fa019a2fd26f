"""Where the names of places go so that they cover neither one another nor a place."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.plots.style import text_width

POINT = 1 / 72  # inches
AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))  # sides of a place to try, in order
NUMBERS = "0000  0000"  # the widest numbers below a name
FAR = (1.35, 2.4, 3.8, 5.5)  # times the radius of a place


@dataclass(frozen=True)
class Box:
    """A rectangle in inches, by its ends."""

    left: float
    right: float
    low: float
    high: float

    def cover(self, other: "Box") -> float:
        """The area that two boxes share."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        tall = min(self.high, other.high) - max(self.low, other.low)
        return wide * tall if wide > 0 and tall > 0 else 0.0

    def outside(self, whole: "Box") -> float:
        """The area that lies outside another box."""
        return (self.right - self.left) * (self.high - self.low) - self.cover(whole)


@dataclass(frozen=True)
class Label:
    """A name of one or two lines with room for numbers below, and the middle of its box in inches."""

    text: str
    box: Box
    apart: bool  # so far from its place that a line has to lead there

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.box.left + self.box.right) / 2, (self.box.low + self.box.high) / 2


def placed(
    spots: Sequence[tuple[float, float]], texts: Sequence[str], size: float, radius: float, whole: Box
) -> list[Label]:
    """A label for each spot (inches), one after the other where it covers least; a line of numbers has room below."""
    taken = [Box(x - radius, x + radius, y - radius, y + radius) for x, y in spots]
    found: list[Label] = []
    for number, (spot, text) in enumerate(zip(spots, texts, strict=True)):
        lines = text.count("\n") + 2
        wide = max(text_width(line, size) for line in (*text.split("\n"), NUMBERS)) + 2 * POINT
        tall = lines * size * 1.25 * POINT
        others = [*taken[:number], *taken[number + 1 :], *(label.box for label in found)]
        boxes = [beside(spot, way, far * radius, wide, tall) for far in FAR for way in AROUND]
        costs = [
            sum(box.cover(other) for other in others) + 3 * box.outside(whole) + 0.002 * place
            for place, box in enumerate(boxes)
        ]
        best = costs.index(min(costs))
        found.append(Label(text, boxes[best], best >= len(AROUND)))
    return found


def beside(spot: tuple[float, float], way: tuple[int, int], far: float, wide: float, tall: float) -> Box:
    """A box on one side of a spot."""
    x = spot[0] + way[0] * (far + 2 * POINT + wide / 2)
    y = spot[1] + way[1] * (far + 1 * POINT + tall / 2)
    return Box(x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2)
