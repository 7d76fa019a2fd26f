"""One call that fits a simulation to some claims, from the prior or warm-started from another posterior."""

from collections.abc import Collection
from dataclasses import dataclass

from sim.battle.simulation import Simulation
from sim.inference.battle_target import BattleTarget, make_battle_target
from sim.inference.bridge import build_bridge
from sim.inference.chains import SMCResult, run_bridged_smc, run_smc
from sim.inference.checkpoint import Checkpoint
from sim.inference.diagnostics import CalibrationDiagnostics, diagnose_calibration, predict_claims
from sim.inference.posterior import Posterior, build_posterior, restore_chains
from sim.inference.posterior_metadata import PosteriorMetadata
from sim.inference.smc import SMCSettings, SMCState, StateCallback
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model


@dataclass(frozen=True)
class WarmStart:
    """A target, and chains at its posterior, from which another fit can start."""

    target: BattleTarget
    chains: tuple[SMCState, ...]


@dataclass(frozen=True)
class Fit:
    """A simulation fitted to some claims; `posterior` is None unless the diagnostics accept it."""

    target: BattleTarget
    smc: SMCResult
    posterior: Posterior | None
    diagnostics: CalibrationDiagnostics

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that it is fitted to."""
        return self.target.observation_model.claims

    @property
    def warm_start(self) -> WarmStart | None:
        """A start for another fit; None if the chains did not reach the posterior."""
        return WarmStart(self.target, self.smc.chains) if self.smc.is_at_posterior else None


def fit_claims(
    simulation: Simulation,
    claims: Collection[str],
    settings: SMCSettings,
    seed: int,
    workers: Workers,
    callback: StateCallback,
    checkpoint: Checkpoint | None,
    warm_start: WarmStart | None = None,
) -> Fit:
    """Fit a simulation to some claims, from the prior, or from another posterior: then the evidence is their ratio."""
    target = make_battle_target(simulation, build_observation_model(simulation.scenario, simulation.end_hours, claims))
    if warm_start is None:
        smc = run_smc(target, settings, seed, workers, callback, checkpoint)
    else:
        smc = run_bridged_smc(
            build_bridge(warm_start.target, target), warm_start.chains, settings, workers, callback, checkpoint
        )
    posterior = build_posterior(target, smc, describe_fit(target, seed), seed) if smc.is_at_posterior else None
    predictions = [] if posterior is None else predict_claims(posterior)
    diagnostics = diagnose_calibration(smc, settings, predictions, target.space)
    return Fit(target, smc, posterior if diagnostics.is_accepted else None, diagnostics)


def make_warm_start(simulation: Simulation, posterior: Posterior) -> WarmStart:
    """A stored posterior of a simulation as a start for another fit."""
    target = make_battle_target(
        simulation, build_observation_model(simulation.scenario, simulation.end_hours, posterior.claims)
    )
    return WarmStart(target, restore_chains(posterior))


def describe_fit(target: BattleTarget, seed: int) -> PosteriorMetadata:
    """The metadata of the posterior of a fit."""
    return PosteriorMetadata(
        scenario=target.simulation.scenario.name,
        scenario_digest=target.simulation.digest,
        law=target.simulation.law,
        claims=target.observation_model.claims,
        seed=seed,
    )
