"""Symbols of a playback, and place labels that cover neither one another nor a place."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.plots.style import measure_text_width

ASSAULT_COLOUR = "#d9a400"
SIDE_MARKERS = ("s", "D")  # the marker of each side
FIRE_MARKERS = {"sortie": "v", "bomb": "X", "ambush": "P"}
ACTIVITY_LABELS = {"sortie": "Strikes", "bomb": "Vehicle bomb", "ambush": "Ambush"}
NUMBER_FONT = 6.0  # points


def shorten_place_name(name: str) -> str:
    """The name of a place as it stands on a map: without an article and what explains it."""
    text = name.split(",")[0].split(" with ")[0].split(" that ")[0].removeprefix("the ").strip()
    return text[0].upper() + text[1:] if text else name


INCHES_PER_POINT = 1 / 72
DIRECTIONS = (
    (1, 0),
    (-1, 0),
    (0, 1),
    (0, -1),
    (1, 1),
    (-1, 1),
    (1, -1),
    (-1, -1),
)  # in which a label is tried, in this order
WIDEST_NUMBERS = "0000  0000"  # the widest that may stand below a name
DISTANCES = (1.35, 2.4, 3.8, 5.5)  # times the radius of a place


@dataclass(frozen=True)
class LabelBox:
    """A rectangle in inches."""

    left: float
    right: float
    low: float
    high: float

    def compute_overlap(self, other: "LabelBox") -> float:
        """The area that two boxes share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.high, other.high) - max(self.low, other.low)
        return width * height if width > 0 and height > 0 else 0.0

    def compute_area_outside(self, whole: "LabelBox") -> float:
        """The area that lies outside another box."""
        return (self.right - self.left) * (self.high - self.low) - self.compute_overlap(whole)


@dataclass(frozen=True)
class PlaceLabel:
    """The name of a place and its box, which has room for a line of numbers below."""

    text: str
    box: LabelBox
    needs_line: bool  # it is so far from its place that a line has to lead there

    @property
    def center(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.box.left + self.box.right) / 2, (self.box.low + self.box.high) / 2


def place_labels(
    points: Sequence[tuple[float, float]], texts: Sequence[str], size: float, radius: float, bounds: LabelBox
) -> list[PlaceLabel]:
    """A label for each point (inches), placed greedily where it covers least."""
    place_boxes = [LabelBox(x - radius, x + radius, y - radius, y + radius) for x, y in points]
    labels: list[PlaceLabel] = []
    for number, (point, text) in enumerate(zip(points, texts, strict=True)):
        lines = text.count("\n") + 2
        width = (
            max(measure_text_width(line, size) for line in (*text.split("\n"), WIDEST_NUMBERS)) + 2 * INCHES_PER_POINT
        )
        height = lines * size * 1.25 * INCHES_PER_POINT
        obstacles = [*place_boxes[:number], *place_boxes[number + 1 :], *(label.box for label in labels)]
        boxes = [
            make_box_beside(point, direction, distance * radius, width, height)
            for distance in DISTANCES
            for direction in DIRECTIONS
        ]
        costs = [
            sum(box.compute_overlap(other) for other in obstacles)
            + 3 * box.compute_area_outside(bounds)
            + 0.002 * preference
            for preference, box in enumerate(boxes)
        ]
        best = costs.index(min(costs))
        labels.append(PlaceLabel(text, boxes[best], best >= len(DIRECTIONS)))
    return labels


def make_box_beside(
    point: tuple[float, float], direction: tuple[int, int], distance: float, width: float, height: float
) -> LabelBox:
    """A box on one side of a point."""
    x = point[0] + direction[0] * (distance + 2 * INCHES_PER_POINT + width / 2)
    y = point[1] + direction[1] * (distance + 1 * INCHES_PER_POINT + height / 2)
    return LabelBox(x - width / 2, x + width / 2, y - height / 2, y + height / 2)
