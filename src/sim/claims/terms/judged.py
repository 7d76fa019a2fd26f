"""What is told as so or not so: who held a place, whether something happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from sim.claims.cells import Cell
from sim.claims.terms.base import Term, log


@dataclass(frozen=True)
class Judged(Term):
    """One claim whose bound held or not; the source tells the contrary with a small chance."""

    column: int  # of what is asked
    low: float  # the bound
    high: float
    misreport: int  # slot

    @property
    def columns(self) -> tuple[int, ...]:
        return (self.column,)

    def chance(self, values: np.ndarray, reports: np.ndarray) -> np.ndarray:
        """The chance that it is told as so."""
        seen, wrong = values[:, self.column], reports[:, self.misreport]
        return np.where((self.low <= seen) & (seen <= self.high), 1.0 - wrong, wrong)

    def log_likelihood(self, values: np.ndarray, reports: np.ndarray) -> np.ndarray:
        chance = self.chance(values, reports)
        return log(chance if self.cells[0].low == 1 else 1.0 - chance)

    def told(self, values: np.ndarray, reports: np.ndarray, shares: np.ndarray) -> np.ndarray:
        return (shares[:, :, 0] < self.chance(values, reports)[:, None]).astype(np.float64)

    def by_claim(self, first: int) -> Self:
        return replace(self, column=first)

    def with_cells(self, cells: Sequence[Cell]) -> Self:
        return replace(self, cells=tuple(cells))
