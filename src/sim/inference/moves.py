"""MCMC moves that leave the tempered posterior invariant: preconditioned Crank-Nicolson for normal coordinates, fresh
offsets for random streams.

Sources: Cotter2013, Rudolf2018.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.inference.particles import (
    MAX_SALT,
    EvaluatedParticles,
    ParameterSpace,
    Particles,
    TargetDistribution,
    evaluate_outcomes,
    simulate_and_evaluate,
)
from sim.random_streams import Generator

TARGET_ACCEPTANCE = 0.25  # acceptance rate at which a step size is about right
MIN_STEP_SIZE, MAX_STEP_SIZE = 1e-3, 1.0
ADAPTATION_RATE = 0.7  # how quickly a step size follows its acceptance rate
PCN_STEPS = (1.0, 1.0, 0.5)  # step of preconditioned Crank-Nicolson, one drawn for each particle; 1 is a fresh draw
PRIOR_SHRINKAGE = 0.1  # least part of the prior's covariance in that of the proposal
STEP_SCALES = (1.0, 0.3)  # factors on a step size, one drawn for each particle: no one size suits all of them
N_REPORTING_MOVES = 2  # moves of reporting parameters alone after each move that simulates battles


@dataclass(frozen=True)
class StepSizes:
    """The share of the parameters, of the random inputs or of all blocks that a move changes; and how far reporting
    parameters move.
    """

    parameters: float = 0.2
    dice: float = 0.2
    blocks: float = 0.2
    reports: float = 0.5

    def to_list(self) -> list[float]:
        """As numbers, in the order of the kinds of moves."""
        return [self.parameters, self.dice, self.blocks, self.reports]

    def adapt(self, acceptance: dict[str, float]) -> "StepSizes":
        """Longer steps where moves were accepted more often than the target rate, shorter ones where less."""
        return replace(
            self, **{kind: adapt_step_size(getattr(self, kind), share) for kind, share in acceptance.items()}
        )


@dataclass(frozen=True)
class GaussianProposal:
    """A normal approximation of the tempered posterior of all parameters, fitted to the particles themselves."""

    mean: np.ndarray  # (parameters,)
    precision: np.ndarray  # (parameters, parameters)


def fit_proposal(normals: np.ndarray) -> GaussianProposal:
    """The normal approximation that some particles give, shrunk to the prior's covariance, more so if they are few."""
    count, dimension = normals.shape
    covariance = np.cov(normals.T).reshape(dimension, dimension) if count > 1 else np.eye(dimension)
    shrinkage = min(PRIOR_SHRINKAGE + dimension / (2 * count), 1.0)
    return GaussianProposal(
        normals.mean(axis=0), np.linalg.inv((1 - shrinkage) * covariance + shrinkage * np.eye(dimension))
    )


ProposalFunction = Callable[
    [ParameterSpace, Particles, float, GaussianProposal, Generator], tuple[Particles, np.ndarray]
]


def propose_parameters(
    space: ParameterSpace, particles: Particles, step_size: float, proposal: GaussianProposal, rng: Generator
) -> tuple[Particles, np.ndarray]:
    """A few parameters, the same for all of these particles, move by preconditioned Crank-Nicolson about their mean
    given the others under the normal approximation.

    With precision matrix P, mean m, subset s and all other parameters o, that conditional is normal with precision P_ss
    and mean m_s - P_ss^-1 P_so (x_o - m_o). The move leaves the approximation invariant, and not the prior: the
    logarithm of the ratio of the two is returned, for the acceptance. Source: Rudolf2018.
    """
    candidates = np.flatnonzero(~space.reporting_mask)
    zero_ratio = np.zeros(len(particles))
    if not len(candidates):
        return particles, zero_ratio
    count = 1 + int(rng.binomial(len(candidates) - 1, min(step_size * rng.choice(STEP_SCALES), 1.0)))
    subset = rng.choice(candidates, count, replace=False)
    pcn_step = float(rng.choice(PCN_STEPS))
    deviations = particles.parameter_normals - proposal.mean
    precision = proposal.precision[np.ix_(subset, subset)]
    covariance = np.linalg.inv(precision)
    conditional_mean = deviations[:, subset] - (deviations @ proposal.precision[:, subset]) @ covariance
    noise = rng.standard_normal((len(particles), count)) @ np.linalg.cholesky(covariance).T
    current = deviations[:, subset] - conditional_mean
    proposed = np.sqrt(1 - pcn_step * pcn_step) * current + pcn_step * noise
    normals = particles.parameter_normals.copy()
    normals[:, subset] = proposal.mean[subset] + conditional_mean + proposed
    prior_log_ratio = 0.5 * (particles.parameter_normals[:, subset] ** 2 - normals[:, subset] ** 2).sum(axis=1)
    proposal_log_ratio = 0.5 * (
        ((current @ precision) * current).sum(axis=1) - ((proposed @ precision) * proposed).sum(axis=1)
    )
    return replace(particles, parameter_normals=normals), prior_log_ratio - proposal_log_ratio


