"""How much a population tells: relatives are not independent, so families are what is counted.

The variance of a mean over the particles is the sum over families of the squares of their summed deviations: no
assumption is made of how alike relatives are. Families go back as far as there are enough of them: beyond that their
own small number would be the noise. Sources: ChanLai2013, Olsson2019, Lee2018.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.calibration.temper import kish

ROUNDING = 1e-9  # of a logarithm of a likelihood
FEWEST = 50  # families of equal size that are needed before their spread says anything of the variance


@dataclass(frozen=True)
class Sample:
    """A population of one island: a number for each particle and quantity, and where each particle comes from.

    `lines` has a column for each resampling, the first of them first: who its ancestor was just before it.
    """

    values: np.ndarray  # (particles, quantities)
    lines: np.ndarray  # (particles, resamplings)

    @cached_property
    def back(self) -> int | None:
        """The earliest resampling back to which there are enough families; None if there is none."""
        return back_to(self.lines)

    @cached_property
    def families(self) -> np.ndarray:
        """The family of each particle."""
        return self.lines[:, self.back] if self.back is not None else np.zeros(len(self.values), dtype=np.int64)

    def variances(self, centre: np.ndarray) -> np.ndarray:
        """The variance of the mean of each quantity, from the spread of families about `centre`."""
        return clustered(self.values - centre, self.families)


def back_to(lines: np.ndarray) -> int | None:
    """The earliest of some resamplings back to which there are enough families."""
    enough = (column for column in range(lines.shape[1]) if kish(sizes_of(lines[:, column])) >= FEWEST)
    return next(enough, None)


def sizes_of(families: np.ndarray) -> np.ndarray:
    """How many particles each family has."""
    return np.bincount(families).astype(np.float64)


def clustered(deviations: np.ndarray, families: np.ndarray) -> np.ndarray:
    """The variance of means whose terms go together in families, (particles, quantities) to (quantities,)."""
    summed = np.zeros((int(families.max()) + 1, deviations.shape[1]))
    np.add.at(summed, families, deviations)
    squares = (summed**2).sum(axis=0)
    number = kish(sizes_of(families))
    if not number > 1:
        return np.where(squares > 0, np.inf, 0.0)
    found: np.ndarray = number / (number - 1) * squares / len(deviations) ** 2
    return found


def effective_sizes(islands: list[Sample]) -> np.ndarray:
    """How many independent draws would tell as much of the mean of each quantity, over all islands; at most as many as
    there are particles, none where an island has too few families to say. NaN for a quantity that does not vary.
    """
    together = np.concatenate([island.values for island in islands])
    centre, spread = together.mean(axis=0), together.var(axis=0)
    count = len(together)
    if any(island.back is None for island in islands):
        return np.where(spread > 0, 0.0, np.nan)
    shares = [len(island.values) / count for island in islands]
    variance = sum(share**2 * island.variances(centre) for share, island in zip(shares, islands, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = np.where(spread > 0, np.minimum(spread / variance, count), np.nan)
    return found


def typical(sizes: np.ndarray) -> float:
    """The effective sample that half of some quantities have at least; nothing if none varies."""
    return float(np.nanmedian(sizes)) if np.isfinite(sizes).any() else 0.0


def disagreement(first: Sample, second: Sample) -> np.ndarray:
    """How far the means of two islands lie apart, in standard errors of their difference; NaN for what is constant."""
    centres = [island.values.mean(axis=0) for island in (first, second)]
    variance = sum(island.variances(centre) for island, centre in zip((first, second), centres, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = np.where(variance > 0, (centres[0] - centres[1]) / np.sqrt(variance), np.nan)
    return found


@dataclass(frozen=True)
class Evidence:
    """The logarithm of an evidence with its standard error."""

    log: float
    error: float

    def apart(self, other: "Evidence") -> float:
        """How far it lies from another one, in standard errors of their difference; nothing, within rounding."""
        if abs(self.log - other.log) < ROUNDING:
            return 0.0
        both = float(np.hypot(self.error, other.error))
        return abs(self.log - other.log) / both if both > 0 else np.inf


def weight_error(weights: np.ndarray, lines: np.ndarray) -> float:
    """The relative standard error of the mean of some weights, by families as far back as there are enough of them."""
    mean = weights.mean()
    if not mean > 0:
        return np.inf
    back = back_to(lines)
    families = np.arange(len(weights)) if back is None else lines[:, back]
    return float(np.sqrt(clustered((weights / mean - 1)[:, None], families)[0]))


def evidence_of(log: float, lines: np.ndarray, errors: list[float]) -> Evidence:
    """An evidence with its error: that of each rung's mean weight, all together; and at least what the sizes of the
    first families tell, where enough of these are left.

    By families the relative variance is 1 - (n/(n-1))^(k+1) (1 - sum of squared shares), k being the rungs. Source:
    Lee2018, for multinomial resampling; systematic has less.
    """
    variance = sum(error**2 for error in errors)
    if lines.shape[1] and back_to(lines) == 0:
        count = len(lines)
        shares = sizes_of(lines[:, 0]) / count
        variance = max(variance, 1 - (count / (count - 1)) ** (lines.shape[1] + 1) * (1 - float((shares**2).sum())))
    return Evidence(log, float(np.sqrt(variance)))


def pooled(evidences: list[Evidence]) -> Evidence:
    """The mean of evidences of islands of one size, on the scale of the evidence itself, with its error."""
    logs = np.array([each.log for each in evidences])
    best = logs.max()
    if not np.isfinite(best):
        return Evidence(-np.inf, np.inf)
    parts = np.exp(logs - best)
    errors = np.array([each.error for each in evidences])
    own = float(np.sqrt(((parts * errors) ** 2).sum())) / float(parts.sum())
    seen = float(np.std(parts, ddof=1) / np.sqrt(len(parts)) / parts.mean()) if len(parts) > 1 else 0.0
    return Evidence(float(best + np.log(parts.mean())), max(own, seen))
