"""A posterior: draws of parameters and random inputs, their simulated outcomes and their predicted reports."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.battle.supplied_draws import SuppliedDraws, SuppliedRandomness
from sim.inference.battle_target import BattleTarget
from sim.inference.chains import SMCResult
from sim.inference.ess import LineageSample, compute_ess
from sim.inference.particles import EvaluatedParticles, Particles, concatenate_particles, sample_prior
from sim.inference.posterior_metadata import PosteriorMetadata
from sim.inference.smc import SMCState, TemperingStep
from sim.likelihood.observation_model import ObservationModel, complete_with_priors
from sim.likelihood.simulated_reports import simulate_reports
from sim.scenario.model import Scenario
from sim.scenario.priors import PriorDistribution


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of several chains, one after the other; `metadata` says of what: scenario, law, claims and so on.

    `lineages` number the draws of one ancestor within a chain; `predicted_reports` and `observed_intervals` are in the
    order of `claims`.

    Parameters
    ----------
    metadata, priors
        What was calibrated, and the prior of each parameter.
    chains, lineages
        Shape (draws,).
    parameter_normals, parameter_values, prior_values
        Shape (draws, parameters); the last two in the units of the priors.
    randomness
        The other random inputs of each draw.
    outcomes, log_likelihood
        Shapes (draws, observables), in their units, and (draws, terms), natural logarithms.
    predicted_reports, observed_intervals
        Shapes (draws, claims) and (claims, 2), in the units of the claims.
    term_names, claims, tempering_steps
        Names of the columns, and the steps of each chain.
    """

    metadata: PosteriorMetadata
    priors: Mapping[str, PriorDistribution]  # by parameter
    chains: np.ndarray  # (draws,): number of the chain
    lineages: np.ndarray  # (draws,)
    parameter_normals: np.ndarray  # (draws, parameters): standard normal under the prior
    parameter_values: np.ndarray  # (draws, parameters)
    prior_values: np.ndarray  # (draws, parameters): as many draws from the prior
    randomness: SuppliedRandomness
    outcomes: np.ndarray  # (draws, observables)
    term_names: tuple[str, ...]
    log_likelihood: np.ndarray  # (draws, terms)
    claims: tuple[str, ...]
    predicted_reports: np.ndarray  # (draws, claims)
    observed_intervals: np.ndarray  # (claims, 2)
    tempering_steps: dict[int, np.ndarray] = field(default_factory=dict)  # by chain, with columns STEP_COLUMNS

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(self.priors)

    def __len__(self) -> int:
        return len(self.chains)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it, names, priors and numbers: equal digests mean equal posteriors, to the bit."""
        priors = {name: prior.model_dump(mode="json") for name, prior in self.priors.items()}
        names = [self.term_names, self.claims, self.randomness.input_names, self.randomness.stream_names]
        identity = [self.metadata.model_dump(mode="json"), list(priors.items()), names, list(self.tempering_steps)]
        hasher = hashlib.sha256(json.dumps(identity).encode())
        for array in self.list_arrays():
            hasher.update(f"{array.dtype.str} {array.shape}".encode())
            hasher.update(np.ascontiguousarray(array).tobytes())
        return hasher.hexdigest()

    def list_arrays(self) -> list[np.ndarray]:
        """All of its numbers."""
        randomness = self.randomness
        draw_arrays = [
            self.chains,
            self.lineages,
            self.parameter_normals,
            self.parameter_values,
            self.prior_values,
            self.outcomes,
            self.log_likelihood,
        ]
        return [
            *draw_arrays,
            self.predicted_reports,
            self.observed_intervals,
            randomness.normal_inputs,
            randomness.salts,
            randomness.seeds,
            randomness.replication_numbers,
            *self.tempering_steps.values(),
        ]

    @cached_property
    def matched_draws(self) -> SuppliedDraws:
        """The draws with their random inputs: a simulation repeats each battle to the bit."""
        return SuppliedDraws(
            self.priors,
            self.parameter_values,
            self.parameter_normals,
            self.randomness,
            self.digest,
            self.description,
            self.ess,
        )

    @cached_property
    def independent_draws(self) -> SuppliedDraws:
        """The parameters of the draws alone, for battles with new random inputs."""
        return SuppliedDraws(
            self.priors, self.parameter_values, self.parameter_normals, None, self.digest, self.description, self.ess
        )

    @property
    def ess(self) -> float:
        """The effective sample size that half of the parameters and outcomes have; 0 where it is not known."""
        return self.metadata.ess

    @property
    def description(self) -> str:
        """What it was calibrated on, in a few words."""
        cutoff = self.metadata.cutoff
        cutoff_text = "" if cutoff is None else f" known by {cutoff:%Y-%m-%d}"
        return f"calibrated on {len(self.claims)} claims{cutoff_text}"

    def make_samples(self, values: np.ndarray) -> list[LineageSample]:
        """A number for each draw and quantity, by chain."""
        return [
            LineageSample(values[self.chains == chain_id], self.lineages[self.chains == chain_id, None])
            for chain_id in np.unique(self.chains)
        ]

    def compute_ess(self, values: np.ndarray) -> np.ndarray:
        """The effective sample size of each quantity, (draws, quantities) to (quantities,)."""
        return compute_ess(self.make_samples(values))


STEP_COLUMNS = ("beta", "log_evidence", "log_evidence_error", "ess", "control_ess", "n_simulations")


def build_posterior(target: BattleTarget, smc: SMCResult, metadata: PosteriorMetadata, seed: int) -> Posterior:
    """The particles of chains at the posterior, with reports predicted for each."""
    chains = smc.chains
    particle_sets = [chain.population.particles for chain in chains]
    outcomes = np.concatenate([chain.population.outcomes for chain in chains])
    values = np.concatenate([target.compute_parameter_values(particles) for particles in particle_sets])
    log_likelihood = [
        target.compute_log_likelihood(chain.population.particles, chain.population.outcomes) for chain in chains
    ]
    reporting = np.concatenate([target.compute_reporting_parameters(particles) for particles in particle_sets])
    draws = np.arange(len(values), dtype=np.uint64)
    prior_particles = sample_prior(target.space, seed, draws)
    return Posterior(
        metadata=metadata,
        priors=target.priors,
        chains=np.repeat([chain.chain_id for chain in chains], [len(particles) for particles in particle_sets]),
        lineages=np.concatenate(
            [sample.lineages for sample in smc.make_samples(lambda chain: chain.population.outcomes)]
        ),
        parameter_normals=np.concatenate([target.correlate_normals(particles) for particles in particle_sets]),
        parameter_values=values,
        prior_values=target.compute_parameter_values(prior_particles),
        randomness=concatenate_randomness(target, particle_sets),
        outcomes=outcomes,
        term_names=target.term_names,
        log_likelihood=np.concatenate(log_likelihood),
        claims=target.observation_model.claims,
        predicted_reports=simulate_reports(target.observation_model, outcomes, reporting, seed, draws).values,
        observed_intervals=target.observation_model.observed_bins,
        tempering_steps={chain.chain_id: tabulate_steps(chain.tempering_steps) for chain in chains},
    )


def tabulate_steps(tempering_steps: Sequence[TemperingStep]) -> np.ndarray:
    """The steps of a chain as rows with the columns STEP_COLUMNS."""
    rows = [
        [step.beta, step.log_evidence, step.error, step.ess, step.control_ess, step.n_simulations]
        for step in tempering_steps
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, len(STEP_COLUMNS))


def restore_chains(posterior: Posterior) -> tuple[SMCState, ...]:
    """The chains that a posterior was made of, as starts of others; their evidence is not part of it."""
    return tuple(restore_chain(posterior, int(chain_id)) for chain_id in np.unique(posterior.chains))


def restore_chain(posterior: Posterior, chain_id: int) -> SMCState:
    """One chain of a posterior."""
    rows, randomness = posterior.chains == chain_id, posterior.randomness
    particles = Particles(
        int(randomness.seeds[rows][0]),
        randomness.replication_numbers[rows],
        posterior.parameter_normals[rows],
        randomness.normal_inputs[rows],
        randomness.salts[rows],
    )
    log_likelihood = posterior.log_likelihood[rows].sum(axis=1)
    return SMCState(
        chain_id=chain_id,
        population=EvaluatedParticles(particles, posterior.outcomes[rows], np.zeros(len(particles)), log_likelihood),
        ancestors=posterior.lineages[rows, None],
        beta=1.0,
        is_finished=True,
        n_earlier_steps=len(posterior.tempering_steps[chain_id]),
    )


def concatenate_randomness(target: BattleTarget, particle_sets: list[Particles]) -> SuppliedRandomness:
    """The random inputs of the particles of several chains."""
    seeds = np.concatenate([np.full(len(particles), particles.seed, dtype=np.uint64) for particles in particle_sets])
    concatenated = concatenate_particles(particle_sets)
    return SuppliedRandomness(
        target.space.input_names,
        concatenated.normal_inputs,
        target.space.stream_names,
        concatenated.salts,
        seeds,
        concatenated.replication_numbers,
    )


def draw_reporting_parameters(
    truth: Scenario, observation_model: ObservationModel, posterior: Posterior, seed: int
) -> np.ndarray:
    """How sources report in each draw, shape (draws, parameters of the observation model): as calibrated, else by the
    prior.
    """
    calibrated = dict(zip(posterior.parameter_names, posterior.parameter_values.T, strict=True))
    draws = np.arange(len(posterior), dtype=np.uint64)
    return complete_with_priors(truth, observation_model.parameter_names, seed, draws, calibrated)
