"""Importance sampling from the prior: the baseline that tempering has to beat."""

from dataclasses import dataclass

import numpy as np

from sim import random_streams
from sim.inference.ess import LogEvidence, compute_kish_ess
from sim.inference.particles import TargetDistribution, sample_prior, simulate_and_evaluate
from sim.inference.smc import compute_log_mean_weight, compute_weights, split_into_chunks
from sim.inference.workers import Workers

DRAWS_PER_CHUNK = 100  # sent to a worker at a time


@dataclass(frozen=True)
class ImportanceSample:
    """Draws from the prior weighed by their likelihood, and their effective sample size."""

    n_draws: int
    ess: float
    max_weight_share: float  # share of the weight that the heaviest draw has
    log_evidence: LogEvidence


def run_importance_sampling(target: TargetDistribution, n_draws: int, seed: int, workers: Workers) -> ImportanceSample:
    """Weigh draws from the prior by their likelihood; the evidence is the mean weight.

    With n independent draws and effective sample size e its relative standard error is sqrt(1/e - 1/n).
    """
    sample_seed = int(
        random_streams.random_bits(
            random_streams.stream_keys(["importance"]), seed, 0, np.zeros(1, dtype=np.uint64), 1
        )[0, 0]
        >> np.uint64(1)
    )

    def weigh_chunk(rows: slice) -> np.ndarray:
        replication_numbers = np.arange(rows.start, rows.stop, dtype=np.uint64)
        return simulate_and_evaluate(
            target, sample_prior(target.space, sample_seed, replication_numbers)
        ).log_likelihood_ratio

    log_likelihood = np.concatenate(
        workers.map_chunks(weigh_chunk, split_into_chunks(n_draws, DRAWS_PER_CHUNK), "importance")
    )
    weights = compute_weights(log_likelihood, 1.0)
    ess = compute_kish_ess(weights)
    error = np.sqrt(max(1 / ess - 1 / n_draws, 0.0)) if ess > 0 else np.inf
    max_weight_share = float(weights.max() / weights.sum()) if weights.sum() > 0 else 1.0
    return ImportanceSample(
        n_draws, ess, max_weight_share, LogEvidence(compute_log_mean_weight(log_likelihood, 1.0), float(error))
    )
