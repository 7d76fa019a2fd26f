"""How much a population tells: relatives are not independent, so families by first ancestor are what is counted.

The variance of a mean over the particles is the sum over families of the squares of their summed deviations: no
assumption is made of how alike relatives are. Sources: ChanLai2013, Lee2018.
"""

from dataclasses import dataclass

import numpy as np

FEWEST = 20  # families of equal size that are needed before their spread says anything of the variance


@dataclass(frozen=True)
class Sample:
    """A population of one island: a number for each particle and quantity, and the first ancestor of each particle."""

    values: np.ndarray  # (particles, quantities)
    ancestors: np.ndarray

    @property
    def families(self) -> float:
        """How many families of equal size would be as many: Kish's number of their sizes."""
        sizes = np.bincount(self.ancestors).astype(np.float64)
        return float(sizes.sum() ** 2 / (sizes**2).sum())

    def variances(self, centre: np.ndarray) -> np.ndarray:
        """The variance of the mean of each quantity, from the spread of families about `centre`."""
        summed = np.zeros((int(self.ancestors.max()) + 1, self.values.shape[1]))
        np.add.at(summed, self.ancestors, self.values - centre)
        families = self.families
        correction = families / (families - 1) if families > 1 else np.inf
        found: np.ndarray = correction * (summed**2).sum(axis=0) / len(self.values) ** 2
        return found


def effective_sizes(islands: list[Sample]) -> np.ndarray:
    """How many independent draws would tell as much of the mean of each quantity, over all islands; at most as many as
    there are particles, none where an island has too few families to say. NaN for a quantity that does not vary.
    """
    together = np.concatenate([island.values for island in islands])
    centre, spread = together.mean(axis=0), together.var(axis=0)
    count = len(together)
    if min(island.families for island in islands) < FEWEST:
        return np.where(spread > 0, 0.0, np.nan)
    shares = [len(island.values) / count for island in islands]
    variance = sum(share**2 * island.variances(centre) for share, island in zip(shares, islands, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = np.where(spread > 0, np.minimum(spread / variance, count), np.nan)
    return found


def alike(islands: list[Sample]) -> np.ndarray:
    """The intraclass correlation within families that explains the effective sizes: Kish's design effect is
    1 + (size of a family - 1) times it.
    """
    sizes = effective_sizes(islands)
    count = sum(len(island.values) for island in islands)
    size = np.mean([len(island.values) / island.families for island in islands])
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = (count / sizes - 1) / max(size - 1, 1e-9)
    return found


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
        """How far it lies from another one, in standard errors of their difference."""
        both = float(np.hypot(self.error, other.error))
        return abs(self.log - other.log) / both if both > 0 else np.inf


def evidence_of(log: float, ancestors: np.ndarray, errors: list[float]) -> Evidence:
    """An evidence with its error: the larger of two, as if particles were independent at every temperature, and what
    the sizes of families tell. `errors` are those of each rung.

    By families the relative variance is 1 - (n/(n-1))^(k+1) (1 - sum of squared shares), k being the rungs; where one
    family is left it is one, and says nothing. Source: Lee2018, for multinomial resampling; systematic has less.
    """
    count = len(ancestors)
    shares = np.bincount(ancestors) / count
    variance = 1 - (count / (count - 1)) ** (len(errors) + 1) * (1 - float((shares**2).sum()))
    return Evidence(log, float(np.sqrt(max(variance, sum(error**2 for error in errors)))))


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
