"""Simulation-based calibration: truths drawn from the prior, their reports simulated and fitted, and the ranks of the
truths tested for uniformity.

Sources: Talts2018, Sailynoja2022.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.stats import chi2

from sim import random_streams
from sim.inference.battle_target import BattleTarget
from sim.inference.particles import Particles, sample_prior
from sim.inference.smc import SMCSettings, SMCState, derive_chain_seed, initialize_chain, run_chain
from sim.inference.workers import Workers
from sim.likelihood.observation_model import with_bins
from sim.likelihood.simulated_reports import simulate_reports
from sim.runs.replicate import ProgressWrapper, no_progress
from sim.storage.atomic import read_checksummed_arrays, write_checksummed_arrays

N_RANKED_DRAWS = 19  # that a truth is ranked among: far enough apart in the population to be nearly independent
COVERAGE_LEVELS = (0.5, 0.9)
BAND_TRIALS = 4_000  # simulated sets of uniform ranks, from which the width of the band comes
OBSERVED, LOG_LIKELIHOOD = "observed_", "log_likelihood"  # names of what is ranked beside unknowns
TRUTH_CHAIN_ID = 0  # the seed of the truths is derived as if they were a chain of this number


@dataclass(frozen=True)
class SBCResult:
    """Ranks and coverage by quantity, a row for each synthetic battle."""

    quantities: tuple[str, ...]
    ranks: np.ndarray  # (battles, quantities), 0 to N_RANKED_DRAWS
    is_covered: np.ndarray  # (battles, quantities, intervals)
    is_at_posterior: np.ndarray  # (battles,)

    @cached_property
    def rank_counts(self) -> np.ndarray:
        """How often each rank occurred, (quantities, ranks)."""
        return np.stack([np.bincount(column, minlength=N_RANKED_DRAWS + 1) for column in self.ranks.T])

    @cached_property
    def p_values(self) -> np.ndarray:
        """For each quantity the probability that uniform ranks are as uneven: Pearson's chi-squared test."""
        expected = len(self.ranks) / (N_RANKED_DRAWS + 1)
        statistic = ((self.rank_counts - expected) ** 2 / expected).sum(axis=1)
        result: np.ndarray = chi2.sf(statistic, N_RANKED_DRAWS)
        return result

    @property
    def bonferroni_p_value(self) -> float:
        """The smallest p-value times the number of quantities: below 0.05, something is wrong."""
        return float(min(self.p_values.min() * len(self.quantities), 1.0))

    def count_covered(self) -> np.ndarray:
        """In how many battles each interval covers the truth, (quantities, intervals)."""
        result: np.ndarray = self.is_covered.sum(axis=0)
        return result

    def compute_ecdf_differences(self) -> np.ndarray:
        """The empirical distribution function of the ranks minus the expected one, (quantities, ranks)."""
        result: np.ndarray = np.cumsum(self.rank_counts, axis=1) / len(self.ranks) - compute_uniform_cdf()
        return result

    def compute_ecdf_band(self, seed: int = 0) -> np.ndarray:
        """The half width, by rank, of a band that holds the whole difference of uniform ranks in 95 of 100 trials: the
        same number of standard deviations at all ranks. Source: Sailynoja2022.
        """
        rng = random_streams.make_generator("band", seed)
        ranks = rng.integers(0, N_RANKED_DRAWS + 1, (BAND_TRIALS, len(self.ranks)))
        counts = np.stack([(ranks == rank).sum(axis=1) for rank in range(N_RANKED_DRAWS + 1)], axis=1)
        deviations = np.abs(np.cumsum(counts, axis=1) / len(self.ranks) - compute_uniform_cdf())[:, :-1]
        cdf = compute_uniform_cdf()[:-1]
        standard_deviation = np.sqrt(cdf * (1 - cdf) / len(self.ranks))
        half_width = float(np.quantile((deviations / standard_deviation).max(axis=1), 0.95))
        return np.append(half_width * standard_deviation, 0.0)


def compute_uniform_cdf() -> np.ndarray:
    """The distribution function of uniform ranks."""
    return np.arange(1, N_RANKED_DRAWS + 2) / (N_RANKED_DRAWS + 1)


def list_quantities(target: BattleTarget) -> tuple[str, ...]:
    """The names of what is ranked: every parameter, every outcome, and the log likelihood."""
    outcomes = [f"{OBSERVED}{n}" for n in range(len(target.observation_model.observables))]
    return (*target.space.parameter_names, *outcomes, LOG_LIKELIHOOD)


