"""Intervals of log evidences that rest on few chains, by Student's t with the spread of all models pooled.

Each chain estimates its error from its lineages, which cannot see likeness that is older than they are; the spread of
two chains sees everything, but has one degree of freedom, and 1.96 times it holds the truth in 70 of 100 cases. Models
differ in their errors by a factor of ten and more, though less in how far their lineages understate them. So the spread
is measured in errors by lineages, pooled over the models compared (the variance of M models of two chains has M degrees
of freedom), and multiplies the error of each. An interval is the wider of the two: Student's t by the pooled spread, or
the normal one by lineages. It holds the truth in 95 of 100 cases or more if either is right. Source: Birge1932.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, inf, isfinite

import numpy as np
from scipy.stats import t as student_t

from sim import random_streams
from sim.inference.ess import LOG_LIKELIHOOD_TOLERANCE, LogEvidence

CONFIDENCE = 0.95  # of the intervals


@dataclass(frozen=True)
class EvidenceErrors:
    """The standard error of the log evidence of each model, and the degrees of freedom that all of them rest on."""

    errors: dict[str, float]
    degrees_of_freedom: float  # infinite for errors by lineages

    @property
    def quantile(self) -> float:
        """How many standard errors half a 95% interval has."""
        return float(student_t.ppf((1 + CONFIDENCE) / 2, self.degrees_of_freedom))

    def compute_half_width(self, name: str) -> float:
        """Half the 95% interval of the log evidence of a model."""
        return self.quantile * self.errors[name]

    def compute_difference_half_width(self, first: str, second: str) -> float:
        """Half the 95% interval of the log Bayes factor of two models."""
        return self.quantile * hypot(self.errors[first], self.errors[second])

    def sample_deviations(self, n_trials: int, rng: random_streams.Generator) -> np.ndarray:
        """Deviations of the log evidences from the truth, (trials, models): all share the error of the variance."""
        normals = rng.standard_normal((n_trials, len(self.errors)))
        if isfinite(self.degrees_of_freedom):
            normals /= np.sqrt(rng.chisquare(self.degrees_of_freedom, (n_trials, 1)) / self.degrees_of_freedom)
        result: np.ndarray = normals * np.array(list(self.errors.values()))
        return result


def pool_evidence_errors(chain_log_evidences: Mapping[str, Sequence[LogEvidence]]) -> EvidenceErrors:
    """The errors of the mean log evidence of each model over its chains, the spread of chains pooled over all models.

    Parameters
    ----------
    chain_log_evidences
        For each model the log evidence by each of its chains, with its error by lineages.

    Returns
    -------
    EvidenceErrors
        The errors with their degrees of freedom. A model without an error by lineages takes no part in the pooled
        spread: if it has none since its chains are equal, its error is 0; otherwise it is unknown, and infinite.

    Examples
    --------
    >>> errors = pool_evidence_errors({"a": [LogEvidence(-3.0, 0.1), LogEvidence(-4.0, 0.1)]})
    >>> round(errors.errors["a"], 6), errors.degrees_of_freedom
    (0.5, 1)
    """
    by_lineages = {name: estimate_lineage_error(chains) for name, chains in chain_log_evidences.items()}
    pooled = [chains for name, chains in chain_log_evidences.items() if 0 < by_lineages[name] < inf]
    degrees_of_freedom = sum(len(chains) - 1 for chains in pooled)
    if not degrees_of_freedom:
        return EvidenceErrors(by_lineages, inf)
    scale = float(np.sqrt(sum(compute_chain_chi_squared(chains) for chains in pooled) / degrees_of_freedom))
    by_spread = EvidenceErrors({name: scale * error for name, error in by_lineages.items()}, degrees_of_freedom)
    normal = EvidenceErrors(by_lineages, inf)
    return by_spread if scale * by_spread.quantile > normal.quantile else normal


def estimate_lineage_error(chains: Sequence[LogEvidence]) -> float:
    """The error of the mean over chains by their lineages alone: 0 where chains are equal without an error."""
    errors = np.array([each.error for each in chains])
    if errors.all() and np.isfinite(errors).all():
        return float(np.sqrt((errors**2).sum())) / len(chains)
    return 0.0 if not errors.any() and are_equal(chains) else inf


def are_equal(chains: Sequence[LogEvidence]) -> bool:
    """Whether chains have one log evidence within rounding."""
    values = [each.value for each in chains]
    return max(values) - min(values) < LOG_LIKELIHOOD_TOLERANCE


def compute_chain_chi_squared(chains: Sequence[LogEvidence]) -> float:
    """The squared deviations of chains from their weighted mean, in errors by lineages: chi-squared if right."""
    values = np.array([each.value for each in chains])
    weights = np.array([each.error for each in chains]) ** -2.0
    return float((weights * (values - np.average(values, weights=weights)) ** 2).sum())
