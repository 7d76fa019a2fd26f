"""Tempered sequential Monte Carlo: one chain annealed from the prior (beta 0) to the posterior (beta 1).

The target at beta is the prior times the likelihood to the power of beta. Each step raises beta, weighs the particles
by w = L^(increment of beta), resamples them, and moves them by MCMC; the product of the mean weights estimates the
evidence. Sources: DelMoral2006, Kitagawa1996.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from sim import random_streams
from sim.inference import moves
from sim.inference.ess import (
    compute_kish_ess,
    compute_lineage_sizes,
    estimate_weight_error,
)
from sim.inference.moves import SWEEP_MOVES, StepSizes
from sim.inference.particles import (
    EvaluatedParticles,
    ParameterSpace,
    TargetDistribution,
    concatenate_particles,
    sample_prior,
    simulate_and_evaluate,
)
from sim.inference.sample_size import SampleSize, estimate_sample_size, measure_controls
from sim.inference.workers import Workers

BISECTION_STEPS = 60


def compute_weights(log_likelihood: np.ndarray, increment: float) -> np.ndarray:
    """The weights L^increment that a rise of beta gives, scaled so that the largest is 1."""
    maximum = log_likelihood.max()
    if not np.isfinite(maximum):
        return np.zeros(len(log_likelihood))
    possible = np.isfinite(log_likelihood)
    result: np.ndarray = np.where(
        possible, np.exp(increment * (np.where(possible, log_likelihood, maximum) - maximum)), 0.0
    )
    return result


def find_next_increment(log_likelihood: np.ndarray, remaining: float, ess_fraction: float) -> float:
    """The rise of beta, at most `remaining`, at which the effective sample size falls to a fraction of the particles
    that are possible.
    """
    target_ess = ess_fraction * int(np.isfinite(log_likelihood).sum())
    if compute_kish_ess(compute_weights(log_likelihood, remaining)) >= target_ess:
        return remaining
    low, high = 0.0, remaining
    for _ in range(BISECTION_STEPS):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if compute_kish_ess(compute_weights(log_likelihood, middle)) >= target_ess else (low, middle)
        )
    return low


def compute_log_mean_weight(log_likelihood: np.ndarray, increment: float) -> float:
    """The logarithm of the mean weight: what the rise of beta adds to the log evidence."""
    maximum = float(log_likelihood.max())
    if not np.isfinite(maximum):
        return -np.inf
    return increment * maximum + float(np.log(np.mean(compute_weights(log_likelihood, increment))))


def resample_systematic(weights: np.ndarray, uniform: float) -> np.ndarray:
    """The rows that systematic resampling selects: as many as there are, in their order. Source: Kitagawa1996."""
    count = len(weights)
    cumulative = np.cumsum(weights) / weights.sum()
    result: np.ndarray = np.searchsorted(cumulative, (np.arange(count) + uniform) / count, side="right")
    return np.asarray(np.minimum(result, count - 1))


@dataclass(frozen=True)
class SMCSettings:
    """How a chain is annealed: particles, sweeps of MCMC moves at each beta, the fraction of the effective sample size
    that a rise of beta leaves, and how many simulations may be run in all.

    At the posterior, rounds of `final_sweeps` go on until the effective sample size is `target_ess` by lineages and
    `target_control_ess` by negative controls, as far as `max_simulations` allows. `chunk_size` particles are sent to a
    worker at a time; that decides the bits, since each chunk has random numbers of its own.
    """

    n_particles: int
    sweeps: int
    final_sweeps: int
    ess_fraction: float
    max_simulations: int
    target_ess: float = 0.0
    target_control_ess: float = 0.0
    chunk_size: int = 100


@dataclass(frozen=True)
class TemperingStep:
    """One beta: the effective sample size before resampling, the simulations so far, and the acceptance rates.

    In another round at the posterior `ess` is that by lineages after its moves. `control_ess`, that by negative
    controls, is always that after the moves, and infinite where there are no controls.
    """

    beta: float
    log_evidence: float  # so far
    error: float  # standard error of what this step added to it
    ess: float
    control_ess: float
    n_simulations: int
    acceptance: dict[str, float]


@dataclass(frozen=True)
class SMCState:
    """A population of particles at some beta, and the ancestors of each: see `ess.LineageSample`.

    A chain that starts from the posterior of another target has `n_earlier_steps` behind it; its log evidence is then
    the logarithm of the ratio of the two.
    """

    chain_id: int
    population: EvaluatedParticles
    ancestors: np.ndarray  # (particles, resamplings)
    beta: float = 0.0
    log_evidence: float = 0.0
    n_simulations: int = 0
    step_sizes: StepSizes = field(default_factory=StepSizes)
    tempering_steps: tuple[TemperingStep, ...] = ()
    is_finished: bool = False
    n_earlier_steps: int = 0

    @property
    def is_degenerate(self) -> bool:
        """Whether no particle is possible: the evidence is 0."""
        return not np.isfinite(self.population.log_likelihood_ratio).any()

    @property
    def n_lineages(self) -> float:
        """How many lineages of equal size would be as spread out as its own, by their first ancestors."""
        return (
            compute_kish_ess(compute_lineage_sizes(self.ancestors[:, 0]))
            if self.ancestors.shape[1]
            else float(len(self.ancestors))
        )

    @property
    def is_at_posterior(self) -> bool:
        """Whether it is at the posterior."""
        return self.beta >= 1.0

    @property
    def n_steps(self) -> int:
        """How many steps it has taken in all."""
        return self.n_earlier_steps + len(self.tempering_steps)

    @property
    def ancestors_since_start(self) -> np.ndarray:
        """The columns of `ancestors` of resamplings on the way to this target."""
        n_resamplings = len({step.beta for step in self.tempering_steps})
        return self.ancestors[:, self.ancestors.shape[1] - n_resamplings :]


def initialize_chain(
    target: TargetDistribution, settings: SMCSettings, chain_id: int, seed: int, workers: Workers
) -> SMCState:
    """A chain at the prior; chains of other numbers are independent of it."""
    chain_seed = derive_chain_seed(seed, chain_id)
    chunks = [
        np.arange(rows.start, rows.stop, dtype=np.uint64)
        for rows in split_into_chunks(settings.n_particles, settings.chunk_size)
    ]

    def evaluate_chunk(replication_numbers: np.ndarray) -> EvaluatedParticles:
        return simulate_and_evaluate(target, sample_prior(target.space, chain_seed, replication_numbers))

    return SMCState(
        chain_id,
        concatenate_evaluated(workers.map_chunks(evaluate_chunk, chunks, "prior")),
        np.zeros((settings.n_particles, 0), dtype=np.int64),
        n_simulations=target.simulations_per_particle * settings.n_particles,
    )


def derive_chain_seed(seed: int, chain_id: int) -> int:
    """The seed of a chain."""
    return int(
        random_streams.random_bits(
            random_streams.stream_keys([f"island:{chain_id}"]), seed, 0, np.zeros(1, dtype=np.uint64), 1
        )[0, 0]
        >> np.uint64(1)
    )


def split_into_chunks(count: int, max_size: int) -> list[slice]:
    """Rows in chunks of at most `max_size`; two chunks at least."""
    size = min(max_size, -(-count // 2))
    return [slice(first, min(first + size, count)) for first in range(0, count, size)]


def concatenate_evaluated(chunks: list[EvaluatedParticles]) -> EvaluatedParticles:
    """Chunks of a population in one."""
    return EvaluatedParticles(
        concatenate_particles([chunk.particles for chunk in chunks]),
        np.concatenate([chunk.outcomes for chunk in chunks]),
        np.concatenate([chunk.initial_log_likelihood for chunk in chunks]),
        np.concatenate([chunk.log_likelihood_ratio for chunk in chunks]),
    )


def is_affordable(target: TargetDistribution, state: SMCState, settings: SMCSettings, sweeps: int) -> bool:
    """Whether some sweeps would stay within the allowed number of simulations."""
    n_more = sweeps * len(SWEEP_MOVES) * target.simulations_per_particle * len(state.population)
    return state.n_simulations + n_more <= settings.max_simulations


def anneal_step(target: TargetDistribution, state: SMCState, settings: SMCSettings, workers: Workers) -> SMCState:
    """The chain one step further, or finished: at the posterior, out of simulations, or degenerate."""
    if state.is_degenerate:
        return replace(state, is_finished=True)
    if state.is_at_posterior:
        return rejuvenate(target, state, settings, workers)
    if not is_affordable(target, state, settings, settings.sweeps):
        return replace(state, is_finished=True)
    log_ratios = state.population.log_likelihood_ratio
    increment = find_next_increment(log_ratios, 1.0 - state.beta, settings.ess_fraction)
    rng = random_streams.make_generator(f"resampling:{state.n_steps}", state.population.particles.seed)
    # A sum of increments can miss 1 by a rounding.
    beta = 1.0 if increment >= 1.0 - state.beta else state.beta + increment
    resampled_state, step_before_moves = reweight_and_resample(
        target.space, state, log_ratios, increment, beta, float(rng.random())
    )
    moved_state, acceptance = run_sweeps(target, resampled_state, settings.sweeps, settings.chunk_size, workers)
    step = replace(
        step_before_moves,
        control_ess=measure_controls(target.space, moved_state.population),
        n_simulations=moved_state.n_simulations,
        acceptance=acceptance,
    )
    return replace(moved_state, tempering_steps=(*state.tempering_steps, step))


def reweight_and_resample(
    space: ParameterSpace, state: SMCState, log_ratios: np.ndarray, increment: float, beta: float, uniform: float
) -> tuple[SMCState, TemperingStep]:
    """The chain at another beta, resampled by the weights exp(increment * log ratio), and the step that this was."""
    weights = compute_weights(log_ratios, increment)
    parents = resample_systematic(weights, uniform)
    log_evidence = state.log_evidence + compute_log_mean_weight(log_ratios, increment)
    error = estimate_weight_error(weights, state.ancestors)
    new_state = replace(
        state,
        population=state.population.take(parents),
        ancestors=np.concatenate([state.ancestors[parents], parents[:, None]], axis=1),
        beta=beta,
        log_evidence=log_evidence,
    )
    control_ess = measure_controls(space, new_state.population)
    return new_state, TemperingStep(
        beta, log_evidence, error, compute_kish_ess(weights), control_ess, state.n_simulations, {}
    )


def rejuvenate(target: TargetDistribution, state: SMCState, settings: SMCSettings, workers: Workers) -> SMCState:
    """The chain after another round of sweeps at the posterior; finished if its effective sample sizes are large
    enough, or if the simulations would be too many.

    A chain from the prior has a round in any case; one that starts from another posterior had its rounds there.
    """
    had_rounds = state.n_earlier_steps > 0 or sum(step.beta >= 1.0 for step in state.tempering_steps) > 1
    if not is_affordable(target, state, settings, settings.final_sweeps) or (
        had_rounds
        and measure_sample(target.space, state).is_sufficient(settings.target_ess, settings.target_control_ess)
    ):
        return replace(state, is_finished=True)
    moved_state, acceptance = run_sweeps(target, state, settings.final_sweeps, settings.chunk_size, workers)
    size = measure_sample(target.space, moved_state)
    step = TemperingStep(
        1.0,
        state.log_evidence,
        0.0,
        size.lineage_ess,
        size.control_ess,
        moved_state.n_simulations,
        acceptance,
    )
    return replace(moved_state, tempering_steps=(*state.tempering_steps, step))


def measure_sample(space: ParameterSpace, state: SMCState) -> SampleSize:
    """How large a sample the population of a chain is."""
    return estimate_sample_size(space, state.population, state.ancestors)


def run_sweeps(
    target: TargetDistribution, state: SMCState, sweeps: int, chunk_size: int, workers: Workers
) -> tuple[SMCState, dict[str, float]]:
    """The chain after some sweeps, its step sizes adapted to the acceptance, and the mean acceptance rate by kind."""
    acceptance_by_kind: dict[str, list[float]] = {}
    for move_number in range(sweeps * len(SWEEP_MOVES)):
        state, acceptance = move_all(
            target, state, SWEEP_MOVES[move_number % len(SWEEP_MOVES)], move_number, chunk_size, workers
        )
        for kind, share in acceptance.items():
            acceptance_by_kind.setdefault(kind, []).append(share)
    return state, {kind: float(np.mean(shares)) for kind, shares in acceptance_by_kind.items()}


def move_all(
    target: TargetDistribution, state: SMCState, kind: str, move_number: int, chunk_size: int, workers: Workers
) -> tuple[SMCState, dict[str, float]]:
    """Every particle moved once by a kind of move that simulates battles, and by some that don't.

    One half moves by the proposal that is fitted to the other half, and then the other way round: a proposal that was
    fitted to the very particles that it moves would draw them together.
    """
    chunks = split_into_chunks(len(state.population), chunk_size)
    halves = [range(len(chunks) // 2), range(len(chunks) // 2, len(chunks))]
    current = [state.population.take(rows) for rows in chunks]
    accepted_counts: list[dict[str, float]] = []
    for half, other in (halves, halves[::-1]):
        proposal = moves.fit_proposal(np.concatenate([current[n].particles.parameter_normals for n in other]))
        stream_name = f"turn:{state.n_steps}:{move_number}:{kind}"
        work = partial(move_chunk, target, kind, state.beta, state.step_sizes, proposal, stream_name)
        for n, moved in zip(half, workers.map_chunks(work, [(n, current[n]) for n in half], kind), strict=True):
            current[n] = moved.population
            accepted_counts.append(moved.n_accepted)
    count = len(state.population)
    acceptance = {each: sum(counts[each] for counts in accepted_counts) / count for each in accepted_counts[0]}
    new_state = replace(
        state,
        population=concatenate_evaluated(current),
        step_sizes=state.step_sizes.adapt(acceptance),
        n_simulations=state.n_simulations + target.simulations_per_particle * count,
    )
    return new_state, acceptance


def move_chunk(
    target: TargetDistribution,
    kind: str,
    beta: float,
    step_sizes: StepSizes,
    proposal: moves.GaussianProposal,
    stream_name: str,
    chunk: tuple[int, EvaluatedParticles],
) -> moves.MoveResult:
    """One chunk moved once, with random numbers of its own."""
    rng = random_streams.make_generator(stream_name, chunk[1].particles.seed, chunk[0])
    return moves.apply_mcmc_move(target, kind, chunk[1], beta, step_sizes, proposal, rng)


StateCallback = Callable[[SMCState], None]


def run_chain(
    target: TargetDistribution, state: SMCState, settings: SMCSettings, workers: Workers, callback: StateCallback
) -> SMCState:
    """Anneal a chain until it is finished; `callback` gets the state after each step, and may save it."""
    while not state.is_finished:
        state = anneal_step(target, state, settings, workers)
        callback(state)
    return state
