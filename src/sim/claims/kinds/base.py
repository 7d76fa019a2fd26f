"""What all kinds of claim share: what could have been said instead, and which of it was said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.claims.cells import Cell, Partition, partition
from sim.measures.base import Sort
from sim.scenario.bounds import Bound

Channel = Literal["counted", "judged", "graded"]
COUNTS: tuple[Sort, ...] = ("people", "pieces", "sorties", "presence")
YES, NO = Cell(1, 1), Cell(0, 0)
YES_OR_NO = partition([1, 2])


@dataclass(frozen=True)
class Kind:
    """Claims about these sorts of thing in these words; the channel is how a source comes by the number it tells.

    counted: a count of people or things, with the source's factor and noise; judged: whether the bound holds, now and
    then mistaken; graded: a share, in steps.
    """

    channel: Channel
    sorts: tuple[Sort, ...]
    bounds: tuple[str, ...]
    partition: Callable[[Bound], Partition]  # of all that could have been said
    said: Callable[[Bound], Cell]  # a cell of the partition


def judged(sorts: tuple[Sort, ...], bounds: tuple[str, ...]) -> Kind:
    """A kind of which a source says only whether it was so."""
    return Kind("judged", sorts, bounds, lambda bound: YES_OR_NO, lambda bound: YES)
