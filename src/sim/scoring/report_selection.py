"""Counts weighted by the chance that they are reported at all: what is told of is larger than what is not.

P(reported | n) = logistic(a + b ln(n + 1)) and P(n | reported) is proportional to P(n) P(reported | n): importance
weights over the draws of a forecast. ASSUMPTION: the form; a and b by default of Carpenter2013.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logsumexp

from sim.scoring.scores import snap_to_bins
from sim.scoring.targets import ForecastTarget


@dataclass(frozen=True)
class ReportSelection:
    """How the chance of a report grows with the count: `intercept` a and `slope` b; 0 is no weighting.

    Examples
    --------
    >>> ReportSelection(-2.8, 1.8).compute_probability(np.array([1.0, 20.0])).round(2).tolist()
    [0.17, 0.94]
    """

    intercept: float
    slope: float

    @property
    def is_on(self) -> bool:
        """Whether the chance depends on the count at all."""
        return self.slope != 0.0

    def compute_probability(self, counts: np.ndarray) -> np.ndarray:
        """The chance that so many are reported, of any shape."""
        probability: np.ndarray = expit(self.intercept + self.slope * np.log1p(counts))
        return probability

    def compute_weights(self, counts: np.ndarray) -> np.ndarray:
        """The weight of each draw, shape (draws,), sum 1, from counts of shape (draws, claims).

        All the claims are reported; each is, given its count, whether the others are or not.
        """
        log_weights = np.log(self.compute_probability(counts)).sum(axis=1)
        weights: np.ndarray = np.exp(log_weights - logsumexp(log_weights))
        return weights


def compute_weighted_crps(sample: np.ndarray, weights: np.ndarray, observation: float) -> float:
    """The CRPS of a weighted sample: E|X - y| - E|X - X'| / 2, in O(n log n).

    Examples
    --------
    >>> compute_weighted_crps(np.array([0.0, 1.0]), np.array([0.5, 0.5]), 0.0)
    0.25
    """
    order = np.argsort(sample, kind="stable")
    ordered, share = sample[order], weights[order] / weights.sum()
    cumulative = np.cumsum(share)
    # E|X - X'| / 2 is the integral of F (1 - F), and F is the same all along the gap between two neighbours.
    spread = float((cumulative[:-1] * (1.0 - cumulative[:-1]) * np.diff(ordered)).sum())
    return float((share * np.abs(ordered - observation)).sum()) - spread


def compute_weighted_log_score(log_likelihood: np.ndarray, weights: np.ndarray) -> float:
    """Minus the logarithm of the weighted mean likelihood, shape (draws,)."""
    with np.errstate(divide="ignore"):
        return float(-logsumexp(log_likelihood + np.log(weights / weights.sum())))


@dataclass(frozen=True)
class SelectedScore:
    """A score of a count, or of a term of counts, with all draws alike and with draws weighted by the chance to report.

    `ess` is what the weighted draws are worth.
    """

    claim: str | None
    term: str
    score: str
    unweighted: float
    weighted: float
    ess: float


def score_selected_count(target: ForecastTarget, sample: np.ndarray, weights: np.ndarray) -> list[SelectedScore]:
    """The CRPS of a count, and that of log(1 + count), without weights and with them; both of the sample itself."""
    counts, observation = snap_to_bins(sample, target)
    equal = np.full(len(counts), 1.0 / len(counts))
    ess = compute_weight_ess(weights)
    return [
        SelectedScore(
            target.claim,
            target.term,
            name,
            compute_weighted_crps(values, equal, observed),
            compute_weighted_crps(values, weights, observed),
            ess,
        )
        for name, values, observed in (
            ("crps", counts, observation),
            ("log_crps", np.log1p(counts), float(np.log1p(observation))),
        )
    ]


def score_selected_term(term: str, log_likelihood: np.ndarray, weights: np.ndarray) -> SelectedScore:
    """The logarithmic score of a term, without weights and with them."""
    equal = np.full(len(weights), 1.0 / len(weights))
    unweighted = compute_weighted_log_score(log_likelihood, equal)
    weighted = compute_weighted_log_score(log_likelihood, weights)
    return SelectedScore(None, term, "log_score", unweighted, weighted, compute_weight_ess(weights))


def compute_weight_ess(weights: np.ndarray) -> float:
    """The effective sample size of weighted draws. Source: Kong1992."""
    return float(weights.sum() ** 2 / (weights * weights).sum())


def summarize_selected_scores(scores: Sequence[SelectedScore]) -> dict[str, tuple[float, float, int]]:
    """By score: the means without weights and with them, and over how many counts or terms."""
    summary = {}
    for name in dict.fromkeys(each.score for each in scores):
        members = [each for each in scores if each.score == name]
        means = [float(np.mean([getattr(each, field) for each in members])) for field in ("unweighted", "weighted")]
        summary[name] = (means[0], means[1], len(members))
    return summary
