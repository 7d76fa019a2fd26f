"""Bridges from one posterior to another: against models whose posteriors and evidence are known, and damaged copies."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from support.claims import ConjugateNormal, ControlledNormal, ThreeDice

from sim.battle.simulation import Simulation
from sim.inference.battle_target import make_battle_target
from sim.inference.bridge import TargetBridge, build_bridge, start_bridge
from sim.inference.chains import SMCResult, run_bridged_smc, run_smc
from sim.inference.checkpoint import Checkpoint
from sim.inference.ess import compute_ess
from sim.inference.particles import ParameterSpace
from sim.inference.sample_size import measure_controls
from sim.inference.smc import SMCSettings, SMCState
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model
from sim.runs.replicate import choose_engine
from sim.scenario import load

SETTINGS = SMCSettings(n_particles=2_000, sweeps=4, final_sweeps=6, ess_fraction=0.6, max_simulations=10**9)
SMALL = replace(SETTINGS, n_particles=300, sweeps=2, final_sweeps=2)
SIGMAS = 4.0  # one correct program in 16,000 is further off

# The second parameter of the one is the first of the other; each has a parameter and an input that the other lacks, and
# a reporting parameter of the one is a parameter of the simulation in the other.
OTHER_MODEL = ConjugateNormal(
    observed=(-0.3, 0.9, 1.4, 0.2),
    noise=0.7,
    space=ParameterSpace(("b", "c", "d"), (False, False, True), ("order:y:two", "order:z:one"), ("order:z:dice",)),
)


@pytest.fixture(scope="module")
def at_start():
    return run_smc(ConjugateNormal(), SETTINGS, 1, Workers())


@pytest.fixture(scope="module")
def at_end(at_start):
    return run_bridged_smc(TargetBridge(ConjugateNormal(), OTHER_MODEL), at_start.chains, SETTINGS, Workers())


def coordinates(chain):
    return np.concatenate(
        [chain.population.particles.parameter_normals, chain.population.particles.normal_inputs], axis=1
    )


def standardized_errors(result: SMCResult, target: ConjugateNormal, start: ConjugateNormal):
    """How far the ratio of evidences and the means are from the truth, in standard errors."""
    means, variance = target.posterior
    samples = result.make_samples(coordinates)
    values = np.concatenate([each.values for each in samples])
    spread = np.array([variance] * 4 + [1.0])
    distance = np.abs(values.mean(axis=0) - means) / np.sqrt(spread / compute_ess(samples))
    log_ratio = target.log_evidence - start.log_evidence
    return abs(result.log_evidence.value - log_ratio) / result.log_evidence.error, float(distance.max())


@pytest.mark.slow
def test_the_other_posterior_is_reached_with_the_ratio_of_evidences(at_end):
    assert at_end.is_at_posterior
    assert at_end.log_evidence.error < 0.15
    evidence_error, means_error = standardized_errors(at_end, OTHER_MODEL, ConjugateNormal())
    assert evidence_error < SIGMAS
    assert means_error < SIGMAS
    assert (compute_ess(at_end.make_samples(coordinates)) > 400).all()
    assert at_end.chains[0].population.particles.parameter_normals.shape[1] == 3  # what only the first has is dropped


def test_a_bridge_to_the_same_target_takes_one_step_and_has_ratio_one(at_start):
    result = run_bridged_smc(TargetBridge(ConjugateNormal(), ConjugateNormal()), at_start.chains, SMALL, Workers())
    assert result.log_evidence.value == 0.0
    assert [len({step.beta for step in chain.tempering_steps}) for chain in result.chains] == [1, 1]


@pytest.mark.slow
def test_the_way_back_has_the_inverse_ratio(at_start, at_end):
    back = run_bridged_smc(TargetBridge(OTHER_MODEL, ConjugateNormal()), at_end.chains, SETTINGS, Workers())
    evidence_error, means_error = standardized_errors(back, ConjugateNormal(), OTHER_MODEL)
    assert evidence_error < SIGMAS
    assert means_error < SIGMAS
    assert abs(back.log_evidence.value + at_end.log_evidence.value) < SIGMAS * np.hypot(
        back.log_evidence.error, at_end.log_evidence.error
    )


@pytest.mark.slow
def test_random_streams_are_carried_over():
    chains = run_smc(ThreeDice(16), SETTINGS, 1, Workers()).chains
    result = run_bridged_smc(TargetBridge(ThreeDice(16), ThreeDice(7)), chains, SETTINGS, Workers())
    log_ratio = ThreeDice(7).enumerate_states()[0] - ThreeDice(16).enumerate_states()[0]
    assert abs(result.log_evidence.value - log_ratio) < SIGMAS * result.log_evidence.error


@pytest.mark.slow
def test_a_bridge_that_drops_the_likelihood_of_its_start_is_detected(at_start, monkeypatch):
    # The weights of the first step would undo it, with a variance that no sample shows.
    monkeypatch.setattr("sim.inference.bridge.reweight", lambda space, state, log_weights, uniform: state)

    @dataclass(frozen=True)
    class WithoutStart(TargetBridge):
        def compute_initial_log_likelihood(self, particles, outcomes):
            return np.zeros(len(particles))

    result = run_bridged_smc(WithoutStart(ConjugateNormal(), OTHER_MODEL), at_start.chains, SETTINGS, Workers())
    assert standardized_errors(result, OTHER_MODEL, ConjugateNormal())[0] > 2 * SIGMAS


def test_copies_of_a_particle_get_different_new_coordinates(at_start):
    # Twice as many as there are: each is there twice, and what only the other target has must be drawn for each.
    _, state = start_bridge(
        TargetBridge(ConjugateNormal(), OTHER_MODEL),
        at_start.chains[0],
        replace(SETTINGS, n_particles=4_000),
        Workers(),
    )
    first, second = (
        state.population.particles.take(slice(0, None, 2)),
        state.population.particles.take(slice(1, None, 2)),
    )
    bridge = TargetBridge(ConjugateNormal(), OTHER_MODEL)
    new = [bridge.space.parameter_names.index("d")]
    old = [bridge.space.parameter_names.index(name) for name in ("a", "b", "c")]
    np.testing.assert_array_equal(first.parameter_normals[:, old], second.parameter_normals[:, old])
    assert (first.parameter_normals[:, new] != second.parameter_normals[:, new]).all()
    assert (first.salts[:, bridge.space.stream_names.index("order:z:dice")] > 0).all()


def test_the_budget_may_be_spent_on_the_bridge(at_start):
    settings = replace(SMALL, max_simulations=1_300)
    result = run_bridged_smc(TargetBridge(ConjugateNormal(), OTHER_MODEL), at_start.chains, settings, Workers())
    assert not result.is_at_posterior
    assert all(chain.is_finished and chain.n_simulations <= 1_300 for chain in result.chains)


@pytest.mark.slow
def test_rounds_at_the_end_of_a_bridge_wait_for_the_controls():
    hurried = replace(SETTINGS, n_particles=400, sweeps=1, final_sweeps=1, ess_fraction=0.5, target_ess=100.0)
    start, end = ControlledNormal(), ControlledNormal((0.5, -0.2, 0.3, 1.0))
    chains = run_smc(start, hurried, 1, Workers()).chains
    bridge = TargetBridge(start, end)
    early = run_bridged_smc(bridge, chains, hurried, Workers())
    late = run_bridged_smc(bridge, chains, replace(hurried, target_control_ess=200.0), Workers())
    for one, other in zip(early.chains, late.chains, strict=True):
        assert one.tempering_steps[-1].ess >= 100  # by families there was enough before
        assert measure_controls(end.space, one.population) < 200
        assert measure_controls(end.space, other.population) >= 200
        assert other.n_simulations > one.n_simulations
    assert abs(late.log_evidence.value - end.log_evidence + start.log_evidence) < SIGMAS * late.log_evidence.error
    samples = late.make_samples(lambda chain: coordinates(chain)[:, :5])
    means, variance = end.posterior
    bound = SIGMAS * np.sqrt(np.array([variance] * 4 + [1.0]) / compute_ess(samples))
    assert (np.abs(np.concatenate([each.values for each in samples]).mean(axis=0) - means) < bound).all()


@pytest.mark.slow
def test_a_bridge_resumed_from_any_checkpoint_gives_the_same_bits(at_start, tmp_path):
    bridge = TargetBridge(ConjugateNormal(), OTHER_MODEL)
    whole = run_bridged_smc(bridge, at_start.chains, SMALL, Workers())

    class Interrupted(Exception):
        pass

    states: list[SMCState] = []
    run_bridged_smc(bridge, at_start.chains, SMALL, Workers(), states.append)
    for n_steps in range(1, len(states) + 1):
        checkpoint, seen = Checkpoint(tmp_path / str(n_steps), "inputs" * 4), []

        def stop(state, seen=seen, n_steps=n_steps):
            seen.append(state)
            if len(seen) == n_steps:
                raise Interrupted

        with pytest.raises(Interrupted):
            run_bridged_smc(bridge, at_start.chains, SMALL, Workers(), stop, checkpoint)
        again = run_bridged_smc(bridge, at_start.chains, SMALL, Workers(), seen.append, checkpoint)
        for one, other in zip(whole.chains, again.chains, strict=True):
            np.testing.assert_array_equal(
                one.population.particles.parameter_normals, other.population.particles.parameter_normals
            )
            assert (one.log_evidence, one.n_simulations) == (other.log_evidence, other.n_simulations)
        assert len(seen) == len(states)  # nothing was computed twice


@pytest.fixture(scope="module")
def battle():
    return choose_engine(Simulation(load("teaching")), "compiled", 10_000)


def condition_on(simulation, claims):
    return make_battle_target(simulation, build_observation_model(simulation.scenario, simulation.end_hours, claims))


@pytest.mark.slow
def test_one_battle_is_simulated_once_for_both_records(battle):
    first = condition_on(battle, ["village_taken", "first_day_dead_gazette"])
    second = condition_on(battle, ["village_taken", "amber_dead_gazette"])
    once = build_bridge(first, second)
    assert once.simulations_per_particle == 1
    twice = TargetBridge(first, second)
    assert twice.simulations_per_particle == 2
    chains = run_smc(first, replace(SMALL, n_particles=100, sweeps=1, final_sweeps=1), 1, Workers()).chains
    one, other = (
        start_bridge(each, chains[0], replace(SMALL, n_particles=100), Workers())[1].population
        for each in (once, twice)
    )
    np.testing.assert_array_equal(one.log_likelihood_ratio, other.log_likelihood_ratio)
    np.testing.assert_array_equal(one.initial_log_likelihood, other.initial_log_likelihood)


@dataclass(frozen=True)
class ShiftedModel(ConjugateNormal):
    """The same claims, and simulations that are a little off: their outcomes are shifted."""

    shift: float = 0.3

    def simulate_outcomes(self, particles):
        return super().simulate_outcomes(particles) + self.shift

    @property
    def shifted(self):
        """The unshifted model with the same posterior and evidence."""
        return ConjugateNormal(tuple(y - self.shift * (n != 2) for n, y in enumerate(self.observed)), self.noise)

    @property
    def log_evidence(self):
        return self.shifted.log_evidence

    @property
    def posterior(self):
        return self.shifted.posterior


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.2, 1.5])
def test_simulations_that_differ_little_are_reached_by_weights_and_others_in_two_stages(at_start, shift):
    after = ShiftedModel((0.5, -0.2, 0.3, 1.0), shift=shift)
    bridge = TargetBridge(ConjugateNormal(), after, after, tuple(range(4)), TargetBridge(ConjugateNormal(), after))
    first_bridge, _ = start_bridge(bridge, at_start.chains[0], SETTINGS, Workers())
    assert (first_bridge is bridge) == (shift < 1)
    result = run_bridged_smc(bridge, at_start.chains, SETTINGS, Workers())
    evidence_error, means_error = standardized_errors(result, after, ConjugateNormal())
    assert evidence_error < SIGMAS
    assert means_error < SIGMAS


@pytest.mark.slow
def test_a_first_step_without_its_weights_is_detected(at_start, monkeypatch):
    monkeypatch.setattr("sim.inference.bridge.reweight", lambda space, state, log_weights, uniform: state)
    after = ShiftedModel((0.5, -0.2, 0.3, 1.0), shift=0.2)
    result = run_bridged_smc(
        TargetBridge(ConjugateNormal(), after, after, tuple(range(4))), at_start.chains, SETTINGS, Workers()
    )
    assert standardized_errors(result, after, ConjugateNormal())[0] > 2 * SIGMAS


@pytest.mark.slow
def test_another_battle_has_a_bridge_of_two_stages_at_hand(battle):
    changed = replace(battle, scenario=load("teaching", ()).model_copy(update={"title": "Another"}))
    bridge = build_bridge(condition_on(battle, ["village_taken"]), condition_on(changed, ["village_taken"]))
    assert bridge.simulations_per_particle == 1
    assert bridge.two_stage is not None
    assert bridge.two_stage.simulations_per_particle == 2
