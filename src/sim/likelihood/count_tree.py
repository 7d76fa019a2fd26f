"""Counts of one source that contain one another: their joint probability, each person counted once.

What a source reports of a whole is what it reports of its parts and of a rest. Given the battle, every rest, and every
count without parts, is an independent negative binomial:

    whole = sum of the parts + rest,   rest ~ NB(mean = bias * true rest + background, size)

So a total and its parts are one observation of several things, never two of one. The joint probability of a tree is
found by convolution from the leaves to the root, with each count confined to its observed bin.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from sim.likelihood import negative_binomial
from sim.likelihood.binning import Bin
from sim.likelihood.terms import MIN_PROBABILITY, LikelihoodTerm

ROUNDING = 1e-9  # of a whole: parts that tile it may come to so much more, since a baseline's counts are not whole
MIN_MEAN = 1e-9  # keeps logarithms finite where a scenario has no stray reports


@dataclass(frozen=True)
class CountLimit:
    """Up to which count it matters how many there are: more are impossible or, if it is open, all alike."""

    max_count: int
    is_open: bool


@dataclass(frozen=True)
class CountProbabilities:
    """The probabilities of neighbouring counts for n battles at once, scaled so that none of them vanishes."""

    first_count: int
    probabilities: np.ndarray  # (n, counts) of first_count, first_count + 1, ..., divided by exp(log_scale)
    log_scale: np.ndarray  # (n,)

    @property
    def last_count(self) -> int:
        """The largest count that has a probability."""
        return self.first_count + int(self.probabilities.shape[1]) - 1

    def convolve(self, other: "CountProbabilities", limit: CountLimit) -> "CountProbabilities":
        """The probabilities of the sum of two independent counts, up to a limit."""
        shorter, longer = sorted((self.probabilities, other.probabilities), key=lambda values: values.shape[1])
        if shorter.shape[1] == 1:
            total = shorter * longer
        else:
            total = np.zeros((max(len(shorter), len(longer)), shorter.shape[1] + longer.shape[1] - 1))
            for shift in range(shorter.shape[1]):
                total[:, shift : shift + longer.shape[1]] += shorter[:, [shift]] * longer
        return (
            CountProbabilities(self.first_count + other.first_count, total, self.log_scale + other.log_scale)
            .truncate_above(limit)
            .rescale()
        )

    def truncate_above(self, limit: CountLimit) -> "CountProbabilities":
        """Without the counts above the limit or, if it is open, with all of them at the limit."""
        n_kept = limit.max_count - self.first_count + 1
        if n_kept >= self.probabilities.shape[1]:
            return self
        if not limit.is_open:
            return CountProbabilities(self.first_count, self.probabilities[:, :n_kept], self.log_scale)
        if n_kept < 1:
            return CountProbabilities(limit.max_count, self.probabilities.sum(axis=1, keepdims=True), self.log_scale)
        tail_sum = self.probabilities[:, n_kept - 1 :].sum(axis=1, keepdims=True)
        return CountProbabilities(
            self.first_count, np.concatenate([self.probabilities[:, : n_kept - 1], tail_sum], axis=1), self.log_scale
        )

    def truncate_below(self, min_count: int) -> "CountProbabilities":
        """Without the counts below this one."""
        n_dropped = min_count - self.first_count
        if n_dropped <= 0:
            return self
        return CountProbabilities(min_count, self.probabilities[:, n_dropped:], self.log_scale)

    def rescale(self) -> "CountProbabilities":
        """The same with the largest of each row near 1; a row of zeros stays as it is."""
        if self.probabilities.shape[1] == 1:
            return self
        row_max = self.probabilities.max(axis=1)
        divisor = np.where(row_max > 0.0, row_max, 1.0)
        return CountProbabilities(
            self.first_count, self.probabilities / divisor[:, None], self.log_scale + np.log(divisor)
        )


ZERO_COUNT = CountProbabilities(0, np.ones((1, 1)), np.zeros(1))


@dataclass(frozen=True)
class CountNode:
    """A claim of a tree and its parts, which stand before it."""

    column: int  # of the observables
    parts: tuple[int, ...]  # indices of nodes


@dataclass(frozen=True)
class CountTree(LikelihoodTerm):
    """A tree of claims, its root last; all of one source and side, with one bias and one size."""

    nodes: tuple[CountNode, ...]
    bias_column: int  # of the reporting parameters, as are the next two
    size_column: int
    background_column: int

    def __post_init__(self) -> None:
        if inconsistent_node := find_inconsistent_node(self.nodes, self.observed_bins):
            raise ValueError(f"{self.claims[inconsistent_node]}: less than what it contains")

    @property
    def observable_columns(self) -> tuple[int, ...]:
        return tuple(node.column for node in self.nodes)

    def compute_means(self, values: np.ndarray, reporting_parameters: np.ndarray) -> list[np.ndarray]:
        """The expected report of each node's rest, shape (n,) each; raise ValueError if a rest is negative."""
        means = []
        for node in self.nodes:
            rest = values[:, node.column] - sum(values[:, self.nodes[part].column] for part in node.parts)
            if (rest < -ROUNDING * np.maximum(values[:, node.column], 1.0)).any():
                raise ValueError(f"{self.name}: a part is more than the whole")
            means.append(
                np.maximum(
                    reporting_parameters[:, self.bias_column] * np.maximum(rest, 0.0)
                    + reporting_parameters[:, self.background_column],
                    MIN_MEAN,
                )
            )
        return means

    def log_likelihood(self, values: np.ndarray, reporting_parameters: np.ndarray) -> np.ndarray:
        joint = self.compute_probabilities(
            len(self.nodes) - 1,
            None,
            self.compute_means(values, reporting_parameters),
            reporting_parameters[:, self.size_column],
        )
        log_probability: np.ndarray = (
            np.log(np.maximum(joint.probabilities.sum(axis=1), MIN_PROBABILITY)) + joint.log_scale
        )
        return log_probability

    def compute_probabilities(
        self, node_index: int, parent_limit: "CountLimit | None", means: list[np.ndarray], size: np.ndarray
    ) -> CountProbabilities:
        """The probabilities of a node's counts that lie in its bin while all its parts lie in theirs."""
        observed_bin = self.observed_bins[node_index]
        limit = make_count_limit(observed_bin, parent_limit)
        total = ZERO_COUNT
        for part in self.nodes[node_index].parts:
            total = total.convolve(self.compute_probabilities(part, limit, means, size), limit)
        first_rest = max(observed_bin.low - total.last_count, 0)
        rest = compute_rest_probabilities(
            first_rest,
            max(limit.max_count - total.first_count, first_rest),
            limit.is_open,
            means[node_index],
            size,
        )
        return total.convolve(rest, limit).truncate_below(observed_bin.low)

    def simulate_reports(
        self, values: np.ndarray, reporting_parameters: np.ndarray, uniforms: np.ndarray
    ) -> np.ndarray:
        size = reporting_parameters[:, self.size_column]
        counts: list[np.ndarray] = []
        for number, (node, mean) in enumerate(
            zip(self.nodes, self.compute_means(values, reporting_parameters), strict=True)
        ):
            rest = negative_binomial.nb_quantiles(uniforms[:, number, 0], mean, size)
            counts.append(rest + sum(counts[part] for part in node.parts))
        return np.stack(counts, axis=1)

    def with_claim_columns(self, first_column: int) -> Self:
        return replace(self, nodes=tuple(replace(node, column=first_column + n) for n, node in enumerate(self.nodes)))

    def with_bins(self, bins: Sequence[Bin]) -> Self:
        return replace(self, observed_bins=tuple(bins))