def run_sbc(
    target: BattleTarget,
    settings: SMCSettings,
    n_battles: int,
    seed: int,
    workers: Workers,
    folder: Path | None = None,
    inputs_digest: str = "",
    progress: ProgressWrapper = no_progress,
) -> SBCResult:
    """Fit `n_battles` synthetic records, but for trials that are saved in the folder; the same for any workers."""

    def make_path(number: int) -> Path | None:
        return None if folder is None else folder / f"dataset-{number}-{inputs_digest[:16]}.npz"

    saved = {number: trial for number in range(n_battles) if (trial := read_saved_trial(make_path(number))) is not None}
    missing = [number for number in range(n_battles) if number not in saved]

    def run_and_save(number: int) -> dict[str, np.ndarray]:
        trial = run_trial(target, settings, number, seed)
        path = make_path(number)
        if path is not None:
            write_checksummed_arrays(path, trial)
        return trial

    new_trials: Iterable[dict[str, np.ndarray]] = progress(
        workers.iter_chunks(run_and_save, missing, "rehearsal"), len(missing)
    )
    saved |= dict(zip(missing, new_trials, strict=True))
    trials = [saved[number] for number in range(n_battles)]
    return SBCResult(
        list_quantities(target),
        np.stack([trial["ranks"] for trial in trials]),
        np.stack([trial["covered"] for trial in trials]),
        np.array([bool(trial["reached"]) for trial in trials]),
    )


def read_saved_trial(path: Path | None) -> dict[str, np.ndarray] | None:
    """What is saved of one trial."""
    return None if path is None else read_checksummed_arrays(path)


def run_trial(target: BattleTarget, settings: SMCSettings, number: int, seed: int) -> dict[str, np.ndarray]:
    """One trial: a truth, its reports, the posterior that is fitted to them, and the rank of the truth in it."""
    truth, synthetic = simulate_synthetic_record(target, number, seed)
    chain = fit_synthetic_record(synthetic, settings, number, seed)
    (true_quantities,) = compute_quantities(synthetic, truth)
    draws = compute_quantities(synthetic, chain.population.particles, chain.population.outcomes)
    rng = random_streams.make_generator("ranks", seed, number)
    return {
        "ranks": compute_rank(true_quantities, thin_draws(draws, chain), rng),
        "covered": check_coverage(true_quantities, draws, rng),
        "reached": np.array(chain.is_at_posterior),
    }


def simulate_synthetic_record(target: BattleTarget, number: int, seed: int) -> tuple[Particles, BattleTarget]:
    """A truth from the prior, and the target with the reports simulated of that truth as its record."""
    truth = sample_prior(target.space, derive_chain_seed(seed, TRUTH_CHAIN_ID), np.array([number], dtype=np.uint64))
    return truth, report_truth(target, truth)


def report_truth(target: BattleTarget, truth: Particles) -> BattleTarget:
    """The target with the reports simulated of one particle as its record."""
    outcomes, reporting = target.simulate_outcomes(truth), target.compute_reporting_parameters(truth)
    reports = simulate_reports(target.observation_model, outcomes, reporting, truth.seed, truth.replication_numbers)
    return target.with_observation_model(with_bins(target.observation_model, reports.bins[0]))


def fit_synthetic_record(target: BattleTarget, settings: SMCSettings, number: int, seed: int) -> SMCState:
    """A chain of its own for one synthetic record."""
    serial = Workers()
    return run_chain(
        target, initialize_chain(target, settings, number + 1, seed, serial), settings, serial, lambda state: None
    )


def compute_quantities(target: BattleTarget, particles: Particles, outcomes: np.ndarray | None = None) -> np.ndarray:
    """The quantities that are ranked, (particles, quantities)."""
    outcomes = target.simulate_outcomes(particles) if outcomes is None else outcomes
    log_likelihood = target.compute_log_likelihood(particles, outcomes).sum(axis=1)
    return np.concatenate([particles.parameter_normals, outcomes, log_likelihood[:, None]], axis=1)


def thin_draws(draws: np.ndarray, state: SMCState) -> np.ndarray:
    """Some draws of a population that are nearly independent: at equal distances in the order of their lineages."""
    order = np.lexsort(state.ancestors.T[::-1]) if state.ancestors.shape[1] else np.arange(len(draws))
    positions = (np.arange(N_RANKED_DRAWS) + 0.5) / N_RANKED_DRAWS * len(draws)
    return draws[order[positions.astype(np.int64)]]


def compute_rank(truth: np.ndarray, draws: np.ndarray, rng: random_streams.Generator) -> np.ndarray:
    """How many draws lie below the truth, (quantities,); of those equal to it a random number."""
    below, equal = (draws < truth).sum(axis=0), (draws == truth).sum(axis=0)
    result: np.ndarray = below + rng.integers(0, equal + 1)
    return result


def check_coverage(truth: np.ndarray, draws: np.ndarray, rng: random_streams.Generator) -> np.ndarray:
    """Whether the central 50% and 90% intervals of the draws cover the truth, (quantities, intervals)."""
    cdf = (draws < truth).mean(axis=0) + (draws == truth).mean(axis=0) * rng.random(len(truth))
    return np.stack([np.abs(cdf - 0.5) <= level / 2 for level in COVERAGE_LEVELS], axis=1)
