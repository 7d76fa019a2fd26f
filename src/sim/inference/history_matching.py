"""History matching: which draws from the prior are implausible given the reported counts, before any Bayes.

Sources: Andrianakis2015, Vernon2010, Pukelsheim1994.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim import random_streams
from sim.inference.battle_target import BattleTarget
from sim.inference.particles import Particles, sample_prior
from sim.inference.workers import Workers
from sim.likelihood.simulated_reports import simulate_reports

IMPLAUSIBILITY_CUTOFF = 3.0  # at most 1 in 20 of any unimodal distribution lies further out: Pukelsheim1994
MODEL_DISCREPANCY = 0.2  # ASSUMPTION: the standard deviation of the model's own error is a fifth of a count
DRAWS_PER_CHUNK = 10  # draws sent to a worker


@dataclass(frozen=True)
class HistoryMatchingWave:
    """How the reports simulated from some draws of the prior compare with the real ones."""

    parameter_normals: np.ndarray  # (draws, parameters)
    implausibility: np.ndarray  # (draws, claims); NaN for claims that are no counts
    n_matches: np.ndarray  # (draws, claims): in how many of its battles the report was as the claim is
    n_repeats: int

    @property
    def second_implausibility(self) -> np.ndarray:
        """The second largest implausibility of each draw: no draw is ruled out by one claim, which may be wrong."""
        ordered = np.sort(np.where(np.isnan(self.implausibility), -np.inf, self.implausibility), axis=1)
        result: np.ndarray = ordered[:, -2] if ordered.shape[1] > 1 else ordered[:, -1]
        return result

    @property
    def is_plausible(self) -> np.ndarray:
        """Which draws are not implausible."""
        return self.second_implausibility <= IMPLAUSIBILITY_CUTOFF


def run_history_matching(
    target: BattleTarget, n_draws: int, n_repeats: int, seed: int, workers: Workers
) -> HistoryMatchingWave:
    """Simulate the reports of some draws from the prior several times each, and compare them with the claims."""
    wave_seed = int(
        random_streams.random_bits(random_streams.stream_keys(["wave"]), seed, 0, np.zeros(1, dtype=np.uint64), 1)[0, 0]
        >> np.uint64(1)
    )
    low, high = target.observation_model.observed_bins.T
    is_count = find_count_claims(target)

    def match_chunk(rows: range) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        normals, particles = sample_repeats(target, wave_seed, rows, n_repeats)
        outcomes = target.simulate_outcomes(particles)
        reports = simulate_reports(
            target.observation_model,
            outcomes,
            target.compute_reporting_parameters(particles),
            wave_seed,
            particles.replication_numbers,
        ).values
        reports_by_draw = reports.reshape(len(rows), n_repeats, -1)
        scores = np.where(is_count, compute_implausibility(reports_by_draw, low, high), np.nan)
        return normals, scores, ((low <= reports_by_draw) & (reports_by_draw <= high)).sum(axis=1)

    chunks = [range(first, min(first + DRAWS_PER_CHUNK, n_draws)) for first in range(0, n_draws, DRAWS_PER_CHUNK)]
    results = workers.map_chunks(match_chunk, chunks, "wave")
    parameter_normals, implausibility, n_matches = (np.concatenate(each) for each in zip(*results, strict=True))
    return HistoryMatchingWave(parameter_normals, implausibility, n_matches, n_repeats)


def sample_repeats(target: BattleTarget, seed: int, rows: range, n_repeats: int) -> tuple[np.ndarray, Particles]:
    """Some draws from the prior, and each of them several times, with other random inputs and reporting parameters."""
    space = target.space
    drawn_normals = sample_prior(space, seed, np.arange(rows.start, rows.stop, dtype=np.uint64)).parameter_normals
    replication_numbers = np.arange(rows.start * n_repeats, rows.stop * n_repeats, dtype=np.uint64)
    resampled = sample_prior(space, seed + 1, replication_numbers)
    normals = np.where(space.reporting_mask, resampled.parameter_normals, np.repeat(drawn_normals, n_repeats, axis=0))
    return drawn_normals, replace(resampled, parameter_normals=normals)


def find_count_claims(target: BattleTarget) -> np.ndarray:
    """Which claims are numbers of people or things, and not events."""
    observation_model = target.observation_model
    is_count = [
        binning.lower_edges is None or len(binning.lower_edges) > 2
        for term in observation_model.terms
        for binning in term.binnings
    ]
    return np.array(is_count, dtype=bool)


def compute_implausibility(reports: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How far each claim [low, high] lies from the mean of its simulated reports, (draws, repeats, claims), in standard
    deviations of reports and model error together; shape (draws, claims). Source: Vernon2010.
    """
    mean, variance = reports.mean(axis=1), reports.var(axis=1, ddof=1)
    distance = np.maximum(np.maximum(low - mean, mean - high), 0.0)
    nearest = np.where(mean < low, low, np.where(np.isfinite(high), high, low))
    result: np.ndarray = distance / np.sqrt(variance + (MODEL_DISCREPANCY * nearest) ** 2 + 1e-12)
    return result
