"""The smallest change that turns an outcome: a scan from the base case outwards, then bisection, all with one luck."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sim.claims.intervals import wilson

SCAN = 8  # values looked at on the way from the base case to an end, so that no turn is passed over

Fight = Callable[[float], np.ndarray]  # a value of the lever to the event in each battle, 0 or 1


@dataclass
class Curve:
    """The event at each value of the lever that was fought, in steps from the base case."""

    base: float
    step: float
    fight: Fight
    found: dict[int, np.ndarray] = field(default_factory=dict)

    def at(self, steps: int) -> np.ndarray:
        """The event in each battle."""
        if steps not in self.found:
            self.found[steps] = self.fight(self.value(steps))
        return self.found[steps]

    def value(self, steps: int) -> float:
        """The lever so many steps from the base case."""
        return self.base + steps * self.step

    def share(self, steps: int) -> float:
        """In how many battles the event comes about."""
        return float(self.at(steps).mean())

    def ends(self, steps: int) -> tuple[float, float]:
        """The 95% interval of that share."""
        return wilson(float(self.at(steps).sum()), len(self.at(steps)))


@dataclass(frozen=True)
class Turn:
    """The first value in one direction at which the outcome is turned; steps from the base case.

    `earliest` is the first at which it could be, by the 95% interval; `surest` the first at which it certainly is, None
    if there is none in range.
    """

    steps: int
    earliest: int
    surest: int | None


@dataclass(frozen=True)
class Reversal:
    """What was found: whether the event is likely in the base case, and where each direction turns it (None: nowhere).

    `likely` is None if the base case can't be told from even; then nothing was searched.
    """

    curve: Curve
    likely: bool | None
    up: Turn | None
    down: Turn | None
    upmost: int
    downmost: int

    @property
    def smallest(self) -> Turn | None:
        """The turn that takes the fewest steps."""
        turns = [turn for turn in (self.up, self.down) if turn is not None]
        return min(turns, key=lambda turn: abs(turn.steps)) if turns else None


def reversal(base: float, low: float, high: float, step: float, fight: Fight) -> Reversal:
    """Search a lever from its base value to both ends of its range."""
    curve = Curve(base, step, fight)
    upmost, downmost = max(int((high - base) / step + 1e-9), 0), max(int((base - low) / step + 1e-9), 0)
    below, above = curve.ends(0)
    if below <= 0.5 <= above:
        return Reversal(curve, None, None, None, upmost, downmost)
    likely = curve.share(0) > 0.5
    up, down = turn(curve, likely, upmost, 1), turn(curve, likely, downmost, -1)
    return Reversal(curve, likely, up, down, upmost, downmost)


def turn(curve: Curve, likely: bool, most: int, way: int) -> Turn | None:
    """Where the outcome turns in one direction; None if nowhere."""

    def turned(steps: int) -> bool:
        return (curve.share(way * steps) > 0.5) != likely

    def possibly(steps: int) -> bool:
        low, high = curve.ends(way * steps)
        return low < 0.5 if likely else high > 0.5

    def surely(steps: int) -> bool:
        low, high = curve.ends(way * steps)
        return high < 0.5 if likely else low > 0.5

    first = first_where(turned, most)
    if first is None:
        return None
    earliest, surest = first_where(possibly, first), first_where(surely, most, first)
    return Turn(way * first, way * (earliest or first), None if surest is None else way * surest)


def first_where(holds: Callable[[int], bool], most: int, since: int = 0) -> int | None:
    """The first number of steps after `since` at which something holds: by a scan, then by bisection in between."""
    marks = sorted({round(float(mark)) for mark in np.linspace(since, most, SCAN + 1)})
    if since > 0 and holds(since):
        return since
    for before, after in pairwise(marks):
        if not holds(after):
            continue
        near, far = before, after
        while far - near > 1:
            middle = (near + far) // 2
            near, far = (near, middle) if holds(middle) else (middle, far)
        return far
    return None
