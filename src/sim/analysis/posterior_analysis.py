"""Everything one posterior is asked in `sim analyse`, in one result, with the effects of what-if changes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.analysis.cluster_intervals import decompose_variance, estimate_paired_difference
from sim.analysis.posterior_predictive import (
    HeadlineEvent,
    HeadlineNumber,
    PredictiveChecks,
    analyse_turning_points,
    check_real_record,
    list_observables,
    resimulate_posterior,
    summarize_events,
    summarize_numbers,
)
from sim.analysis.robustness import SourceBias, SourceBiasRatio, summarize_source_bias_ratios, summarize_source_biases
from sim.analysis.turning_points import TurningPointEffect
from sim.battle.simulation import Simulation
from sim.inference.posterior import Posterior
from sim.inference.workers import Workers
from sim.scoring.intervals import IntervalEstimate
from sim.storage.manifest import WhatifManifest
from sim.storage.reader import open_output


@dataclass(frozen=True)
class ChangeEffect:
    """How much more often an event happens with a change: the mean over the posterior, with an interval for clusters of
    battles of one draw; and its standard deviation between draws, without that of chance.
    """

    label: str
    event: str
    difference: IntervalEstimate
    between_draw_sd: float | None  # None if each draw has too few battles


def read_change_effects(path: Path) -> list[ChangeEffect]:
    """The effect of each change on each event, from an output of `sim whatif` under a posterior."""
    output = open_output(path)
    pairs = output.read_table("pairs").to_pydict()
    posterior = output.require(WhatifManifest).posterior
    draws = None if posterior is None else posterior.draws
    case, replication = np.array(pairs["case"]), np.array(pairs["replication"])
    is_base = case == "base case"
    clusters = replication[is_base] % (draws or int(is_base.sum()))
    result = []
    for row in output.read_table("differences").to_pylist():
        if row["unit"] == "battles":
            values = np.array(pairs[row["measure"]], dtype=np.float64)
            differences = values[case == row["change"]] - values[is_base]
            is_decomposable = draws is not None and len(differences) >= 2 * draws
            between_draw_sd = float(np.sqrt(decompose_variance(differences, clusters)[0])) if is_decomposable else None
            result.append(
                ChangeEffect(
                    row["description"],
                    row["text"].split(" in {chance}")[0],
                    estimate_paired_difference(differences, clusters),
                    between_draw_sd,
                )
            )
    return result


@dataclass(frozen=True)
class PosteriorAnalysis:
    """Headline events and counts, turning points, checks of the record, biases of the sources, effects of changes."""

    n_simulations: int
    events: tuple[HeadlineEvent, ...]
    numbers: tuple[HeadlineNumber, ...]
    turning_points: tuple[TurningPointEffect, ...]
    predictive_checks: PredictiveChecks
    source_biases: tuple[SourceBias, ...]
    source_bias_ratios: tuple[SourceBiasRatio, ...]
    change_effects: tuple[ChangeEffect, ...]


def analyse_posterior(
    simulation: Simulation, posterior: Posterior, seed: int, workers: Workers, whatif: Path | None = None
) -> PosteriorAnalysis:
    """Simulate every draw of a posterior with new random inputs, and summarize; the effects of changes are those of an
    output of `sim whatif`.
    """
    scenario = simulation.scenario
    observables = list_observables(scenario, simulation.end_hours)
    sample = resimulate_posterior(simulation, posterior, seed, observables, workers)
    return PosteriorAnalysis(
        n_simulations=len(sample.outcomes),
        events=tuple(summarize_events(scenario, simulation.end_hours, sample)),
        numbers=tuple(summarize_numbers(scenario, simulation.end_hours, sample)),
        turning_points=tuple(analyse_turning_points(simulation, posterior, seed, sample, workers)),
        predictive_checks=check_real_record(simulation, posterior, seed, sample),
        source_biases=tuple(summarize_source_biases(scenario, posterior)),
        source_bias_ratios=tuple(summarize_source_bias_ratios(scenario, posterior)),
        change_effects=() if whatif is None else tuple(read_change_effects(whatif)),
    )
