"""Models (laws or interpretations) compared by evidence, and how often that finds the true one in synthetic data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim import random_streams
from sim.inference.battle_target import BattleTarget
from sim.inference.chains import SMCResult, run_smc
from sim.inference.checkpoint import Checkpoint
from sim.inference.ess import LogEvidence, estimate_log_evidence, pool_log_evidences
from sim.inference.evidence_intervals import EvidenceErrors, pool_evidence_errors
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
    def evidence_errors(self) -> EvidenceErrors:
        """The errors of these log evidences, the spread of chains pooled over all models."""
        return pool_evidence_errors({name: self.smc_results[name].log_evidences for name in self.log_evidences})

    @property
    def is_decisive(self) -> bool:
        """Whether the log Bayes factors of the best model over all others are decisive, at the lower ends of their 95%
        intervals by Student's t.
        """
        log_evidences = self.log_evidences
        if len(log_evidences) < 2 or len(log_evidences) < len(self.smc_results):
            return False
        best = max(log_evidences, key=lambda name: log_evidences[name].value)
        errors = self.evidence_errors
        return all(
            log_evidences[best].value - log_evidences[name].value - errors.compute_difference_half_width(best, name)
            > DECISIVE_LOG_BAYES_FACTOR
            for name in log_evidences
            if name != best
        )


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
    log_evidences = {name: each.log_evidences for name, each in results.items() if each.is_at_posterior}
    return ModelComparison(results, compute_probabilities(log_evidences, seed))


def compute_probabilities(
    chain_log_evidences: Mapping[str, Sequence[LogEvidence]], seed: int
) -> dict[str, tuple[float, float, float]]:
    """The probability of each model and its 95% interval, from the errors of the evidences alone: Student's t, with the
    spread of the chains of each model pooled over all models.
    """
    if not chain_log_evidences:
        return {}
    logs = np.array([pool_log_evidences(list(chains)).value for chains in chain_log_evidences.values()])
    errors = pool_evidence_errors(chain_log_evidences)
    if np.isfinite(list(errors.errors.values())).all():
        deviations = errors.sample_deviations(PROBABILITY_TRIALS, random_streams.make_generator("rivals", seed))
        low, high = np.quantile(compute_softmax(logs + deviations), [0.025, 0.975], axis=0)
    else:
        low, high = np.zeros(len(logs)), np.ones(len(logs))
    return {
        name: (float(middle), float(low[n]), float(high[n]))
        for n, (name, middle) in enumerate(zip(chain_log_evidences, compute_softmax(logs[None])[0], strict=True))
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
