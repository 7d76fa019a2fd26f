"""What the record says of each unknown: prior beside posterior, and in words what it does not determine."""

from dataclasses import dataclass

import numpy as np

from sim.calibration.posterior import Posterior

ENOUGH = 400  # effective sample, below which nothing of a posterior is shown
WELL, SOMEWHAT = 0.5, 0.2  # contraction
TOGETHER = 0.5  # correlation of two unknowns from which on they are called known together only
SHIFTED = 0.5  # prior standard deviations


@dataclass(frozen=True)
class Known:
    """An unknown before and after: medians and 90% intervals, and the share of its variance that the record took away.

    Contraction and shift are measured on the scale on which the prior is standard normal; `error` is the standard error
    of the contraction, `effective` the effective sample.
    """

    slot: str
    unit: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    contraction: float
    error: float
    shift: float
    effective: float

    @property
    def shown(self) -> bool:
        """Whether there are draws enough to show it."""
        return self.effective >= ENOUGH

    @property
    def words(self) -> str:
        """What the record says of it."""
        if not self.shown:
            return f"too few effective draws ({float(f'{self.effective:.2g}'):.0f})"
        if self.contraction >= WELL:
            return "determined"
        if self.contraction >= SOMEWHAT:
            return "narrowed"
        if self.contraction < -2 * self.error:
            return "spread: the claims pull it apart"
        if abs(self.shift) >= SHIFTED:
            return "shifted, hardly narrowed"
        if self.contraction >= 2 * self.error:
            return "hardly narrowed"
        return "not determined"


@dataclass(frozen=True)
class Pair:
    """Two unknowns of which the record knows a combination better than either."""

    first: str
    second: str
    correlation: float


def known(posterior: Posterior) -> list[Known]:
    """Every unknown, the most contracted first."""
    sizes = posterior.effective(posterior.normals)
    variances = posterior.normals.var(axis=0)
    # The squares have an effective sample of their own, which tells the error of the variance.
    squared = (posterior.normals - posterior.normals.mean(axis=0)) ** 2
    squares = posterior.effective(squared)
    errors = squared.std(axis=0) / np.sqrt(np.maximum(squares, 1.0))
    ends = (0.5, 0.05, 0.95)
    after = np.quantile(posterior.values, ends, axis=0)
    found = [
        Known(
            slot=slot,
            unit=prior.unit,
            before=(prior.quantile(ends[0]), prior.quantile(ends[1]), prior.quantile(ends[2])),
            after=(float(after[0, n]), float(after[1, n]), float(after[2, n])),
            contraction=float(1 - variances[n]),
            error=float(errors[n]),
            shift=float(posterior.normals[:, n].mean()),
            effective=float(sizes[n]),
        )
        for n, (slot, prior) in enumerate(posterior.priors.items())
    ]
    return sorted(found, key=lambda each: (not each.shown, -each.contraction, each.slot))


def together(posterior: Posterior) -> list[Pair]:
    """Unknowns that are known together only, the closest pairs first."""
    with np.errstate(invalid="ignore"):
        matrix = np.corrcoef(posterior.normals.T) if len(posterior.slots) > 1 else np.ones((1, 1))
    pairs = [
        Pair(posterior.slots[row], posterior.slots[column], float(matrix[row, column]))
        for row, column in zip(*np.triu_indices(len(matrix), 1), strict=True)
        if abs(matrix[row, column]) >= TOGETHER
    ]
    return sorted(pairs, key=lambda pair: -abs(pair.correlation))