def make_count_limit(observed_bin: Bin, parent_limit: CountLimit | None) -> CountLimit:
    """The limit of a node from its own bin and the limit of the whole that it is a part of."""
    if parent_limit is not None and not parent_limit.is_open:
        return CountLimit(int(min(observed_bin.high, parent_limit.max_count)), False)
    if math.isfinite(observed_bin.high):
        return CountLimit(int(observed_bin.high), False)
    return CountLimit(observed_bin.low if parent_limit is None else max(observed_bin.low, parent_limit.max_count), True)


def compute_rest_probabilities(
    first: int, last: int, is_open: bool, mean: np.ndarray, size: np.ndarray
) -> CountProbabilities:
    """The probabilities of the reported rest, from first to last; if open, the last stands for itself and more."""
    log_pmf = negative_binomial.nb_log_pmf(first, last, mean, size)
    if is_open:
        log_pmf[:, -1] = negative_binomial.nb_log_tail(last, mean, size)
    row_max = log_pmf.max(axis=1)
    return CountProbabilities(first, np.exp(log_pmf - row_max[:, None]), row_max)


def find_inconsistent_node(nodes: Sequence[CountNode], bins: Sequence[Bin]) -> int:
    """The index of a node whose parts must come to more than it may have, 0 if there is none."""
    min_counts: list[int] = []
    for index, (node, observed_bin) in enumerate(zip(nodes, bins, strict=True)):
        parts_total = sum(min_counts[part] for part in node.parts)
        if parts_total > observed_bin.high:
            return index
        min_counts.append(max(parts_total, observed_bin.low))
    return 0
