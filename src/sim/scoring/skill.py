"""Skill: how much better one forecast is than another over the same claims, with an interval by Student's t."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student_t

TIE = 1e-9  # skill nearer to 0 than this is a rounding error of two forecasts that are as good
MIN_TERMS = 5  # below, no interval is printed: that of Student's t is too wide to say anything


@dataclass(frozen=True)
class Skill:
    """How much better a forecast is, with a 95% interval over terms; None where they can't bound it."""

    value: float
    interval: tuple[float, float] | None
    n_terms: int
    n_claims: int

    @property
    def is_unbounded(self) -> bool:
        """Whether there are terms enough for an interval, but it has no end."""
        return is_interval_unbounded(self.interval is not None, self.n_terms)

    @property
    def is_behind(self) -> bool:
        """Whether the other forecast is better in these claims, be it by chance.

        Examples
        --------
        >>> [Skill(value, None, 1, 1).is_behind for value in (-0.001, -1e-16, 0.0, 0.3)]
        [True, False, False, False]
        """
        return self.value < -TIE

    @property
    def sign(self) -> int:
        """1 if the interval lies above 0, -1 if it lies below, 0 if it holds 0 or there is none."""
        if self.interval is None:
            return 0
        return 1 if self.interval[0] > 0.0 else -1 if self.interval[1] < 0.0 else 0


def is_interval_unbounded(has_interval: bool, n_terms: int) -> bool:
    """Whether it is for want of an end, not of terms, that a skill has no interval."""
    return not has_interval and n_terms >= MIN_TERMS


def compute_skill_score(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str]) -> Skill:
    """The skill score 1 - ours / theirs: 1 is perfect, 0 as good, negative worse; scores have the shape (claims,).

    Parameters
    ----------
    ours, theirs
        Scores of both forecasts, the smaller the better, shape (claims,).
    terms
        The term of each claim; scores of one term are summed.

    Returns
    -------
    Skill
        The skill with its 95% interval, which is None for fewer than `MIN_TERMS` terms, or where it has no end.

    Examples
    --------
    >>> compute_skill_score(np.array([1.0, 2.0]), np.array([2.0, 4.0]), ["a", "b"]).value
    0.5
    """
    our_sums, their_sums, n_scores = sum_by_term(ours, theirs, terms)
    ratio = float(our_sums.sum() / max(their_sums.sum(), 1e-12))
    interval = compute_ratio_interval(our_sums, their_sums)
    skill_interval = None if interval is None else (1.0 - interval[1], 1.0 - interval[0])
    return Skill(1.0 - ratio, skill_interval, len(our_sums), n_scores)


def compute_score_difference(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str]) -> Skill:
    """The mean of theirs - ours per term, above 0 if ours is better: for logarithmic scores, of shape (terms,)."""
    our_sums, their_sums, n_scores = sum_by_term(ours, theirs, terms)
    differences = their_sums - our_sums
    value, n_terms = float(differences.mean()), len(differences)
    if n_terms < MIN_TERMS:
        return Skill(value, None, n_terms, n_scores)
    half_width = compute_t_quantile(n_terms) * float(differences.std(ddof=1)) / np.sqrt(n_terms)
    return Skill(value, (float(value - half_width), float(value + half_width)), n_terms, n_scores)


def sum_by_term(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """Sums of scores by term, since claims of one term depend on each other, and how many scores there are."""
    order = {term: number for number, term in enumerate(dict.fromkeys(terms))}
    index = [order[term] for term in terms]
    our_sums, their_sums = np.zeros(len(order)), np.zeros(len(order))
    np.add.at(our_sums, index, ours)
    np.add.at(their_sums, index, theirs)
    return our_sums, their_sums, len(terms)


def compute_t_quantile(n_terms: int) -> float:
    """How many standard errors of the mean of so few terms hold the truth in 95 of 100 cases: Student's t."""
    return float(student_t.ppf(0.975, n_terms - 1))


def compute_ratio_interval(numerator: np.ndarray, denominator: np.ndarray) -> tuple[float, float] | None:
    """The 95% interval of a ratio of means over terms: all ratios r at which numerator - r * denominator has a mean
    that Student's t does not tell from 0. None if the terms are too few, or if it has no end. Source: Fieller1954.
    """
    if len(numerator) < MIN_TERMS:
        return None
    scale = compute_t_quantile(len(numerator)) ** 2 / len(numerator)
    covariance = np.cov(numerator, denominator)
    square = denominator.mean() ** 2 - scale * covariance[1, 1]
    product = numerator.mean() * denominator.mean() - scale * covariance[0, 1]
    constant = numerator.mean() ** 2 - scale * covariance[0, 0]
    if square <= 0:
        return None
    half_width = np.sqrt(max(product * product - square * constant, 0.0))
    return float((product - half_width) / square), float((product + half_width) / square)
