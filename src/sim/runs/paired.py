"""Counterfactuals in pairs: base case and change with common random numbers, and the paired differences."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any, Protocol

import numpy as np

from sim.battle.simulation import Simulation
from sim.runs.outcome_measures import (
    OutcomeCollector,
    OutcomeMeasure,
    list_outcome_measures,
)
from sim.runs.replicate import Batch, Study
from sim.scoring.intervals import Z95
from sim.storage.fingerprint import compute_digest


class LabelledChange(Protocol):
    """A change with its name and what it is in words."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def description(self) -> str:
        """What it is in words."""


@dataclass(frozen=True)
class CounterfactualChange:
    """One change of the base case: what it is in words, and its simulation."""

    name: str
    description: str
    simulation: Simulation
    question: str | None = None


@dataclass(frozen=True)
class PairedDifference:
    """The effect of a change on a measure: means, and their paired difference with a 95% interval."""

    measure: OutcomeMeasure
    base_mean: float
    changed_mean: float
    difference: float
    low: float
    high: float
    variance_ratio: float | None  # of as many unpaired battles to the paired ones; None where no pair differs
    n_increased: int  # pairs in which the measure rose
    n_decreased: int  # pairs in which it fell
    n_pairs: int

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes no difference."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class PairedComparison:
    """A base case and its changes: the measures, and their values in every battle, shape (replications, measures)."""

    measures: tuple[OutcomeMeasure, ...]
    base_values: np.ndarray
    changed_values: dict[str, np.ndarray]
    digest: str

    def compute_differences(self, change: str) -> list[PairedDifference]:
        """The effect of one change on each measure."""
        return [
            compute_difference(measure, self.base_values[:, n], self.changed_values[change][:, n])
            for n, measure in enumerate(self.measures)
        ]


def compute_difference(measure: OutcomeMeasure, base: np.ndarray, changed: np.ndarray) -> PairedDifference:
    """The paired difference of one measure; the interval is normal, from the variance of the differences."""
    differences = changed - base
    n_pairs = len(differences)
    mean = float(differences.mean())
    variance = float(differences.var(ddof=1)) if n_pairs > 1 else 0.0
    half_width = Z95 * sqrt(variance / n_pairs)
    unpaired_variance = float(base.var(ddof=1) + changed.var(ddof=1)) if n_pairs > 1 else 0.0
    return PairedDifference(
        measure=measure,
        base_mean=float(base.mean()),
        changed_mean=float(changed.mean()),
        difference=mean,
        low=mean - half_width,
        high=mean + half_width,
        variance_ratio=unpaired_variance / variance if variance > 0 else None,
        n_increased=int((differences > 0).sum()),
        n_decreased=int((differences < 0).sum()),
        n_pairs=n_pairs,
    )


BASE_CASE = "base case"


def run_paired_comparison(
    studies: dict[str, Study], run_study: Callable[[str, Study], Iterable[Batch]]
) -> PairedComparison:
    """Run the studies of `make_paired_studies` by a function, and keep their outcome measures.

    Parameters
    ----------
    studies
        The base case first, as `BASE_CASE`, and the changes by name, with the same seed and number of runs.
    run_study
        From a name and a study to its batches.

    Returns
    -------
    PairedComparison
        Values of shape (replications, measures) for the base case and for each change.

    Examples
    --------
    >>> import sim
    >>> from sim.runs.replicate import iterate_batches
    >>> simulations = {BASE_CASE: "square", "linear law": "linear"}
    >>> studies = {n: Study(Simulation(sim.load("teaching"), law=law), 1, 2, 0) for n, law in simulations.items()}
    >>> comparison = run_paired_comparison(studies, lambda name, study: iterate_batches(study, workers=1))
    >>> comparison.compute_differences("linear law")[0].n_pairs
    2
    """
    digests: list[str] = []
    outcomes = []
    for name, study in studies.items():
        collector = OutcomeCollector(study)
        outcomes.append(collector.collect(run_study(name, study)))
        digests.append(collector.digest.hexdigest())
    base_simulation = studies[BASE_CASE].simulation
    changed_values = dict(zip(list(studies)[1:], outcomes[1:], strict=True))
    return PairedComparison(
        list_outcome_measures(base_simulation.scenario, base_simulation.end_hours),
        outcomes[0],
        changed_values,
        combine_digests(digests),
    )


def make_paired_studies(
    base: Simulation, changes: list[CounterfactualChange], seed: int, runs: int
) -> dict[str, Study]:
    """The base case and each change as studies by name, with common random numbers."""
    simulations = {BASE_CASE: base} | {change.name: change.simulation for change in changes}
    return {name: Study(simulation, seed, runs, n_saved_logs=0) for name, simulation in simulations.items()}


def combine_digests(digests: list[str]) -> str:
    """One digest for several studies."""
    return compute_digest(digests)


def make_difference_rows(changes: list[CounterfactualChange], comparison: PairedComparison) -> list[dict[str, Any]]:
    """Every difference as a row of a table."""
    return [
        {
            "change": change.name,
            "description": change.description,
            "measure": each.measure.id,
            "text": each.measure.text,
            "unit": "battles" if each.measure.is_event else each.measure.unit,
            "base": each.base_mean,
            "changed": each.changed_mean,
            "difference": each.difference,
            "low": each.low,
            "high": each.high,
            "variance_ratio": each.variance_ratio,
            "n_increased": each.n_increased,
            "n_decreased": each.n_decreased,
            "n_pairs": each.n_pairs,
        }
        for change in changes
        for each in comparison.compute_differences(change.name)
    ]
