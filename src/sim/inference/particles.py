"""Particles: points in the space of parameters and random inputs, and the target distribution that weighs them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Protocol

import numpy as np

from sim import random_streams

MAX_SALT = 2**53  # salts are smaller, so that any file format keeps them exactly


@dataclass(frozen=True)
class ParameterSpace:
    """The coordinates of a particle, by name: parameters, normal random inputs, and random streams.

    `is_reporting` marks parameters that the simulation does not read, only the observation model. Coordinates that
    belong together move together, as a block: each parameter alone, and all inputs and streams of one order, day, place
    or side.
    """

    parameter_names: tuple[str, ...]
    is_reporting: tuple[bool, ...]
    input_names: tuple[str, ...] = ()
    stream_names: tuple[str, ...] = ()

    @cached_property
    def reporting_mask(self) -> np.ndarray:
        """`is_reporting` as an array."""
        return np.array(self.is_reporting, dtype=bool)

    @cached_property
    def block_names(self) -> tuple[str, ...]:
        """The blocks of coordinates that move together; reporting parameters are in none."""
        inputs, streams = map(find_block_name, self.input_names), map(find_block_name, self.stream_names)
        return tuple(dict.fromkeys([*self.parameter_blocks, *inputs, *streams]))

    @property
    def parameter_blocks(self) -> list[str]:
        """The block of each parameter that the simulation reads."""
        pairs = zip(self.parameter_names, self.is_reporting, strict=True)
        return [f"prior:{parameter}" for parameter, is_reporting in pairs if not is_reporting]

    @cached_property
    def parameter_block_mask(self) -> np.ndarray:
        """Which blocks are parameters; the others are random inputs and streams."""
        return np.array([name.startswith("prior:") for name in self.block_names], dtype=bool)

    @cached_property
    def parameter_block_index(self) -> np.ndarray:
        """The number of the block of each parameter that the simulation reads."""
        return self.index_blocks(self.parameter_blocks)

    @cached_property
    def input_block_index(self) -> np.ndarray:
        """The number of the block of each normal input."""
        return self.index_blocks([find_block_name(name) for name in self.input_names])

    @cached_property
    def stream_block_index(self) -> np.ndarray:
        """The number of the block of each stream."""
        return self.index_blocks([find_block_name(name) for name in self.stream_names])

    def index_blocks(self, names: list[str]) -> np.ndarray:
        """The numbers of some blocks."""
        position = {name: n for n, name in enumerate(self.block_names)}
        return np.array([position[name] for name in names], dtype=np.int64)


def find_block_name(name: str) -> str:
    """The block of an input or stream: all of its name but the last part."""
    return name.rsplit(":", 1)[0]


@dataclass(frozen=True)
class Particles:
    """Some particles, a row each. Random streams are seeded by `seed`, the replication number and the salts.

    Parameters
    ----------
    seed
        One for all of them.
    replication_numbers
        Shape (particles,), uint64.
    parameter_normals
        Shape (particles, parameters): standard normal under the prior.
    normal_inputs
        Shape (particles, inputs): standard normal.
    salts
        Shape (particles, streams), uint64.

    Examples
    --------
    >>> numbers = np.arange(3, dtype=np.uint64)
    >>> particles = Particles(1, numbers, np.zeros((3, 2)), np.zeros((3, 0)), np.zeros((3, 1), dtype=np.uint64))
    >>> len(particles.take(slice(0, 2)))
    2
    """

    seed: int
    replication_numbers: np.ndarray  # (particles,), uint64
    parameter_normals: np.ndarray  # (particles, parameters): standard normal under the prior
    normal_inputs: np.ndarray  # (particles, inputs)
    salts: np.ndarray  # (particles, streams), uint64

    def __len__(self) -> int:
        return len(self.replication_numbers)

    def take(self, rows: np.ndarray | slice) -> "Particles":
        """The particles in some rows; a row may be named more than once."""
        columns = {name: getattr(self, name)[rows] for name in PARTICLE_FIELDS}
        return Particles(self.seed, **columns)

    def select(self, mask: np.ndarray, other: "Particles") -> "Particles":
        """Its coordinates where `mask`, shape (particles, 1), is set, else those of the other."""
        return Particles(
            self.seed,
            self.replication_numbers,
            np.where(mask, self.parameter_normals, other.parameter_normals),
            np.where(mask, self.normal_inputs, other.normal_inputs),
            np.where(mask, self.salts, other.salts),
        )


PARTICLE_FIELDS = tuple(each.name for each in fields(Particles) if each.name != "seed")


def sample_prior(space: ParameterSpace, seed: int, replication_numbers: np.ndarray) -> Particles:
    """Particles drawn from the prior, each by its own number: a draw does not depend on the others."""
    names = [f"particle:{name}" for name in (*space.parameter_names, *space.input_names)]
    zeros = np.zeros(len(names), dtype=np.uint64)
    from scipy.special import ndtri

    normals = ndtri(
        random_streams.uniforms_from_bits(
            random_streams.random_bits(random_streams.stream_keys(names), seed, replication_numbers, zeros, 1)[..., 0]
        )
    )
    count = len(space.parameter_names)
    salts = np.zeros((len(replication_numbers), len(space.stream_names)), dtype=np.uint64)
    return Particles(seed, replication_numbers, normals[:, :count], normals[:, count:], salts)


def concatenate_particles(parts: Sequence[Particles]) -> Particles:
    """Particles of one seed in one array each."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in PARTICLE_FIELDS}
    return Particles(parts[0].seed, **columns)


