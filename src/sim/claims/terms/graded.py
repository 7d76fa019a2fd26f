"""What is told as a share, in steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import ndtr, ndtri

from sim.claims.cells import Cell
from sim.claims.kinds.share import STEPS
from sim.claims.terms.base import Term, log


@dataclass(frozen=True)
class Graded(Term):
    """One claim of a share: told with a normal error, or, if misreported, as any of the steps alike.

    Whoever errs beyond none or all tells none or all.
    """

    column: int  # of what is asked
    sd: int  # slot
    misreport: int  # slot

    @property
    def columns(self) -> tuple[int, ...]:
        return (self.column,)

    def log_likelihood(self, values: np.ndarray, reports: np.ndarray) -> np.ndarray:
        seen, sd, wrong = values[:, self.column], reports[:, self.sd], reports[:, self.misreport]
        low, high = self.cells[0].low, self.cells[0].high
        below = ndtr(((low - 0.5) / STEPS - seen) / sd) if low > 0 else 0.0
        up_to = ndtr(((high + 0.5) / STEPS - seen) / sd) if high < STEPS else 1.0
        steps = min(high, STEPS) - low + 1.0
        return log((1.0 - wrong) * (up_to - below) + wrong * steps / (STEPS + 1.0))

    def told(self, values: np.ndarray, reports: np.ndarray, shares: np.ndarray) -> np.ndarray:
        seen, sd = values[:, [self.column]], reports[:, [self.sd]]
        step = np.clip(np.rint((seen + sd * ndtri(shares[:, :, 0])) * STEPS), 0, STEPS)
        luck, wrong = shares[:, :, 1], reports[:, [self.misreport]]
        anything = np.minimum(np.floor(luck / np.maximum(wrong, luck) * (STEPS + 1)), STEPS)
        drawn: np.ndarray = np.where(luck < wrong, anything, step)
        return drawn

    def by_claim(self, first: int) -> Self:
        return replace(self, column=first)

    def with_cells(self, cells: Sequence[Cell]) -> Self:
        return replace(self, cells=tuple(cells))
