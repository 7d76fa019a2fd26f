"""How the results depend on the sources and on interpretations: count biases of each source, and the headline under
each variant of the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sim.analysis.posterior_predictive import (
    HeadlineEvent,
    HeadlineNumber,
    list_observables,
    resimulate_posterior,
    summarize_events,
    summarize_numbers,
)
from sim.battle.simulation import Simulation
from sim.inference.ess import LogEvidence, pool_log_evidences
from sim.inference.evidence_intervals import EvidenceErrors, pool_evidence_errors
from sim.inference.fit import Fit
from sim.inference.posterior import Posterior
from sim.inference.workers import Workers
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario

TRIPLET_LEVELS = (0.5, 0.05, 0.95)
QuantileTriplet = tuple[float, float, float]  # median, 5% and 95%: of TRIPLET_LEVELS


@dataclass(frozen=True)
class SourceBias:
    """How many a source reports of a side for each one that there was, under the prior and the posterior.

    `reason` and `reference` are those of the prior.
    """

    source: str
    side: str
    prior_quantiles: QuantileTriplet
    posterior_quantiles: QuantileTriplet
    reason: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class SourceBiasRatio:
    """How many times as many one source reports of a side as another: what the record determines best."""

    first: str
    second: str
    side: str
    prior_quantiles: QuantileTriplet
    posterior_quantiles: QuantileTriplet


def summarize_source_biases(scenario: Scenario, posterior: Posterior) -> list[SourceBias]:
    """The bias of every source and side that the posterior has a parameter for."""
    return [
        SourceBias(
            source,
            side,
            compute_quantile_triplet(prior_draws),
            compute_quantile_triplet(posterior_draws),
            scenario.priors[parameter].reason,
            scenario.priors[parameter].reference,
        )
        for (source, side, parameter), (prior_draws, posterior_draws) in collect_bias_draws(scenario, posterior).items()
    ]


def summarize_source_bias_ratios(scenario: Scenario, posterior: Posterior) -> list[SourceBiasRatio]:
    """The ratio of the biases of every two sources that count the same side."""
    ratios = []
    for (one, one_draws), (other, other_draws) in combinations(collect_bias_draws(scenario, posterior).items(), 2):
        (source, side, _), (other_source, other_side, _) = one, other
        if side == other_side:
            prior_ratios, posterior_ratios = (
                first / second for first, second in zip(one_draws, other_draws, strict=True)
            )
            ratios.append(
                SourceBiasRatio(
                    source,
                    other_source,
                    side,
                    compute_quantile_triplet(prior_ratios),
                    compute_quantile_triplet(posterior_ratios),
                )
            )
    return ratios


def collect_bias_draws(
    scenario: Scenario, posterior: Posterior
) -> dict[tuple[str, str, str], tuple[np.ndarray, np.ndarray]]:
    """Draws of each bias from the prior and from the posterior, by source, side and parameter."""
    draws = {}
    source_model = scenario.source_model
    for source, reporter in {} if source_model is None else source_model.sources.items():
        for side, counts in reporter.sides.items():
            if counts.bias in posterior.parameter_names:
                column = posterior.parameter_names.index(counts.bias)
                draws[source, side, counts.bias] = (
                    posterior.prior_values[:, column],
                    posterior.parameter_values[:, column],
                )
    return draws


def compute_quantile_triplet(values: np.ndarray) -> QuantileTriplet:
    """The median and the ends of the 90% interval."""
    middle, low, high = np.quantile(values, TRIPLET_LEVELS).tolist()
    return middle, low, high


@dataclass(frozen=True)
class AnalysisVariant:
    """The headline under one interpretation of the text, or one choice among its sources; empty without a posterior.

    `chain_log_bayes_factors` are against the default variant, one by each chain with its error by lineages.
    """

    name: str
    chain_log_bayes_factors: tuple[LogEvidence, ...]
    is_comparable: bool  # whether it is fitted to the same claims as the default
    events: tuple[HeadlineEvent, ...]
    numbers: tuple[HeadlineNumber, ...]
    failures: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def log_bayes_factor(self) -> LogEvidence:
        """The log Bayes factor by all chains together."""
        return pool_log_evidences(list(self.chain_log_bayes_factors))


def pool_variant_errors(variants: Sequence[AnalysisVariant]) -> EvidenceErrors:
    """The errors of the log Bayes factors of the variants with a posterior, by the pooled spread of their chains."""
    return pool_evidence_errors({each.name: each.chain_log_bayes_factors for each in variants if each.events})


def make_default_variant(events: tuple[HeadlineEvent, ...], numbers: tuple[HeadlineNumber, ...]) -> AnalysisVariant:
    """The default interpretation with all sources: what the main posterior says."""
    return AnalysisVariant("as read, all sources", (LogEvidence(0.0, 0.0),), True, events, numbers, ())


def analyse_variant(
    name: str, simulation: Simulation, fit: Fit, seed: int, is_comparable: bool, workers: Workers
) -> AnalysisVariant:
    """The headline of a simulation by its fit, simulated with new random inputs."""
    if fit.posterior is None:
        return AnalysisVariant(name, fit.smc.log_evidences, is_comparable, (), (), fit.diagnostics.failures)
    observables = list_observables(simulation.scenario, simulation.end_hours)
    sample = resimulate_posterior(simulation, fit.posterior, seed, observables, workers)
    return AnalysisVariant(
        name=name,
        chain_log_bayes_factors=fit.smc.log_evidences,
        is_comparable=is_comparable,
        events=tuple(summarize_events(simulation.scenario, simulation.end_hours, sample)),
        numbers=tuple(summarize_numbers(simulation.scenario, simulation.end_hours, sample)),
        failures=(),
        warnings=fit.diagnostics.warnings,
    )


def list_claims_by_source(scenario: Scenario) -> dict[str, list[str]]:
    """For each source that counts people: all claims that are no counts of people, and of the counts its own alone."""
    claims = scenario.calibration_claims
    counts = {id: claim for id, claim in claims.items() if counts_people(claim)}
    others = [id for id in claims if id not in counts]
    return {
        source: [*others, *(id for id, claim in counts.items() if claim.source == source)]
        for source in dict.fromkeys(claim.source for claim in counts.values())
    }


def counts_people(claim: Claim) -> bool:
    """Whether a claim is about a number of people."""
    return claim.observable is not None and claim.observable.quantity == "people"
