"""Forecasts of claims: a sample of what would be reported, and the probability of what was."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim import random_streams
from sim.likelihood import observation_model
from sim.likelihood.observation_model import (
    ObservationModel,
    build_observation_model,
    log_likelihood,
    with_claim_columns,
)
from sim.likelihood.simulated_reports import simulate_reports
from sim.scenario.model import Scenario
from sim.scoring.scores import compute_ess, compute_log_scores
from sim.scoring.targets import ForecastTarget, build_control_targets, build_targets, simulate_control_reports


@dataclass(frozen=True)
class Forecast:
    """A sample of reports, shape (n, targets), the logarithmic score of each term, and the claims not scored."""

    name: str
    targets: tuple[ForecastTarget, ...]
    sample: np.ndarray
    log_scores: dict[str, float]
    ess: dict[str, float]  # effective sample size behind each of them
    unscored: dict[str, str] = field(default_factory=dict)  # claim: why

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that it scores."""
        return tuple(dict.fromkeys(target.claim for target in self.targets))


def build_claim_model(scenario: Scenario, ends: float, claims: Sequence[str]) -> ObservationModel:
    """The observation model of these claims, each with a column of its own."""
    return with_claim_columns(build_observation_model(scenario, ends, claims))


def make_forecast(
    name: str, scenario: Scenario, model: ObservationModel, values: np.ndarray, seed: int, replications: np.ndarray
) -> Forecast:
    """A forecast from true values, shape (n, claims), which the sources report by the scenario's priors of reporting.

    The values may be of a prior, of a posterior, of any model.
    """
    reporting_parameters = observation_model.draw_priors(scenario, model.parameter_names, seed, replications)
    return make_forecast_from_parameters(name, scenario, model, values, reporting_parameters, seed, replications)


def make_forecast_from_parameters(
    name: str,
    scenario: Scenario,
    model: ObservationModel,
    values: np.ndarray,
    reporting_parameters: np.ndarray,
    seed: int,
    replications: np.ndarray,
) -> Forecast:
    """The same with reporting parameters for each of the values, shape (n, parameters): such as a posterior has."""
    report_values = simulate_reports(model, values, reporting_parameters, seed, replications).values
    control_targets = build_control_targets(scenario, model)
    uniforms = draw_uniform_pairs([f"state:{each.target.claim}" for each in control_targets], seed, replications)
    states = [
        simulate_control_reports(scenario, each, values, reporting_parameters, uniforms[:, n])
        for n, each in enumerate(control_targets)
    ]
    targets = (*build_targets(model), *(each.target for each in control_targets))
    likelihood, term_names = log_likelihood(model, values, reporting_parameters), [term.name for term in model.terms]
    return Forecast(
        name=name,
        targets=targets,
        sample=np.column_stack([report_values, *states]) if targets else np.empty((len(values), 0)),
        log_scores=dict(zip(term_names, compute_log_scores(likelihood).tolist(), strict=True)),
        ess=dict(zip(term_names, compute_ess(likelihood).tolist(), strict=True)),
    )


def draw_uniform_pairs(names: Sequence[str], seed: int, replications: np.ndarray) -> np.ndarray:
    """Two uniform numbers in (0, 1) for each name and replication, shape (n, names, 2)."""
    counters = np.zeros(len(names), dtype=np.uint64)
    return random_streams.uniforms_from_bits(
        random_streams.random_bits(random_streams.stream_keys(list(names)), seed, np.asarray(replications), counters, 2)
    )