def propose_randomness(
    space: ParameterSpace, particles: Particles, step_size: float, proposal: GaussianProposal, rng: Generator
) -> tuple[Particles, np.ndarray]:
    """The random inputs of some orders, days, places or sides are drawn wholly anew; the parameters stay.

    A battle is chaotic: a random input that moves a little changes it nearly as much as one that is drawn anew, and
    leaves the particles alike.
    """
    count = len(particles)
    selected = select_blocks(~space.parameter_block_mask, np.full((count, 1), step_size), rng)
    return refresh_blocks(space, selected, particles, np.ones((count, 1)), rng), np.zeros(count)


def propose_blocks(
    space: ParameterSpace, particles: Particles, step_size: float, proposal: GaussianProposal, rng: Generator
) -> tuple[Particles, np.ndarray]:
    """Some blocks of both kinds move, a little or as far as a fresh draw."""
    count = len(particles)
    all_blocks = np.ones(len(space.block_names), dtype=bool)
    selected = select_blocks(all_blocks, step_size * rng.choice(STEP_SCALES, (count, 1)), rng)
    return refresh_blocks(space, selected, particles, rng.choice(PCN_STEPS, (count, 1)), rng), np.zeros(count)


def select_blocks(eligible: np.ndarray, share: np.ndarray, rng: Generator) -> np.ndarray:
    """A share of the eligible blocks, at least one, chosen for each particle by itself: from the shares, shape
    (particles, 1), to (particles, blocks).
    """
    count, eligible_blocks = len(share), np.flatnonzero(eligible)
    selected = eligible & (rng.random((count, len(eligible))) < share)
    if len(eligible_blocks):
        selected[np.arange(count), eligible_blocks[rng.integers(len(eligible_blocks), size=count)]] = True
    return selected


def refresh_blocks(
    space: ParameterSpace, selected: np.ndarray, particles: Particles, pcn_step: np.ndarray, rng: Generator
) -> Particles:
    """The selected blocks, shape (particles, blocks), get new salts, and their normal numbers move by preconditioned
    Crank-Nicolson with the step of each particle; 1 is a fresh draw.

    Neither the selection nor the step depends on where a particle is, so that the prior stays invariant.
    """
    selected_parameters = np.zeros(particles.parameter_normals.shape, dtype=bool)
    selected_parameters[:, ~space.reporting_mask] = selected[:, space.parameter_block_index]
    salts = rng.integers(1, MAX_SALT, particles.salts.shape, dtype=np.uint64)
    return replace(
        particles,
        parameter_normals=np.where(
            selected_parameters, apply_pcn(particles.parameter_normals, pcn_step, rng), particles.parameter_normals
        ),
        normal_inputs=np.where(
            selected[:, space.input_block_index],
            apply_pcn(particles.normal_inputs, pcn_step, rng),
            particles.normal_inputs,
        ),
        salts=np.where(selected[:, space.stream_block_index], salts, particles.salts),
    )


def propose_reporting(space: ParameterSpace, particles: Particles, step_size: float, rng: Generator) -> Particles:
    """About half of the reporting parameters move; no battle need be simulated again."""
    pcn_step = step_size * rng.choice(STEP_SCALES, (len(particles), 1))
    selected = space.reporting_mask & (rng.random(particles.parameter_normals.shape) < 0.5)
    return replace(
        particles,
        parameter_normals=np.where(
            selected, apply_pcn(particles.parameter_normals, pcn_step, rng), particles.parameter_normals
        ),
    )


