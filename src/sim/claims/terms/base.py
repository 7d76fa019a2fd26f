"""What all terms of the likelihood share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.claims.cells import Cell, Partition

TINY = 1e-300  # the smallest chance: a likelihood is never nothing


@dataclass(frozen=True)
class Term:
    """One factor of the likelihood: the joint chance that these claims were told as they were, given a battle.

    No claim is in two terms. `values` and `reports` are those of `Testimony`: shapes (n, asked) and (n, slots).
    """

    name: str
    claims: tuple[str, ...]
    cells: tuple[Cell, ...]  # what was told, for each claim
    partitions: tuple[Partition, ...]  # all that could have been told

    @property
    def columns(self) -> tuple[int, ...]:
        """Where what each claim is about stands among the values."""
        raise NotImplementedError

    def log_likelihood(self, values: np.ndarray, reports: np.ndarray) -> np.ndarray:
        """Logarithm of the chance, shape (n,), for each battle."""
        raise NotImplementedError

    def told(self, values: np.ndarray, reports: np.ndarray, shares: np.ndarray) -> np.ndarray:
        """The number that the source would have come by, shape (n, claims); `shares` are its dice, (n, claims, 2)."""
        raise NotImplementedError

    def by_claim(self, first: int) -> Self:
        """The same term over values with a column for each claim, the first of its own in this column."""
        raise NotImplementedError

    def with_cells(self, cells: Sequence[Cell]) -> Self:
        """The same term of another record."""
        raise NotImplementedError


def log(chance: np.ndarray) -> np.ndarray:
    """The logarithm of a chance, of the smallest one at least."""
    logarithm: np.ndarray = np.log(np.maximum(chance, TINY))
    return logarithm
