"""How much better one forecast is than another, over the same claims, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim import dice

RESAMPLES = 4_000
FEWEST = 5  # terms below which resampling them says nothing


@dataclass(frozen=True)
class Skill:
    """How much better, with its 95% interval over terms; no interval where there are too few of them to tell."""

    value: float
    interval: tuple[float, float] | None
    terms: int
    claims: int

    @property
    def sign(self) -> int:
        """1 if it is better beyond the interval, -1 if worse, 0 if that can't be told."""
        if self.interval is None:
            return 0
        return 1 if self.interval[0] > 0.0 else -1 if self.interval[1] < 0.0 else 0


def share_saved(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str], name: str, seed: int) -> Skill:
    """Which share of the other's score is saved: 1 is perfect, 0 as good, negative worse; scores of shape (claims,)."""
    own, other, often = by_term(ours, theirs, terms)
    drawn = resamples(len(own), name, seed)
    values = 1.0 - (drawn @ own) / np.maximum(drawn @ other, 1e-12)
    return told(1.0 - own.sum() / max(other.sum(), 1e-12), values, own, often)


def gained(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str], name: str, seed: int) -> Skill:
    """By how much the other's score is undercut per term: for logarithmic scores, of shape (terms,)."""
    own, other, often = by_term(ours, theirs, terms)
    drawn = resamples(len(own), name, seed)
    return told(float((other - own).mean()), drawn @ (other - own) / len(own), own, often)


def by_term(ours: np.ndarray, theirs: np.ndarray, terms: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """The sums of scores by term, since claims of one term depend on each other; and how many scores there are."""
    order = {term: number for number, term in enumerate(dict.fromkeys(terms))}
    index = [order[term] for term in terms]
    own, other = np.zeros(len(order)), np.zeros(len(order))
    np.add.at(own, index, ours)
    np.add.at(other, index, theirs)
    return own, other, len(terms)


def resamples(terms: int, name: str, seed: int) -> np.ndarray:
    """How often each term is in each resample of them with replacement, shape (RESAMPLES, terms)."""
    drawn = dice.words(dice.keys([f"resample:{name}"]), seed, np.arange(RESAMPLES), np.zeros(1, np.uint64), terms)
    chosen = np.floor(dice.shares(drawn[:, 0]) * terms).astype(np.int64)
    often = np.zeros((RESAMPLES, terms))
    np.add.at(often, (np.arange(RESAMPLES)[:, None], chosen), 1.0)
    return often


def told(value: float, resampled: np.ndarray, own: np.ndarray, claims: int) -> Skill:
    """The value with the middle 95 per cent of its resamples."""
    if len(own) < FEWEST:
        return Skill(float(value), None, len(own), claims)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return Skill(float(value), (float(low), float(high)), len(own), claims)
