"""What could have been said, as cells of whole numbers: a claim is one of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ENDLESS = math.inf


@dataclass(frozen=True)
class Cell:
    """The whole numbers from `low` to `high`, both included; `high` may be endless."""

    low: int
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"no cell of counts: {self.low} to {self.high}")


@dataclass(frozen=True)
class Partition:
    """All whole numbers from 0 on, in cells by their first members, the last one endless; None: each by itself."""

    starts: tuple[int, ...] | None

    def cells(self, counts: np.ndarray) -> np.ndarray:
        """The cell of each count, as low and high: shape of the counts, and a last axis of two."""
        if self.starts is None:
            return np.stack([counts, counts], axis=-1).astype(np.float64)
        edges = np.array([*self.starts, ENDLESS])
        number = np.searchsorted(edges, counts, side="right") - 1
        return np.stack([edges[number], edges[number + 1] - 1.0], axis=-1)


def partition(starts: Sequence[float]) -> Partition:
    """The partition into cells that begin at these numbers, at 0 in any case."""
    return Partition(tuple(sorted({0, *(int(start) for start in starts if start > 0)})))


EACH = Partition(None)


def cell_at(among: Partition, count: int) -> Cell:
    """The cell of one count."""
    low, high = among.cells(np.array([count]))[0]
    return Cell(int(low), float(high))
