"""Skill: how much better one forecast is than another over the same claims, with a bootstrap interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim import random_streams

N_RESAMPLES = 4_000
MIN_TERMS = 5  # below, a bootstrap over terms says nothing


@dataclass(frozen=True)
class Skill:
    """How much better a forecast is, with a 95% bootstrap interval over terms; None where they are too few."""

    value: float
    interval: tuple[float, float] | None
    n_terms: int
    n_claims: int

    @property
    def sign(self) -> int:
        """1 if the interval lies above 0, -1 if it lies below, 0 if it holds 0 or there is none."""
        if self.interval is None:
            return 0
        return 1 if self.interval[0] > 0.0 else -1 if self.interval[1] < 0.0 else 0


def compute_skill_score(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str], name: str, seed: int) -> Skill:
    """The skill score 1 - ours / theirs: 1 is perfect, 0 as good, negative worse; scores have the shape (claims,).

    Parameters
    ----------
    ours, theirs
        Scores of both forecasts, the smaller the better, shape (claims,).
    terms
        The term of each claim; terms are resampled whole.
    name, seed
        What the random numbers of the bootstrap depend on.

    Returns
    -------
    Skill
        The skill with a 95% bootstrap interval, which is None for fewer than `MIN_TERMS` terms.

    Examples
    --------
    >>> compute_skill_score(np.array([1.0, 2.0]), np.array([2.0, 4.0]), ["a", "b"], "crps", seed=1).value
    0.5
    """
    our_sums, their_sums, n_scores = sum_by_term(ours, theirs, terms)
    bootstrap_counts = draw_bootstrap_counts(len(our_sums), name, seed)
    values = 1.0 - (bootstrap_counts @ our_sums) / np.maximum(bootstrap_counts @ their_sums, 1e-12)
    return make_skill(1.0 - our_sums.sum() / max(their_sums.sum(), 1e-12), values, our_sums, n_scores)


def compute_score_difference(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str], name: str, seed: int) -> Skill:
    """The mean of theirs - ours per term, above 0 if ours is better: for logarithmic scores, of shape (terms,)."""
    our_sums, their_sums, n_scores = sum_by_term(ours, theirs, terms)
    bootstrap_counts = draw_bootstrap_counts(len(our_sums), name, seed)
    return make_skill(
        float((their_sums - our_sums).mean()),
        bootstrap_counts @ (their_sums - our_sums) / len(our_sums),
        our_sums,
        n_scores,
    )


def sum_by_term(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """Sums of scores by term, since claims of one term depend on each other, and how many scores there are."""
    order = {term: number for number, term in enumerate(dict.fromkeys(terms))}
    index = [order[term] for term in terms]
    our_sums, their_sums = np.zeros(len(order)), np.zeros(len(order))
    np.add.at(our_sums, index, ours)
    np.add.at(their_sums, index, theirs)
    return our_sums, their_sums, len(terms)


def draw_bootstrap_counts(n_terms: int, name: str, seed: int) -> np.ndarray:
    """How often each term is in each resample with replacement, shape (N_RESAMPLES, terms)."""
    random_bits = random_streams.random_bits(
        random_streams.stream_keys([f"resample:{name}"]), seed, np.arange(N_RESAMPLES), np.zeros(1, np.uint64), n_terms
    )
    chosen = np.floor(random_streams.uniforms_from_bits(random_bits[:, 0]) * n_terms).astype(np.int64)
    counts = np.zeros((N_RESAMPLES, n_terms))
    np.add.at(counts, (np.arange(N_RESAMPLES)[:, None], chosen), 1.0)
    return counts


def make_skill(value: float, resampled: np.ndarray, term_sums: np.ndarray, n_claims: int) -> Skill:
    """The skill with the central 95% of its resamples."""
    if len(term_sums) < MIN_TERMS:
        return Skill(float(value), None, len(term_sums), n_claims)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return Skill(float(value), (float(low), float(high)), len(term_sums), n_claims)
