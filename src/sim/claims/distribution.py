"""What came out of many replications, as how often each value did: a million of them take no more room than ten."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import floor

import numpy as np


@dataclass
class Distribution:
    """How many replications gave each value: counts of people and shares of blocks, so there are few of them."""

    counts: Counter[float] = field(default_factory=Counter)

    def add(self, values: np.ndarray) -> None:
        """Count more replications."""
        found, often = np.unique(values, return_counts=True)
        for value, times in zip(found.tolist(), often.tolist(), strict=True):
            self.counts[value] += times
        self.__dict__.pop("ordered", None)

    @cached_property
    def ordered(self) -> tuple[np.ndarray, np.ndarray]:
        """The values in their order, and how many replications gave at most each."""
        values = np.array(sorted(self.counts))
        return values, np.cumsum([self.counts[value] for value in values.tolist()])

    @property
    def size(self) -> int:
        """How many replications there are."""
        return self.counts.total()

    def between(self, low: float, high: float) -> int:
        """How many replications gave a value from low to high, both included."""
        return sum(times for value, times in self.counts.items() if low <= value <= high)

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        """The values below which these shares lie, between two neighbours by proportion, as numpy has it."""
        return [self.quantile(share * (self.size - 1)) for share in shares]

    def quantile(self, rank: float) -> float:
        """The value of a rank from 0 on."""
        values, below = self.ordered
        first, last = (values[np.searchsorted(below, n, side="right")] for n in (floor(rank), -floor(-rank)))
        return float(first + (last - first) * (rank - floor(rank)))


def distributions(values: np.ndarray) -> list[Distribution]:
    """The distribution in each column of an array, shape (replications, columns)."""
    found = [Distribution() for _ in range(values.shape[1])]
    for number, distribution in enumerate(found):
        distribution.add(values[:, number])
    return found
