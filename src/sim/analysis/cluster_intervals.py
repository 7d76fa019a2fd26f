"""Confidence intervals of shares, means and differences when replications come in clusters, several from one draw.

Sources: Woodruff1971, Kish1965, Newcombe1998.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from sim.scoring.intervals import Z95, IntervalEstimate, wilson_interval


@dataclass(frozen=True)
class ClusteredProportion:
    """How often an event happened among the counted battles, several of which may come from one posterior draw."""

    is_event: np.ndarray  # (battles,) of bool
    is_counted: np.ndarray  # (battles,) of bool: the battles that count
    draw_index: np.ndarray  # (battles,): the draw, or lineage of draws, that each battle comes from

    @property
    def n_counted(self) -> int:
        """How many battles are counted."""
        return int(self.is_counted.sum())

    @property
    def proportion(self) -> float:
        """The share of them in which it happened; NaN if none is counted."""
        return float(self.is_event[self.is_counted].mean()) if self.n_counted else float("nan")

    @property
    def influence(self) -> np.ndarray:
        """The influence of each battle on the share, shape (battles,): its residual over the number counted."""
        if not self.n_counted:
            return np.zeros(len(self.is_counted))
        residuals: np.ndarray = np.where(self.is_counted, self.is_event - self.proportion, 0.0) / self.n_counted
        return residuals

    @property
    def interval_estimate(self) -> IntervalEstimate:
        """The share with Wilson's interval for the effective number of independent battles."""
        if not self.n_counted:
            return IntervalEstimate(float("nan"), 0.0, 1.0)
        n_effective = compute_effective_n(
            self.proportion, self.n_counted, compute_cluster_variance(self.influence, self.draw_index)
        )
        return IntervalEstimate(self.proportion, *wilson_interval(self.proportion * n_effective, n_effective))


def compute_effective_n(proportion: float, count: int, cluster_variance: float) -> float:
    """The number of independent battles whose share has this variance: p (1 - p) / v, at most `count`."""
    binomial_variance = proportion * (1 - proportion) / count
    return count if cluster_variance <= binomial_variance else count * binomial_variance / cluster_variance


def compute_cluster_variance(influence: np.ndarray, draw_index: np.ndarray) -> float:
    """The variance of an estimator from the influence of each battle, summed within each of n clusters:
    n / (n - 1) * sum of (s - mean of s)^2. Source: Woodruff1971.
    """
    _, cluster = np.unique(draw_index, return_inverse=True)
    sums = np.bincount(cluster, weights=influence)
    n_clusters = len(sums)
    if n_clusters < 2:
        return float("inf")
    return float(n_clusters / (n_clusters - 1) * ((sums - sums.mean()) ** 2).sum())


def estimate_difference(group: ClusteredProportion, reference: ClusteredProportion) -> IntervalEstimate:
    """How much more often an event happened in a group of battles than in a reference group of the same draws.

    With few battles in either group the interval is as wide as Newcombe's, from those of the two shares. Source:
    Newcombe1998.
    """
    value = group.proportion - reference.proportion
    if not (group.n_counted and reference.n_counted):
        return IntervalEstimate(value, -1.0, 1.0)
    half = Z95 * sqrt(compute_cluster_variance(group.influence - reference.influence, group.draw_index))
    first, second = group.interval_estimate, reference.interval_estimate
    down = max(half, sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2))
    up = max(half, sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2))
    return IntervalEstimate(value, max(value - down, -1.0), min(value + up, 1.0))


def estimate_paired_difference(differences: np.ndarray, draw_index: np.ndarray) -> IntervalEstimate:
    """How much more often an event happens with a change, from pairs: 1 where it happens with the change alone, -1
    where without it alone. Where few pairs differ, or none, the interval is as wide as so few leave it.
    """
    is_counted = np.ones(len(differences), dtype=bool)
    return estimate_difference(
        ClusteredProportion(differences > 0, is_counted, draw_index),
        ClusteredProportion(differences < 0, is_counted, draw_index),
    )


def estimate_mean(values: np.ndarray, draw_index: np.ndarray) -> IntervalEstimate:
    """The mean of a number over battles, with its interval."""
    value = float(values.mean())
    half = Z95 * sqrt(compute_cluster_variance((values - value) / len(values), draw_index))
    return IntervalEstimate(value, value - half, value + half)


def decompose_variance(values: np.ndarray, draw_index: np.ndarray) -> tuple[float, float]:
    """The variance of a number over battles in two parts: between draws of the parameters, and within, by chance alone.

    One-way analysis of variance; the part between draws is not negative. Each draw needs two battles or more.
    """
    _, cluster, sizes = np.unique(draw_index, return_inverse=True, return_counts=True)
    means = np.bincount(cluster, weights=values) / sizes
    within = float(((values - means[cluster]) ** 2).sum() / (len(values) - len(sizes)))
    between = float((sizes * (means - values.mean()) ** 2).sum() / (len(sizes) - 1))
    effective_cluster_size = (len(values) - float((sizes**2).sum()) / len(values)) / (len(sizes) - 1)
    return max(between - within, 0.0) / effective_cluster_size, within
