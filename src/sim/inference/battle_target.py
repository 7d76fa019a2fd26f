"""A simulated battle with its observation model as the target distribution of the inference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import SuppliedDraws, SuppliedRandomness
from sim.events.observable import Observable
from sim.inference.negative_controls import CONTROL_NAMES
from sim.inference.particles import ParameterSpace, Particles
from sim.likelihood.observation_model import ObservationModel, log_likelihood
from sim.runs.replicate import is_vectorised
from sim.scenario.prior_correlations import correlate_normals
from sim.scenario.priors import PriorDistribution


@dataclass(frozen=True)
class BattleTarget:
    """A simulation, and the observation model of what was reported of it."""

    simulation: Simulation
    observation_model: ObservationModel

    @cached_property
    def priors(self) -> dict[str, PriorDistribution]:
        """The priors that vary, by parameter: first those of the simulation, then those of the observation model."""
        battle_priors = {
            name: prior for name, prior in self.simulation.priors.items() if name not in self.simulation.parameters
        }
        reporting_priors = {
            name: self.simulation.scenario.priors[name] for name in self.observation_model.parameter_names
        }
        return {name: prior for name, prior in (battle_priors | reporting_priors).items() if is_variable(prior)}

    @cached_property
    def space(self) -> ParameterSpace:
        """The priors that vary, the random inputs and streams of the battle, and the negative controls."""
        tables = self.simulation.compiled_scenario
        parameter_names = tuple(self.priors)
        return ParameterSpace(
            parameter_names,
            tuple(name in self.observation_model.parameter_names for name in parameter_names),
            (*tables.input_names, *CONTROL_NAMES),
            tables.stream_names,
        )

    @cached_property
    def term_names(self) -> tuple[str, ...]:
        """The names of the factors of the likelihood."""
        return tuple(term.name for term in self.observation_model.terms)

    def compute_parameter_values(self, particles: Particles) -> np.ndarray:
        """The parameters of particles in their own units, shape (particles, parameters)."""
        normals = self.correlate_normals(particles)
        columns = [prior.transform_normals(normals[:, n]) for n, prior in enumerate(self.priors.values())]
        return np.stack(columns, axis=1) if columns else np.zeros((len(particles), 0))

    def correlate_normals(self, particles: Particles) -> np.ndarray:
        """The standard normal numbers of each prior's own quantiles: those of priors that vary together, correlated."""
        return correlate_normals(
            self.simulation.scenario.prior_correlations, tuple(self.priors), particles.parameter_normals
        )

    def make_supplied_draws(self, particles: Particles) -> SuppliedDraws:
        """Particles as draws that a simulation can be given."""
        seeds = np.full(len(particles), particles.seed, dtype=np.uint64)
        battle_inputs = self.simulation.compiled_scenario.input_names
        randomness = SuppliedRandomness(
            battle_inputs,
            particles.normal_inputs[:, : len(battle_inputs)],
            self.space.stream_names,
            particles.salts,
            seeds,
            particles.replication_numbers,
        )
        return SuppliedDraws(
            self.priors, self.compute_parameter_values(particles), self.correlate_normals(particles), randomness
        )

    @property
    def n_outcomes(self) -> int:
        """How many outcomes each particle has."""
        return len(self.observation_model.observables)

    @property
    def simulations_per_particle(self) -> int:
        """How many battles are simulated for each particle."""
        return 1

    def simulate_outcomes(self, particles: Particles) -> np.ndarray:
        """What the observation model reads of each battle, shape (particles, observables)."""
        return simulate_observables(
            self.simulation.with_draws(self.make_supplied_draws(particles)),
            particles.seed,
            len(particles),
            self.observation_model.observables,
        )

    def compute_reporting_parameters(self, particles: Particles) -> np.ndarray:
        """The reporting parameters of particles, shape (particles, parameters of the observation model)."""
        prior_columns = {name: n for n, name in enumerate(self.priors)}
        parameters = np.empty((len(particles), len(self.observation_model.parameter_names)))
        for n, name in enumerate(self.observation_model.parameter_names):
            prior = self.simulation.scenario.priors[name]
            parameters[:, n] = (
                prior.transform_normals(particles.parameter_normals[:, prior_columns[name]])
                if name in prior_columns
                else prior.quantile(0.5)
            )
        return parameters

    def compute_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of each term, shape (particles, terms)."""
        return log_likelihood(self.observation_model, outcomes, self.compute_reporting_parameters(particles))

    def compute_initial_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        """Zero, shape (particles,): the path starts at the prior."""
        return np.zeros(len(particles))

    def with_observation_model(self, observation_model: ObservationModel) -> "BattleTarget":
        """The same simulation with other reports."""
        return replace(self, observation_model=observation_model)


def make_battle_target(simulation: Simulation, observation_model: ObservationModel) -> BattleTarget:
    """A battle simulated as far as its claims go: what comes later can't change them."""
    until = max((observable.until for observable in observation_model.observables), default=None)
    return BattleTarget(replace(simulation, until=until), observation_model)


def is_variable(prior: PriorDistribution) -> bool:
    """Whether a prior is more than one fixed value."""
    return getattr(prior, "distribution", None) != "fixed"


def simulate_observables(
    simulation: Simulation, seed: int, count: int, observables: Sequence[Observable]
) -> np.ndarray:
    """Observables of the first replications, shape (count, observables): the same bits by either engine."""
    return simulate_replications(simulation, seed, range(count), observables)


def simulate_replications(
    simulation: Simulation, seed: int, replications: Sequence[int], observables: Sequence[Observable]
) -> np.ndarray:
    """Observables of some replications by their numbers, shape (replications, observables)."""
    if is_vectorised(simulation):
        from sim.battle.batch import simulate_batch  # here, since it needs numba

        tallies = [each.make_statistic(simulation.compiled_scenario.labels) for each in observables]
        return simulate_batch(simulation, seed, replications, tallies).values
    rows = []
    for number in replications:
        event_log = simulation.run(seed, number).event_log
        rows.append([each.observe(event_log) for each in observables])
    return np.array(rows, dtype=np.float64).reshape(len(replications), len(observables))
