"""Intervals for shares and differences when battles come in clusters: several fought from one draw of the unknowns.

Battles of one draw are alike, so that they tell less than as many of different draws would. Variances are those of
cluster sums of each estimator's influence values (linearisation). Source: Woodruff1971, Kish1965.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from sim.claims.intervals import Z95, wilson


@dataclass(frozen=True)
class Estimate:
    """A number with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Chance:
    """How often something happened among the battles that count, and what its interval is made of."""

    happened: np.ndarray  # (battles,) of bool
    among: np.ndarray  # (battles,) of bool: the battles that count
    draws: np.ndarray  # (battles,): the draw that each battle was fought from

    @property
    def count(self) -> int:
        """How many battles count."""
        return int(self.among.sum())

    @property
    def share(self) -> float:
        """The share of them in which it happened; nan if none counts."""
        return float(self.happened[self.among].mean()) if self.count else float("nan")

    @property
    def influence(self) -> np.ndarray:
        """What each battle adds to the error of the share, shape (battles,)."""
        if not self.count:
            return np.zeros(len(self.among))
        residuals: np.ndarray = np.where(self.among, self.happened - self.share, 0.0) / self.count
        return residuals

    @property
    def estimate(self) -> Estimate:
        """The share with Wilson's interval for as many independent battles as these are worth."""
        if not self.count:
            return Estimate(float("nan"), 0.0, 1.0)
        worth = effective(self.share, self.count, variance(self.influence, self.draws))
        return Estimate(self.share, *wilson(self.share * worth, worth))


def effective(share: float, count: int, clustered: float) -> float:
    """How many independent battles have a share of this variance; never more than there are."""
    alone = share * (1 - share) / count
    return count if clustered <= alone else count * alone / clustered


def variance(influence: np.ndarray, draws: np.ndarray) -> float:
    """The variance of an estimator from the influence of each battle, with battles of one draw together."""
    _, cluster = np.unique(draws, return_inverse=True)
    sums = np.bincount(cluster, weights=influence)
    number = len(sums)
    if number < 2:
        return float("inf")
    return float(number / (number - 1) * ((sums - sums.mean()) ** 2).sum())


def difference(one: Chance, other: Chance) -> Estimate:
    """How much more often something happened among some battles than among others, which share their draws.

    With few battles on either side the interval is as wide as Newcombe's, from those of the two shares. Source:
    Newcombe1998.
    """
    value = one.share - other.share
    if not (one.count and other.count):
        return Estimate(value, -1.0, 1.0)
    half = Z95 * sqrt(variance(one.influence - other.influence, one.draws))
    first, second = one.estimate, other.estimate
    down = max(half, sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2))
    up = max(half, sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2))
    return Estimate(value, max(value - down, -1.0), min(value + up, 1.0))


def more_often(apart: np.ndarray, draws: np.ndarray) -> Estimate:
    """How much more often something happens, from pairs with 1 where it happens with the change alone, −1 where without
    it alone. Where few pairs differ, or none, the interval is as wide as that few leave it.
    """
    every = np.ones(len(apart), dtype=bool)
    return difference(Chance(apart > 0, every, draws), Chance(apart < 0, every, draws))


def mean(values: np.ndarray, draws: np.ndarray) -> Estimate:
    """The mean of a number over battles, with its interval."""
    value = float(values.mean())
    half = Z95 * sqrt(variance((values - value) / len(values), draws))
    return Estimate(value, value - half, value + half)


def parts(values: np.ndarray, draws: np.ndarray) -> tuple[float, float]:
    """The variance of a number over battles, told apart: between the draws of the unknowns, and by chance alone.

    One-way analysis of variance; the part between draws is not negative. Each draw needs two battles or more.
    """
    _, cluster, sizes = np.unique(draws, return_inverse=True, return_counts=True)
    means = np.bincount(cluster, weights=values) / sizes
    within = float(((values - means[cluster]) ** 2).sum() / (len(values) - len(sizes)))
    between = float((sizes * (means - values.mean()) ** 2).sum() / (len(sizes) - 1))
    usual = (len(values) - float((sizes**2).sum()) / len(values)) / (len(sizes) - 1)
    return max(between - within, 0.0) / usual, within