def apply_pcn(normals: np.ndarray, pcn_step: np.ndarray, rng: Generator) -> np.ndarray:
    """Preconditioned Crank-Nicolson: sqrt(1 - s^2) x + s xi with xi standard normal, step s. Source: Cotter2013."""
    noise: np.ndarray = rng.standard_normal(normals.shape)
    return np.asarray(np.sqrt(1 - pcn_step * pcn_step) * normals + pcn_step * noise)


PROPOSALS: dict[str, ProposalFunction] = {
    "parameters": propose_parameters,
    "dice": propose_randomness,
    "blocks": propose_blocks,
}
MOVE_KINDS = (*PROPOSALS, "reports")
SWEEP_MOVES = ("parameters", "dice", "parameters", "blocks")  # a sweep: moves that simulate battles


@dataclass(frozen=True)
class MoveResult:
    """Particles after some moves, and how many moves of each kind were accepted."""

    population: EvaluatedParticles
    n_accepted: dict[str, float]


def apply_mcmc_move(
    target: TargetDistribution,
    kind: str,
    current: EvaluatedParticles,
    beta: float,
    step_sizes: StepSizes,
    proposal: GaussianProposal,
    rng: Generator,
) -> MoveResult:
    """One move of each particle that simulates battles, and some of its reporting parameters alone."""
    result = move_with_simulation(target, kind, current, beta, getattr(step_sizes, kind), proposal, rng)
    if not target.space.reporting_mask.any():
        return result
    population, accepted_counts = result.population, []
    for _ in range(N_REPORTING_MOVES):
        population, n_accepted = move_reporting_only(target, population, beta, step_sizes.reports, rng)
        accepted_counts.append(n_accepted)
    return MoveResult(population, result.n_accepted | {"reports": float(np.mean(accepted_counts))})


def move_with_simulation(
    target: TargetDistribution,
    kind: str,
    current: EvaluatedParticles,
    beta: float,
    step_size: float,
    proposal: GaussianProposal,
    rng: Generator,
) -> MoveResult:
    """A move for which battles are simulated, accepted so that the tempered posterior stays invariant."""
    particles, log_proposal_ratio = PROPOSALS[kind](target.space, current.particles, step_size, proposal, rng)
    proposed = simulate_and_evaluate(target, particles)
    is_accepted = accept_moves(proposed, current, beta, log_proposal_ratio, rng)
    return MoveResult(proposed.select(is_accepted, current), {kind: float(is_accepted.sum())})


def move_reporting_only(
    target: TargetDistribution, current: EvaluatedParticles, beta: float, step_size: float, rng: Generator
) -> tuple[EvaluatedParticles, float]:
    """A move of reporting parameters alone: the battles are as they were."""
    proposed = evaluate_outcomes(
        target, propose_reporting(target.space, current.particles, step_size, rng), current.outcomes
    )
    is_accepted = accept_moves(proposed, current, beta, np.zeros(len(current)), rng)
    return proposed.select(is_accepted, current), float(is_accepted.sum())


def accept_moves(
    proposed: EvaluatedParticles,
    current: EvaluatedParticles,
    beta: float,
    log_proposal_ratio: np.ndarray,
    rng: Generator,
) -> np.ndarray:
    """Which moves are accepted, by Metropolis and Hastings at this beta; none to impossible particles.

    `log_proposal_ratio` is the part of the ratio that the prior and the proposal have.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        log_ratio = proposed.log_acceptance_ratio(current, beta) + log_proposal_ratio
        result: np.ndarray = np.isfinite(proposed.log_likelihood_ratio) & (
            np.log(rng.random(len(log_proposal_ratio))) < log_ratio
        )
    return result


def adapt_step_size(step_size: float, acceptance: float) -> float:
    """A larger step if moves were accepted more often than the target rate, a smaller one if less."""
    return float(
        min(max(step_size * np.exp(ADAPTATION_RATE * (acceptance - TARGET_ACCEPTANCE)), MIN_STEP_SIZE), MAX_STEP_SIZE)
    )
