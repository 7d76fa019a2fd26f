"""From the posterior of one target to that of another along a geometric path: the next day of a record, or another
interpretation of it.

Sources: Neal2001, DelMoral2006.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim import random_streams
from sim.inference.battle_target import BattleTarget
from sim.inference.ess import LOG_LIKELIHOOD_TOLERANCE, compute_kish_ess
from sim.inference.particles import (
    MAX_SALT,
    ParameterSpace,
    Particles,
    TargetDistribution,
    evaluate_outcomes,
    simulate_and_evaluate,
    sum_log_terms,
)
from sim.inference.smc import (
    SMCSettings,
    SMCState,
    compute_weights,
    concatenate_evaluated,
    reweight_and_resample,
    split_into_chunks,
)
from sim.inference.workers import Workers


@dataclass(frozen=True)
class TargetBridge:
    """A target whose likelihood is that of `start_target` at beta 0 and that of `end_target` at beta 1.

    On the way it is L_start^(1 - beta) L_end^beta: a geometric path. Source: Neal2001.

    `joint_target` simulates the battles of `end_target` and observes all that either needs, `end_target` first;
    `shared_outcomes` are the columns that `start_target` needs. Without it the battles of both are simulated, and each
    is compared with its own record: `two_stage` is that bridge, for populations of which the battles of `end_target`
    would leave too few effective particles at the first step.
    """

    start_target: TargetDistribution
    end_target: TargetDistribution
    joint_target: TargetDistribution | None = None
    shared_outcomes: tuple[int, ...] = ()
    two_stage: "TargetBridge | None" = None

    @cached_property
    def space(self) -> ParameterSpace:
        """The coordinates of either target."""
        spaces = (self.end_target.space, self.start_target.space)
        parameter_names = tuple(dict.fromkeys(name for space in spaces for name in space.parameter_names))
        simulation_parameters = {
            name
            for space in spaces
            for name, is_reporting in zip(space.parameter_names, space.is_reporting, strict=True)
            if not is_reporting
        }
        return ParameterSpace(
            parameter_names,
            tuple(name not in simulation_parameters for name in parameter_names),
            tuple(dict.fromkeys(name for space in spaces for name in space.input_names)),
            tuple(dict.fromkeys(name for space in spaces for name in space.stream_names)),
        )

    @property
    def term_names(self) -> tuple[str, ...]:
        """The names of the factors of the likelihood at the end."""
        return self.end_target.term_names

    @property
    def n_outcomes(self) -> int:
        """How many outcomes each particle has."""
        return (
            self.end_target.n_outcomes + self.start_target.n_outcomes
            if self.joint_target is None
            else self.joint_target.n_outcomes
        )

    @property
    def simulations_per_particle(self) -> int:
        """How many battles are simulated for each particle."""
        return (
            self.end_target.simulations_per_particle + self.start_target.simulations_per_particle
            if self.joint_target is None
            else self.joint_target.simulations_per_particle
        )

    @cached_property
    def start_subspace(self) -> "Subspace":
        """The coordinates of `start_target`."""
        return index_subspace(self.start_target.space, self.space)

    @cached_property
    def end_subspace(self) -> "Subspace":
        """The coordinates of `end_target`."""
        return index_subspace(self.end_target.space, self.space)

    def simulate_outcomes(self, particles: Particles) -> np.ndarray:
        """The outcomes of each particle, shape (particles, outcomes): those of `end_target` first."""
        end_particles = self.end_subspace.project(particles)
        if self.joint_target is not None:
            return self.joint_target.simulate_outcomes(end_particles)
        return np.concatenate(
            [
                self.end_target.simulate_outcomes(end_particles),
                self.start_target.simulate_outcomes(self.start_subspace.project(particles)),
            ],
            axis=1,
        )

    def compute_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of each factor of the likelihood of `end_target`, shape (particles, terms)."""
        return self.end_target.compute_log_likelihood(
            self.end_subspace.project(particles), outcomes[:, : self.end_target.n_outcomes]
        )

    def compute_initial_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of the likelihood of `start_target`, shape (particles,)."""
        columns = (
            self.shared_outcomes
            if self.joint_target is not None
            else range(self.end_target.n_outcomes, self.n_outcomes)
        )
        return sum_log_terms(
            self.start_target.compute_log_likelihood(self.start_subspace.project(particles), outcomes[:, list(columns)])
        )


@dataclass(frozen=True)
class Subspace:
    """The positions of the coordinates of one space in another that has them all."""

    parameter_index: np.ndarray
    input_index: np.ndarray
    stream_index: np.ndarray

    def project(self, particles: Particles) -> Particles:
        """Particles of the larger space with the coordinates of the smaller alone."""
        return replace(
            particles,
            parameter_normals=particles.parameter_normals[:, self.parameter_index],
            normal_inputs=particles.normal_inputs[:, self.input_index],
            salts=particles.salts[:, self.stream_index],
        )

    def extend(self, particles: Particles, full_space: ParameterSpace, rng: random_streams.Generator) -> Particles:
        """Particles of the smaller space with the other coordinates of the larger, drawn from the prior."""
        count = len(particles)
        parameter_normals = rng.standard_normal((count, len(full_space.parameter_names)))
        normal_inputs = rng.standard_normal((count, len(full_space.input_names)))
        salts = rng.integers(1, MAX_SALT, (count, len(full_space.stream_names)), dtype=np.uint64)
        parameter_normals[:, self.parameter_index] = particles.parameter_normals
        normal_inputs[:, self.input_index] = particles.normal_inputs
        salts[:, self.stream_index] = particles.salts
        return replace(particles, parameter_normals=parameter_normals, normal_inputs=normal_inputs, salts=salts)


def index_subspace(space: ParameterSpace, full_space: ParameterSpace) -> Subspace:
    """The positions of the coordinates of a space in another that has them all."""
    name_pairs = (
        (space.parameter_names, full_space.parameter_names),
        (space.input_names, full_space.input_names),
        (space.stream_names, full_space.stream_names),
    )
    indices = []
    for names, all_names in name_pairs:
        position = {name: n for n, name in enumerate(all_names)}
        indices.append(np.array([position[name] for name in names], dtype=np.int64))
    return Subspace(*indices)


def build_bridge(start: BattleTarget, end: BattleTarget) -> TargetBridge:
    """The bridge between two records, of one battle or of two that are much alike.

    Each particle is simulated once, if the battles of `end` can be compared with both records.
    """
    end_observables = end.observation_model.observables
    observables = (
        *end_observables,
        *(each for each in start.observation_model.observables if each not in end_observables),
    )
    until = max((start.simulation, end.simulation), key=lambda simulation: simulation.end_hours).until
    joint = BattleTarget(replace(end.simulation, until=until), replace(end.observation_model, observables=observables))
    if not can_observe(joint):
        return TargetBridge(start, end)
    is_same_simulation = replace(start.simulation, until=None) == replace(end.simulation, until=None)
    shared_outcomes = tuple(observables.index(each) for each in start.observation_model.observables)
    return TargetBridge(start, end, joint, shared_outcomes, None if is_same_simulation else TargetBridge(start, end))


def can_observe(target: BattleTarget) -> bool:
    """Whether the scenario has everything that the observables are about."""
    names = target.simulation.compiled_scenario.labels
    try:
        for each in target.observation_model.observables:
            each.make_statistic(names)
    except ValueError:
        return False
    return True


def start_bridge(
    bridge: TargetBridge, state: SMCState, settings: SMCSettings, workers: Workers
) -> tuple[TargetBridge, SMCState]:
    """The bridge to go by, this one or its two-stage form, and a chain at the posterior of `start_target` as one at the
    beginning of that bridge.

    New coordinates are drawn from the prior. Where the battles of `end_target` give another likelihood to the record of
    `start_target`, weights correct for that at once.
    """
    rows = np.arange(settings.n_particles) * len(state.population) // settings.n_particles
    start_population = state.population.take(rows)
    rng = random_streams.make_generator(f"bridge:{state.n_steps}", start_population.particles.seed)
    particles = bridge.start_subspace.extend(start_population.particles, bridge.space, rng)
    chunks = split_into_chunks(settings.n_particles, settings.chunk_size)
    population = concatenate_evaluated(
        workers.map_chunks(lambda chunk: simulate_and_evaluate(bridge, particles.take(chunk)), chunks, "bridge")
    )
    log_weights = (
        population.initial_log_likelihood
        - start_population.initial_log_likelihood
        - start_population.log_likelihood_ratio
    )
    if (
        bridge.two_stage is not None
        and compute_kish_ess(compute_weights(log_weights, 1.0)) < settings.ess_fraction * settings.n_particles
    ):
        return start_bridge(bridge.two_stage, state, settings, workers)
    new_state = SMCState(
        chain_id=state.chain_id,
        population=population,
        ancestors=state.ancestors[rows],
        n_simulations=bridge.simulations_per_particle * settings.n_particles,
        step_sizes=state.step_sizes,
        n_earlier_steps=state.n_steps,
    )
    if not np.allclose(log_weights, 0.0, atol=LOG_LIKELIHOOD_TOLERANCE):
        new_state = reweight(bridge.space, new_state, log_weights, float(rng.random()))
    return bridge, new_state


def reweight(space: ParameterSpace, state: SMCState, log_weights: np.ndarray, uniform: float) -> SMCState:
    """A chain after a first step with these log weights."""
    new_state, tempering_step = reweight_and_resample(space, state, log_weights, 1.0, state.beta, uniform)
    return replace(new_state, tempering_steps=(tempering_step,))


def finish_bridge(bridge: TargetBridge, state: SMCState) -> SMCState:
    """A chain at the end of the bridge as one at the posterior of `end_target`."""
    particles = bridge.end_subspace.project(state.population.particles)
    return replace(
        state,
        population=evaluate_outcomes(
            bridge.end_target, particles, state.population.outcomes[:, : bridge.end_target.n_outcomes]
        ),
    )
