"""Effective sample sizes, standard errors and log evidence of an SMC population, from the spread of its lineages.

Sources: Kish1965, ChanLai2013, Olsson2019, Lee2018.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

LOG_LIKELIHOOD_TOLERANCE = 1e-9  # of a logarithm of a likelihood
MIN_LINEAGES = 50  # lineages of equal size that are needed to estimate a variance from their spread


@dataclass(frozen=True)
class LineageSample:
    """A population of one chain: a number for each particle and quantity, and the ancestors of each particle.

    `ancestors` has a column for each resampling, the earliest first: the ancestor's row just before it. Particles with
    the same ancestor are of one lineage, and not independent.
    """

    values: np.ndarray  # (particles, quantities)
    ancestors: np.ndarray  # (particles, resamplings)

    @cached_property
    def root_step(self) -> int | None:
        """The earliest resampling back to which there are enough lineages; None if there is none."""
        return find_root_step(self.ancestors)

    @cached_property
    def lineages(self) -> np.ndarray:
        """The lineage of each particle."""
        return (
            self.ancestors[:, self.root_step]
            if self.root_step is not None
            else np.zeros(len(self.values), dtype=np.int64)
        )

    def compute_variances(self, centre: np.ndarray) -> np.ndarray:
        """The variance of the mean of each quantity, from the spread of lineages about `centre`."""
        return compute_clustered_variance(self.values - centre, self.lineages)


def find_root_step(ancestors: np.ndarray) -> int | None:
    """The earliest resampling back to which there are enough lineages; None if there is none."""
    candidates = (
        column
        for column in range(ancestors.shape[1])
        if compute_kish_ess(compute_lineage_sizes(ancestors[:, column])) >= MIN_LINEAGES
    )
    return next(candidates, None)


def compute_lineage_sizes(lineages: np.ndarray) -> np.ndarray:
    """How many particles each lineage has."""
    return np.bincount(lineages).astype(np.float64)


def compute_clustered_variance(deviations: np.ndarray, lineages: np.ndarray) -> np.ndarray:
    """The variance of means of terms that are dependent within lineages: (particles, quantities) to (quantities,).

    With S_l the sum of the deviations of lineage l, N particles and L lineages (Kish's number, as they differ in size):
    L / (L - 1) * sum of S_l^2 / N^2. Sources: ChanLai2013, Olsson2019.
    """
    summed = np.zeros((int(lineages.max()) + 1, deviations.shape[1]))
    np.add.at(summed, lineages, deviations)
    squares = (summed**2).sum(axis=0)
    n_lineages = compute_kish_ess(compute_lineage_sizes(lineages))
    if not n_lineages > 1:
        return np.where(squares > 0, np.inf, 0.0)
    result: np.ndarray = n_lineages / (n_lineages - 1) * squares / len(deviations) ** 2
    return result


def compute_ess(samples: list[LineageSample]) -> np.ndarray:
    """How many independent draws would estimate the mean of each quantity as well, over all chains: (quantities,).

    It is the variance of the quantity over that of its mean; at most the number of particles, 0 where a chain has too
    few lineages to estimate it, NaN for a quantity that does not vary.
    """
    pooled_values = np.concatenate([sample.values for sample in samples])
    centre, variance = pooled_values.mean(axis=0), pooled_values.var(axis=0)
    count = len(pooled_values)
    if any(sample.root_step is None for sample in samples):
        return np.where(variance > 0, 0.0, np.nan)
    of_mean = sum((len(sample.values) / count) ** 2 * sample.compute_variances(centre) for sample in samples)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: np.ndarray = np.where(variance > 0, np.minimum(variance / of_mean, count), np.nan)
    return result


def compute_typical_ess(parameter_ess: np.ndarray, outcome_ess: np.ndarray) -> float:
    """The effective sample size that half of the parameters, and half of the outcomes, have at least.

    Outcomes none of which varies, or of which there are none before the first claim, say nothing of it; parameters none
    of which varies say that all particles are alike.
    """
    typical = compute_median_ess(parameter_ess) if parameter_ess.size else np.inf
    return min(typical, compute_median_ess(outcome_ess)) if np.isfinite(outcome_ess).any() else float(typical)


def compute_median_ess(ess: np.ndarray) -> float:
    """The effective sample size that half of some quantities have at least; 0 if none varies."""
    return float(np.nanmedian(ess)) if np.isfinite(ess).any() else 0.0


def compute_between_chain_z(first: LineageSample, second: LineageSample) -> np.ndarray:
    """How far the means of two chains lie apart, in standard errors of their difference; NaN for what is constant."""
    centres = [sample.values.mean(axis=0) for sample in (first, second)]
    variance = first.compute_variances(centres[0]) + second.compute_variances(centres[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        result: np.ndarray = np.where(variance > 0, (centres[0] - centres[1]) / np.sqrt(variance), np.nan)
    return result


@dataclass(frozen=True)
class LogEvidence:
    """The logarithm of an evidence with its standard error."""

    value: float
    error: float

    def compute_z_distance(self, other: "LogEvidence") -> float:
        """How far it lies from another one, in standard errors of their difference; 0 within rounding."""
        if abs(self.value - other.value) < LOG_LIKELIHOOD_TOLERANCE:
            return 0.0
        joint_error = float(np.hypot(self.error, other.error))
        return abs(self.value - other.value) / joint_error if joint_error > 0 else np.inf


def estimate_weight_error(weights: np.ndarray, ancestors: np.ndarray) -> float:
    """The relative standard error of the mean of some weights, by the oldest lineages of which there are enough."""
    mean = weights.mean()
    if not mean > 0:
        return np.inf
    root_step = find_root_step(ancestors)
    lineages = np.arange(len(weights)) if root_step is None else ancestors[:, root_step]
    return float(np.sqrt(compute_clustered_variance((weights / mean - 1)[:, None], lineages)[0]))


def estimate_log_evidence(value: float, ancestors: np.ndarray, errors: list[float]) -> LogEvidence:
    """An evidence with its standard error: the errors of the mean weights of all steps, added in quadrature; and at
    least what the sizes of the first lineages give, where enough of these are left.

    By lineages the relative variance is 1 - (n/(n-1))^(k+1) (1 - sum of squared shares) after k resamplings of n
    particles. Source: Lee2018, for multinomial resampling; systematic has less.
    """
    variance = sum(error**2 for error in errors)
    if ancestors.shape[1] and find_root_step(ancestors) == 0:
        count = len(ancestors)
        shares = compute_lineage_sizes(ancestors[:, 0]) / count
        variance = max(variance, 1 - (count / (count - 1)) ** (ancestors.shape[1] + 1) * (1 - float((shares**2).sum())))
    return LogEvidence(value, float(np.sqrt(variance)))


def pool_log_evidences(log_evidences: list[LogEvidence]) -> LogEvidence:
    """The mean of evidences of chains of one size, on the scale of the evidence itself, with its standard error."""
    logs = np.array([each.value for each in log_evidences])
    maximum = logs.max()
    if not np.isfinite(maximum):
        return LogEvidence(-np.inf, np.inf)
    scaled = np.exp(logs - maximum)
    errors = np.array([each.error for each in log_evidences])
    estimated_error = float(np.sqrt(((scaled * errors) ** 2).sum())) / float(scaled.sum())
    empirical_error = float(np.std(scaled, ddof=1) / np.sqrt(len(scaled)) / scaled.mean()) if len(scaled) > 1 else 0.0
    return LogEvidence(float(maximum + np.log(scaled.mean())), max(estimated_error, empirical_error))


def compute_kish_ess(weights: np.ndarray) -> float:
    """How many equal weights would estimate a mean as well: (sum of w)^2 / sum of w^2. Source: Kish1965."""
    total = float(weights.sum())
    return total * total / float((weights * weights).sum()) if total > 0 else 0.0