class TargetDistribution(Protocol):
    """A simulation with a likelihood: what the prior of the particles is weighed by.

    On the path from prior to posterior its density is p(x) L0(x) (L(x) / L0(x))^beta, L0 being the initial likelihood.
    """

    @property
    def space(self) -> ParameterSpace:
        """What a particle consists of."""

    @property
    def term_names(self) -> tuple[str, ...]:
        """The names of the factors of the likelihood."""

    @property
    def n_outcomes(self) -> int:
        """How many outcomes each particle has."""

    @property
    def simulations_per_particle(self) -> int:
        """How many battles are simulated for each particle."""

    def simulate_outcomes(self, particles: Particles) -> np.ndarray:
        """The outcomes of each particle, shape (particles, outcomes): costly; reporting parameters don't matter."""

    def compute_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of each factor of the likelihood L, shape (particles, terms)."""

    def compute_initial_log_likelihood(self, particles: Particles, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of the likelihood L0 at beta 0, shape (particles,): zero if the path starts at the prior."""


@dataclass(frozen=True)
class EvaluatedParticles:
    """Particles with their simulated outcomes and their likelihood.

    At beta its logarithm is `initial_log_likelihood` + beta * `log_likelihood_ratio`.
    """

    particles: Particles
    outcomes: np.ndarray
    initial_log_likelihood: np.ndarray
    log_likelihood_ratio: np.ndarray

    def __len__(self) -> int:
        return len(self.particles)

    def take(self, rows: np.ndarray | slice) -> "EvaluatedParticles":
        """The particles in some rows."""
        return EvaluatedParticles(
            self.particles.take(rows),
            self.outcomes[rows],
            self.initial_log_likelihood[rows],
            self.log_likelihood_ratio[rows],
        )

    def log_acceptance_ratio(self, other: "EvaluatedParticles", beta: float) -> np.ndarray:
        """The logarithm of the ratio of its tempered likelihood to the other's."""
        result: np.ndarray = (
            self.initial_log_likelihood
            - other.initial_log_likelihood
            + beta * (self.log_likelihood_ratio - other.log_likelihood_ratio)
        )
        return result

    def select(self, mask: np.ndarray, other: "EvaluatedParticles") -> "EvaluatedParticles":
        """Its particles where `mask` is set, else those of the other."""
        column_mask = mask[:, None]
        particles = self.particles.select(column_mask, other.particles)
        outcomes = np.where(column_mask, self.outcomes, other.outcomes)
        initial = np.where(mask, self.initial_log_likelihood, other.initial_log_likelihood)
        log_ratio = np.where(mask, self.log_likelihood_ratio, other.log_likelihood_ratio)
        return EvaluatedParticles(particles, outcomes, initial, log_ratio)


def sum_log_terms(log_terms: np.ndarray) -> np.ndarray:
    """The logarithm of the whole likelihood; NaN counts as impossible."""
    summed: np.ndarray = log_terms.sum(axis=1)
    return np.where(np.isnan(summed), -np.inf, summed)


def evaluate_outcomes(target: TargetDistribution, particles: Particles, outcomes: np.ndarray) -> EvaluatedParticles:
    """The likelihood of particles whose outcomes are known already."""
    initial = target.compute_initial_log_likelihood(particles, outcomes)
    log_likelihood = sum_log_terms(target.compute_log_likelihood(particles, outcomes))
    return EvaluatedParticles(particles, outcomes, initial, log_likelihood - initial)


def simulate_and_evaluate(target: TargetDistribution, particles: Particles) -> EvaluatedParticles:
    """The outcomes and the likelihood of particles."""
    return evaluate_outcomes(target, particles, target.simulate_outcomes(particles))
