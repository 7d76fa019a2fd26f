"""Plain importance weights from the prior: the baseline that tempering has to beat."""

from dataclasses import dataclass

import numpy as np

from sim import dice
from sim.calibration.cloud import from_prior
from sim.calibration.effective import Evidence
from sim.calibration.island import pieces_of
from sim.calibration.target import Target, fought
from sim.calibration.temper import kish, log_mean, weights_of
from sim.calibration.workers import Workers

PIECE = 100  # draws sent to a worker at a time


@dataclass(frozen=True)
class Weighted:
    """Draws from the prior weighed by their likelihood: how many there are, and how many they are worth."""

    draws: int
    effective: float
    largest: float  # share of the weight that the heaviest draw has
    evidence: Evidence


def weighted(target: Target, draws: int, seed: int, workers: Workers) -> Weighted:
    """Weigh so many draws from the prior. The error of the evidence is that of a mean of independent weights."""
    own = int(dice.words(dice.keys(["importance"]), seed, 0, np.zeros(1, dtype=np.uint64), 1)[0, 0] >> np.uint64(1))

    def weigh(rows: slice) -> np.ndarray:
        numbers = np.arange(rows.start, rows.stop, dtype=np.uint64)
        return fought(target, from_prior(target.space, own, numbers)).gain

    likelihood = np.concatenate(workers.work(weigh, pieces_of(draws, PIECE), "importance"))
    weights = weights_of(likelihood, 1.0)
    size = kish(weights)
    error = np.sqrt(max(1 / size - 1 / draws, 0.0)) if size > 0 else np.inf
    largest = float(weights.max() / weights.sum()) if weights.sum() > 0 else 1.0
    return Weighted(draws, size, largest, Evidence(log_mean(likelihood, 1.0), float(error)))
