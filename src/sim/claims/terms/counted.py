"""Counts of one source that contain one another: the joint chance of all of them, each person counted once.

What the source tells of a whole is what it tells of the parts and of a rest. Each rest, and each count without parts,
is negative binomial about the factor times what was so, and all are independent given the battle. So a sum and its
parts are one observation of several things, never two of one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from sim.claims import negative_binomial
from sim.claims.cells import Cell
from sim.claims.terms.base import TINY, Term
from sim.claims.terms.weights import NOBODY, Weights

LEAST_MEAN = 1e-9  # keeps logarithms finite where a scenario has no stray reports


@dataclass(frozen=True)
class Node:
    """A claim of a tree: the column of what it is about, and its parts, which stand before it in the tree."""

    column: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Counted(Term):
    """A tree of claims, the whole of it last; all of one source and side, with one factor and one size."""

    nodes: tuple[Node, ...]
    bias: int  # slots
    size: int
    stray: int

    def __post_init__(self) -> None:
        if fault := impossible(self.nodes, self.cells):
            raise ValueError(f"{self.claims[fault]}: less than what it contains")

    @property
    def columns(self) -> tuple[int, ...]:
        return tuple(node.column for node in self.nodes)

    def means(self, values: np.ndarray, reports: np.ndarray) -> list[np.ndarray]:
        """What the source is to be expected to tell of each rest, shape (n,) each; raise ValueError for a negative."""
        found = []
        for node in self.nodes:
            rest = values[:, node.column] - sum(values[:, self.nodes[part].column] for part in node.parts)
            if (rest < 0.0).any():
                raise ValueError(f"{self.name}: a part is more than the whole")
            found.append(np.maximum(reports[:, self.bias] * rest + reports[:, self.stray], LEAST_MEAN))
        return found

    def log_likelihood(self, values: np.ndarray, reports: np.ndarray) -> np.ndarray:
        joint = self.weights(len(self.nodes) - 1, None, self.means(values, reports), reports[:, self.size])
        logarithm: np.ndarray = np.log(np.maximum(joint.values.sum(axis=1), TINY)) + joint.scale
        return logarithm

    def weights(self, number: int, above: "Limit | None", means: list[np.ndarray], size: np.ndarray) -> Weights:
        """The chances of the counts of a node that are in its cell, and in the cells of all its parts."""
        cell = self.cells[number]
        limit = limit_of(cell, above)
        counted = NOBODY
        for part in self.nodes[number].parts:
            counted = counted.plus(self.weights(part, limit, means, size), limit)
        first = max(cell.low - counted.last, 0)
        rest = rest_of(first, max(limit.at - counted.first, first), limit.endless, means[number], size)
        return counted.plus(rest, limit).least(cell.low)

    def told(self, values: np.ndarray, reports: np.ndarray, shares: np.ndarray) -> np.ndarray:
        size = reports[:, self.size]
        counts: list[np.ndarray] = []
        for number, (node, mean) in enumerate(zip(self.nodes, self.means(values, reports), strict=True)):
            rest = negative_binomial.quantiles(shares[:, number, 0], mean, size)
            counts.append(rest + sum(counts[part] for part in node.parts))
        return np.stack(counts, axis=1)

    def by_claim(self, first: int) -> Self:
        return replace(self, nodes=tuple(replace(node, column=first + n) for n, node in enumerate(self.nodes)))

    def with_cells(self, cells: Sequence[Cell]) -> Self:
        return replace(self, cells=tuple(cells))


@dataclass(frozen=True)
class Limit:
    """Up to which count it matters how many there are: more are impossible, or, if endless, all alike."""

    at: int
    endless: bool


def limit_of(cell: Cell, above: Limit | None) -> Limit:
    """The limit of a node from its own cell and the limit of the whole that it is a part of."""
    if above is not None and not above.endless:
        return Limit(int(min(cell.high, above.at)), False)
    if math.isfinite(cell.high):
        return Limit(int(cell.high), False)
    return Limit(cell.low if above is None else max(cell.low, above.at), True)


def rest_of(first: int, last: int, endless: bool, mean: np.ndarray, size: np.ndarray) -> Weights:
    """The chances of what is told of a rest, from first to last; if endless, the last stands for itself and more."""
    masses = negative_binomial.log_masses(first, last, mean, size)
    if endless:
        masses[:, -1] = negative_binomial.log_tail(last, mean, size)
    most = masses.max(axis=1)
    return Weights(first, np.exp(masses - most[:, None]), most)


def impossible(nodes: Sequence[Node], cells: Sequence[Cell]) -> int:
    """The number of a node whose parts must come to more than it may have, 0 if there is none."""
    least: list[int] = []
    for number, (node, cell) in enumerate(zip(nodes, cells, strict=True)):
        parts = sum(least[part] for part in node.parts)
        if parts > cell.high:
            return number
        least.append(max(parts, cell.low))
    return 0
