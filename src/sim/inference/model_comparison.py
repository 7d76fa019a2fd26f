"""Models (laws or interpretations) compared by evidence, and how often that finds the true one in synthetic data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim import random_streams
from sim.inference.battle_target import BattleTarget
from sim.inference.chains import SMCResult, run_smc
from sim.inference.checkpoint import Checkpoint
from sim.inference.ess import LogEvidence, estimate_log_evidence
from sim.inference.sbc import fit_synthetic_record, simulate_synthetic_record
from sim.inference.smc import SMCSettings, StateCallback
from sim.inference.workers import Workers
from sim.runs.replicate import ProgressWrapper, no_progress
from sim.storage.atomic import read_checksummed_arrays, write_checksummed_arrays

PROBABILITY_TRIALS = 4_000  # draws of log evidences within their errors
DECISIVE_LOG_BAYES_FACTOR = np.log(20.0)  # from which on one model is preferred. Source: KassRaftery1995


@dataclass(frozen=True)
class ModelComparison:
    """The SMC result of each model, and its probability with a 95% interval if all were equally likely before.

    A model whose chains did not reach the posterior has no evidence, and takes no part.
    """

    smc_results: dict[str, SMCResult]
    probabilities: dict[str, tuple[float, float, float]]

    @property
    def log_evidences(self) -> dict[str, LogEvidence]:
        """The log evidence of each model that has one."""
        return {name: result.log_evidence for name, result in self.smc_results.items() if result.is_at_posterior}

    @property
    def is_decisive(self) -> bool:
        """Whether the log Bayes factor of the best model is decisive, two standard errors subtracted."""
        ordered = sorted(self.log_evidences.values(), key=lambda each: -each.value)
        if len(ordered) < 2 or len(ordered) < len(self.smc_results):
            return False
        first, second = ordered[:2]
        return bool(first.value - second.value - 2 * np.hypot(first.error, second.error) > DECISIVE_LOG_BAYES_FACTOR)


@dataclass(frozen=True)
class ModelConfusion:
    """Of synthetic records of each model (rows), how many the evidence assigns to each model (columns); and the mean
    probability that it gives to the true one.
    """

    models: tuple[str, ...]
    counts: np.ndarray
    mean_probability_of_truth: np.ndarray  # (models,)

    @property
    def n_correct(self) -> int:
        """How many records are assigned to the model that made them."""
        return int(np.trace(self.counts))


def find_incomparable(targets: Mapping[str, BattleTarget]) -> list[str]:
    """Models whose evidence can't be compared with the first: they are fitted to other reports."""
    first, *others = targets
    observation_models = {name: target.observation_model for name, target in targets.items()}
    records = {name: (each.claims, each.observed_bins.tolist()) for name, each in observation_models.items()}
    return [name for name in others if records[name] != records[first]]


def compare_models(
    targets: Mapping[str, BattleTarget],
    settings: SMCSettings,
    seed: int,
    workers: Workers,
    callback: StateCallback,
    checkpoint: Checkpoint | None = None,
) -> ModelComparison:
    """Run SMC for every model."""
    results = {}
    for name, target in targets.items():
        model_checkpoint = (
            None if checkpoint is None else Checkpoint(checkpoint.folder / name, checkpoint.inputs_digest)
        )
        results[name] = run_smc(target, settings, seed, workers, callback, model_checkpoint)
    log_evidences = {name: each.log_evidence for name, each in results.items() if each.is_at_posterior}
    return ModelComparison(results, compute_probabilities(log_evidences, seed))


def compute_probabilities(log_evidences: Mapping[str, LogEvidence], seed: int) -> dict[str, tuple[float, float, float]]:
    """The probability of each model and its 95% interval, from the errors of the evidences alone."""
    if not log_evidences:
        return {}
    logs = np.array([each.value for each in log_evidences.values()])
    errors = np.array([each.error for each in log_evidences.values()])
    sampled = logs + errors * random_streams.make_generator("rivals", seed).standard_normal(
        (PROBABILITY_TRIALS, len(logs))
    )
    low, high = np.quantile(compute_softmax(sampled), [0.025, 0.975], axis=0)
    return {
        name: (float(middle), float(low[n]), float(high[n]))
        for n, (name, middle) in enumerate(zip(log_evidences, compute_softmax(logs[None])[0], strict=True))
    }


def compute_softmax(log_evidences: np.ndarray) -> np.ndarray:
    """Evidences as shares of their sum along the last axis, from their logarithms."""
    scaled = np.exp(log_evidences - log_evidences.max(axis=-1, keepdims=True))
    result: np.ndarray = scaled / scaled.sum(axis=-1, keepdims=True)
    return result


def estimate_model_confusion(
    targets: Mapping[str, BattleTarget],
    settings: SMCSettings,
    n_battles: int,
    seed: int,
    workers: Workers,
    folder: Path | None = None,
    inputs_digest: str = "",
    progress: ProgressWrapper = no_progress,
) -> ModelConfusion:
    """Fit synthetic records of each model by all of them, but for trials that are saved in the folder."""
    names = tuple(targets)
    jobs = [(truth, number) for truth in names for number in range(n_battles)]

    def run_trial(job: tuple[str, int]) -> np.ndarray:
        truth, number = job
        path = None if folder is None else folder / f"confusion-{truth}-{number}-{inputs_digest[:16]}.npz"
        saved = None if path is None else read_checksummed_arrays(path)
        if saved is not None:
            return saved["logs"]
        logs = compute_log_evidences(targets, settings, truth, number, seed)
        if path is not None:
            write_checksummed_arrays(path, {"logs": logs})
        return logs

    log_evidences = np.stack(list(progress(workers.iter_chunks(run_trial, jobs, "confusion"), len(jobs)))).reshape(
        len(names), n_battles, -1
    )
    preferred = log_evidences.argmax(axis=2)
    counts = np.stack([np.bincount(row, minlength=len(names)) for row in preferred])
    probabilities = compute_softmax(log_evidences)
    return ModelConfusion(names, counts, np.array([probabilities[n, :, n].mean() for n in range(len(names))]))


def compute_log_evidences(
    targets: Mapping[str, BattleTarget], settings: SMCSettings, truth: str, number: int, seed: int
) -> np.ndarray:
    """The log evidence of each model for one synthetic record of one of them."""
    true_target = targets[truth]
    _, synthetic = simulate_synthetic_record(true_target, number, seed)
    log_evidences = []
    for target in targets.values():
        state = fit_synthetic_record(target.with_observation_model(synthetic.observation_model), settings, number, seed)
        log_evidence = estimate_log_evidence(
            state.log_evidence, state.ancestors, [step.error for step in state.tempering_steps]
        )
        log_evidences.append(log_evidence.value if state.is_at_posterior else -np.inf)
    return np.array(log_evidences)
