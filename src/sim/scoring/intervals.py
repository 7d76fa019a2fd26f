"""Empirical distributions of many replications, and intervals for what a finite number of them can say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import floor, sqrt

import numpy as np

Z95 = 1.959963984540054


@dataclass(frozen=True)
class IntervalEstimate:
    """A number with its 95% interval; of several that are looked at together, one with which all hold together."""

    value: float
    low: float
    high: float

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves out 0.

        Examples
        --------
        >>> IntervalEstimate(0.2, 0.1, 0.3).is_significant, IntervalEstimate(0.2, -0.1, 0.5).is_significant
        (True, False)
        """
        return self.low > 0.0 or self.high < 0.0


def wilson_interval(successes: float, trials: float) -> tuple[float, float]:
    """Wilson's 95% interval for a probability. Source: Wilson1927.

    Trials need not be a whole number: it may be an effective sample size. SciPy has the same for whole ones, but takes
    longer to import than a run to begin.
    """
    if trials == 0:
        return 0.0, 1.0
    proportion = successes / trials
    scale = 1 + Z95 * Z95 / trials
    centre = (proportion + Z95 * Z95 / (2 * trials)) / scale
    half_width = Z95 * sqrt(proportion * (1 - proportion) / trials + Z95 * Z95 / (4 * trials * trials)) / scale
    return max(centre - half_width, 0.0), min(centre + half_width, 1.0)


@dataclass
class EmpiricalDistribution:
    """How many replications gave each value.

    Values are counts of people and shares of blocks, so that few of them are distinct.
    """

    counts: Counter[float] = field(default_factory=Counter)

    def add(self, values: np.ndarray) -> None:
        """Count more replications."""
        distinct, frequencies = np.unique(values, return_counts=True)
        for value, frequency in zip(distinct.tolist(), frequencies.tolist(), strict=True):
            self.counts[value] += frequency
        self.__dict__.pop("cumulative_counts", None)

    @cached_property
    def cumulative_counts(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct values in ascending order, and how many replications gave at most each of them."""
        values = np.array(sorted(self.counts))
        return values, np.cumsum([self.counts[value] for value in values.tolist()])

    @property
    def size(self) -> int:
        """How many replications were counted."""
        return self.counts.total()

    def count_between(self, low: float, high: float) -> int:
        """How many replications gave a value from low to high, both included."""
        return sum(count for value, count in self.counts.items() if low <= value <= high)

    def compute_quantiles(self, probabilities: Sequence[float]) -> list[float]:
        """Quantiles, interpolated linearly between neighbours: the default of `numpy.quantile`."""
        return [self.value_at_rank(probability * (self.size - 1)) for probability in probabilities]

    def value_at_rank(self, rank: float) -> float:
        """The value at a rank, counted from 0 and perhaps between two replications."""
        values, cumulative = self.cumulative_counts
        first, last = (values[np.searchsorted(cumulative, n, side="right")] for n in (floor(rank), -floor(-rank)))
        return float(first + (last - first) * (rank - floor(rank)))


def make_distributions(values: np.ndarray) -> list[EmpiricalDistribution]:
    """The distribution in each column of an array, shape (replications, columns)."""
    result = [EmpiricalDistribution() for _ in range(values.shape[1])]
    for column, distribution in enumerate(result):
        distribution.add(values[:, column])
    return result
