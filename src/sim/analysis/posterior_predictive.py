"""Posterior predictive simulation (calibrated parameters, new random inputs): headline quantities, turning points, and
checks of the real record.

Source: Gelman1996.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from sim import random_streams
from sim.analysis.cluster_intervals import ClusteredProportion, decompose_variance, estimate_mean
from sim.analysis.decided_battles import decide_both_ways, pair_with_removal
from sim.analysis.turning_points import (
    TurningPointEffect,
    estimate_turning_point_effects,
    list_turning_point_observables,
)
from sim.battle.edited_simulation import apply_scenario_edits
from sim.battle.simulation import Simulation
from sim.events.observable import Observable
from sim.inference.battle_target import simulate_replications
from sim.inference.posterior import Posterior, draw_reporting_parameters
from sim.inference.workers import Workers
from sim.likelihood.observation_model import ObservationModel, build_observation_model, log_likelihood, with_bins
from sim.likelihood.simulated_reports import simulate_reports
from sim.scenario.model import Scenario
from sim.scoring.calibration import compute_pit
from sim.scoring.intervals import IntervalEstimate
from sim.scoring.targets import build_targets

REPLICATIONS_PER_DRAW = 4  # battles of each draw: what differs among them is chance
CHUNK_SIZE = 500  # battles sent to a worker at a time; no number depends on it


@dataclass(frozen=True)
class PitValue:
    """The probability integral transform of a claim: 0 is below all simulated reports of its source, 1 above.

    `p_tail` is the probability of a report as far out, on either side.
    """

    claim: str
    term: str
    pit: float
    p_tail: float
    median: float
    interval_90: tuple[float, float]


@dataclass(frozen=True)
class PredictiveChecks:
    """The checks of a record: claim by claim, and as a whole (see `compute_predictive_p_value`)."""

    pit_values: tuple[PitValue, ...]
    p_value: IntervalEstimate


def compute_pit_values(observation_model: ObservationModel, reports: np.ndarray, seed: int) -> tuple[PitValue, ...]:
    """Where each claim of a record lies in simulated reports, shape (reports, claims)."""
    stream_keys = random_streams.stream_keys([f"place:{claim}" for claim in observation_model.claims])
    randomization = random_streams.draw_uniforms(stream_keys, seed, 0, np.zeros(len(stream_keys), dtype=np.uint64))
    pit_values = []
    for number, target in enumerate(build_targets(observation_model)):
        sample = reports[:, number]
        low, middle, high = np.quantile(sample, [0.05, 0.5, 0.95]).tolist()
        p_as_low = float((sample <= target.observed_bin.high).mean())
        p_as_high = float((sample >= target.observed_bin.low).mean())
        pit_values.append(
            PitValue(
                claim=target.claim,
                term=target.term,
                pit=compute_pit(sample, target, randomization[number]),
                p_tail=min(2 * min(p_as_low, p_as_high), 1.0),
                median=middle,
                interval_90=(low, high),
            )
        )
    return tuple(pit_values)


def compute_predictive_p_value(
    observation_model: ObservationModel,
    outcomes: np.ndarray,
    reporting_parameters: np.ndarray,
    lineages: np.ndarray,
    seed: int,
) -> IntervalEstimate:
    """The posterior predictive p-value P(L(simulated record | battle) <= L(real record | battle)).

    Near 0 the record is unlike any that these battles would leave; near one half it is one of many such. Battles of one
    lineage are one cluster. Source: Gelman1996, for a discrepancy that depends on the draw.
    """
    observed_log_likelihood = log_likelihood(observation_model, outcomes, reporting_parameters).sum(axis=1)
    simulated_records = simulate_reports(
        observation_model, outcomes, reporting_parameters, seed, np.arange(len(outcomes), dtype=np.uint64)
    ).bins
    replicated_log_likelihood = np.array(
        [
            log_likelihood(
                with_bins(observation_model, simulated_records[row]),
                outcomes[row : row + 1],
                reporting_parameters[row : row + 1],
            ).sum()
            for row in range(len(outcomes))
        ]
    )
    return ClusteredProportion(
        replicated_log_likelihood <= observed_log_likelihood, np.ones(len(outcomes), dtype=bool), lineages
    ).interval_estimate


@dataclass(frozen=True)
class PredictiveSample:
    """Battles of a posterior with new random inputs, and the draw and the lineage that each comes from."""

    outcomes: np.ndarray  # (battles, observables)
    observables: tuple[Observable, ...]
    draw_index: np.ndarray
    lineages: np.ndarray

    def get_outcome(self, observable: Observable) -> np.ndarray:
        """The values of one observable, shape (battles,)."""
        return self.outcomes[:, self.observables.index(observable)]


def resimulate_posterior(
    simulation: Simulation, posterior: Posterior, seed: int, observables: tuple[Observable, ...], workers: Workers
) -> PredictiveSample:
    """Simulate each draw of a posterior several times with new random inputs."""
    numbers = np.arange(REPLICATIONS_PER_DRAW * len(posterior))
    outcomes = resimulate_battles(
        simulation, numbers, posterior, seed, observables, workers, "battles of the posterior"
    )
    draw_index = numbers % len(posterior)
    return PredictiveSample(outcomes, observables, draw_index, number_lineages(posterior)[draw_index])


def resimulate_battles(
    simulation: Simulation,
    numbers: np.ndarray,
    posterior: Posterior,
    seed: int,
    observables: tuple[Observable, ...],
    workers: Workers,
    kind: str,
) -> np.ndarray:
    """Simulate battles of a posterior by their numbers, with new random inputs, shape (battles, observables).

    `kind` is what progress calls these battles.
    """
    drawn = simulation.with_draws(posterior.independent_draws)
    chunks = [numbers[first : first + CHUNK_SIZE] for first in range(0, len(numbers), CHUNK_SIZE)]
    return np.concatenate(
        workers.map_chunks(lambda chunk: simulate_replications(drawn, seed, chunk.tolist(), observables), chunks, kind)
    )


def number_lineages(posterior: Posterior) -> np.ndarray:
    """The lineage of each draw, numbered over all chains."""
    _, lineages = np.unique(np.stack([posterior.chains, posterior.lineages]), axis=1, return_inverse=True)
    return lineages.reshape(-1)


def list_observables(scenario: Scenario, end_hours: float) -> tuple[Observable, ...]:
    """All that an analysis observes of a battle: turning points, headline sentences, every claim that can be scored."""
    observables = list(list_turning_point_observables(scenario))
    observables += [
        each.observable
        for each in scenario.headline_outputs
        if scenario.hours_since_start(each.observable.until) <= end_hours
    ]
    observables += build_observation_model(scenario, end_hours, scenario.scored_claims).observables
    return tuple(dict.fromkeys(observables))


@dataclass(frozen=True)
class HeadlineEvent:
    """Something that happens or not: how often, and how much of its variance lies between draws."""

    text: str
    probability: IntervalEstimate
    parameter_variance_share: float  # the rest of the variance is chance


def summarize_events(scenario: Scenario, end_hours: float, sample: PredictiveSample) -> list[HeadlineEvent]:
    """The events among the headline sentences of the scenario."""
    summaries = []
    for headline in scenario.headline_outputs:
        if headline.at_least is None or scenario.hours_since_start(headline.observable.until) > end_hours:
            continue
        is_event = sample.get_outcome(headline.observable) >= headline.at_least
        between, within = decompose_variance(is_event.astype(np.float64), sample.draw_index)
        share = between / (between + within) if between + within > 0 else 0.0
        probability = ClusteredProportion(is_event, np.ones(len(is_event), dtype=bool), sample.lineages)
        summaries.append(HeadlineEvent(headline.text, probability.interval_estimate, share))
    return summaries


@dataclass(frozen=True)
class HeadlineNumber:
    """A count among the headline sentences: median and 90% interval over battles, and the mean with its interval."""

    text: str
    median: float
    interval_90: tuple[float, float]
    mean: IntervalEstimate


def summarize_numbers(scenario: Scenario, end_hours: float, sample: PredictiveSample) -> list[HeadlineNumber]:
    """The counts among the headline sentences of the scenario."""
    summaries = []
    for headline in scenario.headline_outputs:
        if headline.at_least is not None or scenario.hours_since_start(headline.observable.until) > end_hours:
            continue
        values = sample.get_outcome(headline.observable)
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
        summaries.append(HeadlineNumber(headline.text, middle, (low, high), estimate_mean(values, sample.lineages)))
    return summaries


def analyse_turning_points(
    simulation: Simulation, posterior: Posterior, seed: int, sample: PredictiveSample, workers: Workers
) -> list[TurningPointEffect]:
    """The effects of the turning points: the same battles, simulated again with each decided both ways, or without
    those that edits remove.
    """
    scenario = simulation.scenario
    observables = list_turning_point_observables(scenario)
    outcomes = np.stack([sample.get_outcome(each) for each in observables], axis=1)

    decided = {}
    for number, (id, turning_point) in enumerate(scenario.turning_points.items(), 1):
        kind = f"turning point {number} of {len(scenario.turning_points)}"
        resimulate = partial(
            resimulate_battles, posterior=posterior, seed=seed, observables=observables, workers=workers, kind=kind
        )
        if turning_point.counterfactual_edits:
            edited = apply_scenario_edits(simulation, turning_point.counterfactual_edits)
            without = resimulate(edited, np.arange(len(outcomes)))
            decided[id] = pair_with_removal(scenario, outcomes, without)
        else:
            decided[id] = decide_both_ways(simulation, turning_point, outcomes, resimulate)
    return estimate_turning_point_effects(scenario, outcomes, sample.lineages, decided)


def check_real_record(
    simulation: Simulation, posterior: Posterior, seed: int, sample: PredictiveSample
) -> PredictiveChecks:
    """The real record beside simulated ones: its claims one by one in battles with new random inputs, and as a whole in
    the draws themselves.
    """
    scenario = simulation.scenario
    observation_model = build_observation_model(scenario, simulation.end_hours, scenario.scored_claims)
    outcomes = np.stack([sample.get_outcome(each) for each in observation_model.observables], axis=1)
    reporting_parameters = draw_reporting_parameters(scenario, observation_model, posterior, seed)[sample.draw_index]
    reports = simulate_reports(
        observation_model, outcomes, reporting_parameters, seed, np.arange(len(outcomes), dtype=np.uint64)
    ).values
    fitted_model = build_observation_model(scenario, simulation.end_hours, posterior.claims)
    p_value = compute_predictive_p_value(
        fitted_model,
        posterior.outcomes,
        draw_reporting_parameters(scenario, fitted_model, posterior, seed),
        number_lineages(posterior),
        seed,
    )
    return PredictiveChecks(compute_pit_values(observation_model, reports, seed), p_value)
