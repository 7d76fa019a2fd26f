"""Two independent SMC chains, run to the posterior from the prior or across a bridge, and their joint results."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from sim.inference.bridge import TargetBridge, finish_bridge, start_bridge
from sim.inference.checkpoint import (
    Checkpoint,
    load_state,
    make_saving_callback,
    make_subfolder_checkpoint,
)
from sim.inference.ess import (
    LineageSample,
    LogEvidence,
    compute_ess,
    compute_typical_ess,
    estimate_log_evidence,
    pool_log_evidences,
)
from sim.inference.particles import TargetDistribution
from sim.inference.smc import SMCSettings, SMCState, StateCallback, anneal_step, initialize_chain, run_chain
from sim.inference.workers import Workers

CHAIN_IDS = (1, 2)  # always two, so that one can be compared with the other

QuantityFunction = Callable[[SMCState], np.ndarray]
ChainStart = TypeVar("ChainStart")


@dataclass(frozen=True)
class SMCResult:
    """Finished chains, whether they are at the posterior or not."""

    chains: tuple[SMCState, ...]

    @property
    def is_at_posterior(self) -> bool:
        """Whether all chains are at the posterior."""
        return all(chain.is_at_posterior and not chain.is_degenerate for chain in self.chains)

    @property
    def n_simulations(self) -> int:
        """How many battles were simulated."""
        return sum(chain.n_simulations for chain in self.chains)

    @cached_property
    def log_evidences(self) -> tuple[LogEvidence, ...]:
        """The log evidence by each chain."""
        return tuple(
            estimate_log_evidence(
                chain.log_evidence, chain.ancestors_since_start, [step.error for step in chain.tempering_steps]
            )
            for chain in self.chains
        )

    @property
    def log_evidence(self) -> LogEvidence:
        """The log evidence by all chains together."""
        return pool_log_evidences(list(self.log_evidences))

    def make_samples(self, quantities: QuantityFunction) -> list[LineageSample]:
        """Quantities of the particles of each chain, shape (particles, quantities) each, with their ancestors."""
        return [LineageSample(quantities(chain), chain.ancestors) for chain in self.chains]

    @cached_property
    def parameter_ess(self) -> np.ndarray:
        """The effective sample size of each parameter."""
        return compute_ess(self.make_samples(lambda chain: chain.population.particles.parameter_normals))

    @cached_property
    def outcome_ess(self) -> np.ndarray:
        """The effective sample size of each outcome; NaN for one that is the same in every particle."""
        return compute_ess(self.make_samples(lambda chain: chain.population.outcomes))

    @property
    def ess(self) -> float:
        """The effective sample size that half of the parameters, and half of the outcomes, have at least."""
        return compute_typical_ess(self.parameter_ess, self.outcome_ess)


def run_smc(
    target: TargetDistribution,
    settings: SMCSettings,
    seed: int,
    workers: Workers,
    callback: StateCallback = lambda state: None,
    checkpoint: Checkpoint | None = None,
) -> SMCResult:
    """Anneal all chains, resumed from the checkpoint if there is one; `settings.max_simulations` is that of each.

    Parameters
    ----------
    target
        The distribution to draw from: prior, simulations and likelihood.
    settings
        Particles, sweeps and the number of simulations allowed.
    seed
        With the number of a chain it determines all its random inputs.
    workers
        What runs the chains and their simulations; the results are the same bits for any number.
    callback
        Called with the state of a chain after each step.
    checkpoint
        Where states are saved; None saves nothing.

    Returns
    -------
    SMCResult
        The finished chains, in the order of their numbers.
    """

    def run_one(chain_id: int, workers: Workers) -> SMCState:
        state = load_state(checkpoint, chain_id) or initialize_chain(target, settings, chain_id, seed, workers)
        return run_chain(target, state, settings, workers, make_saving_callback(checkpoint, callback))

    return run_chains(run_one, CHAIN_IDS, workers)


def run_bridged_smc(
    bridge: TargetBridge,
    chains: Sequence[SMCState],
    settings: SMCSettings,
    workers: Workers,
    callback: StateCallback = lambda state: None,
    checkpoint: Checkpoint | None = None,
) -> SMCResult:
    """Bring chains from the posterior at the start of a bridge to that at its end, resumed from the checkpoint if there
    is one; `settings.max_simulations` is that of each, for this bridge alone.
    """

    def run_one(start: SMCState, workers: Workers) -> SMCState:
        state = load_state(checkpoint, start.chain_id)
        if state is None:
            active_bridge, state = resume_or_start_bridge(bridge, start, settings, workers, checkpoint)
            bridge_checkpoint = make_subfolder_checkpoint(checkpoint, "bridge" if active_bridge is bridge else "detour")
            saving_callback = make_saving_callback(bridge_checkpoint, callback)
            state = run_bridge(active_bridge, state, settings, workers, saving_callback)
        return run_chain(bridge.end_target, state, settings, workers, make_saving_callback(checkpoint, callback))

    return run_chains(run_one, chains, workers)


def run_chains(
    run_one: Callable[[ChainStart, Workers], SMCState], starts: Sequence[ChainStart], workers: Workers
) -> SMCResult:
    """The finished chains, run all at once where there are enough workers.

    Linear algebra keeps to one thread: more of them take processors from the battles, and might change the last bits.

    Parameters
    ----------
    run_one
        From a start and workers to a finished chain.
    starts
        What each chain begins with: its number or an earlier state.
    workers
        They are shared out among the chains.

    Returns
    -------
    SMCResult
        The finished chains, in the order of the starts.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        return SMCResult(tuple(workers.map_parallel(run_one, starts)))


def resume_or_start_bridge(
    bridge: TargetBridge, start: SMCState, settings: SMCSettings, workers: Workers, checkpoint: Checkpoint | None
) -> tuple[TargetBridge, SMCState]:
    """A chain on a bridge or on its two-stage form: where it was saved, or at the beginning."""
    if (state := load_state(make_subfolder_checkpoint(checkpoint, "bridge"), start.chain_id)) is not None:
        return bridge, state
    if (
        bridge.two_stage is not None
        and (state := load_state(make_subfolder_checkpoint(checkpoint, "detour"), start.chain_id)) is not None
    ):
        return bridge.two_stage, state
    return start_bridge(bridge, start, settings, workers)


def run_bridge(
    bridge: TargetBridge, state: SMCState, settings: SMCSettings, workers: Workers, callback: StateCallback
) -> SMCState:
    """A chain at the end of the bridge; on it still, if it ran out of simulations or is degenerate."""
    while not (state.is_finished or state.is_at_posterior):
        state = anneal_step(bridge, state, settings, workers)
        callback(state)
    return finish_bridge(bridge, state) if state.is_at_posterior else state
