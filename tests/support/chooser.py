"""Choices that are the same every time: for trials of which there are too many to write them down."""

from collections.abc import Sequence
from typing import TypeVar

from sim import random_streams

Thing = TypeVar("Thing")


class Chooser:
    """Draws one choice after the other; its name and number decide all of them."""

    def __init__(self, name: str, number: int):
        self.key = random_streams.stream_keys([name])
        self.number = number
        self.drawn = 0

    def share(self) -> float:
        """A number in [0, 1)."""
        self.drawn += 1
        (share,) = random_streams.draw_uniforms(self.key, self.drawn, self.number, self.key * 0)
        return min(share, 1 - 2**-53)

    def below(self, count: int) -> int:
        """A whole number from 0 to below `count`."""
        return int(self.share() * count)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of some things."""
        return things[self.below(len(things))]
