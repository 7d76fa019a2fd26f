"""The inference against pyABC, for which battles and reports are a black box to be simulated.

Draws are accepted whose simulated reports equal the real ones, to the number: exact, without any likelihood of ours.
Part of `make verify`, since each battle is simulated alone, through Python.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from sim.battle.simulation import Simulation
from sim.inference.battle_target import BattleTarget
from sim.inference.chains import run_smc
from sim.inference.ess import compute_ess
from sim.inference.particles import sample_prior
from sim.inference.smc import SMCSettings
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model
from sim.likelihood.simulated_reports import simulate_reports
from sim.runs.backends import WorkerPool
from sim.scenario import load

pytestmark = pytest.mark.verify
CLAIMS = ["village_taken", "amber_dead_gazette", "cart_at_gate"]
COMPARED = ("killing_rate_amber", "killing_rate_teal", "amber_host")
ACCEPTED = 250
SEED = 11
SIGMA = 4.5  # for six comparisons


def make_target() -> BattleTarget:
    scenario = load("teaching")
    stage = Simulation(scenario, execution_mode="compiled", scheduler="compiled")
    return BattleTarget(stage, build_observation_model(scenario, stage.end_hours, CLAIMS))


@dataclass
class Simulator:
    """A battle and its reports by three parameters; everything else is drawn anew each time."""

    target: BattleTarget
    numbers: dict[str, int] = field(default_factory=lambda: {"next": 0})

    def __call__(self, parameters: dict[str, float]) -> dict[str, float]:
        number = self.numbers["next"]
        self.numbers["next"] += 1
        particles = sample_prior(self.target.space, SEED, np.array([number], dtype=np.uint64))
        for name, value in parameters.items():
            particles.parameter_normals[:, self.target.space.parameter_names.index(name)] = value
        reporting = self.target.compute_reporting_parameters(particles)
        outcomes = self.target.simulate_outcomes(particles)
        reports = simulate_reports(
            self.target.observation_model, outcomes, reporting, SEED, particles.replication_numbers
        )
        return {"distance": float((reports.bins[0] != self.target.observation_model.observed_bins).any())}


def test_pyabc_has_the_same_posterior_and_the_same_evidence(tmp_path):
    pyabc = pytest.importorskip("pyabc")
    target = make_target()
    simulator = Simulator(target)
    np.random.seed(SEED)  # noqa: NPY002, TID251 (the only dice that pyABC knows)
    study = pyabc.ABCSMC(
        simulator,
        pyabc.Distribution(**{name: pyabc.RV("norm", 0, 1) for name in COMPARED}),
        lambda simulated, observed: abs(simulated["distance"] - observed["distance"]),
        population_size=ACCEPTED,
        eps=pyabc.ListEpsilon([0.5]),
        sampler=pyabc.SingleCoreSampler(),
    )
    study.new(f"sqlite:///{tmp_path / 'abc.db'}", {"distance": 0.0})
    frame, weights = study.run(max_nr_populations=1).get_distribution()
    pyabc_draws = frame[list(COMPARED)].to_numpy()
    np.testing.assert_allclose(weights, 1 / ACCEPTED)

    smc_result = run_smc(
        target,
        SMCSettings(n_particles=1000, sweeps=5, final_sweeps=10, ess_fraction=0.5, max_simulations=200_000),
        SEED,
        Workers("threads", WorkerPool(2)),
    )
    assert smc_result.is_at_posterior
    columns = [target.space.parameter_names.index(name) for name in COMPARED]
    draws = np.concatenate([chain.population.particles.parameter_normals[:, columns] for chain in smc_result.chains])
    for moment in (1, 2):
        ess = compute_ess(
            smc_result.make_samples(
                lambda chain, k=moment: chain.population.particles.parameter_normals[:, columns] ** k
            )
        )
        difference = (draws**moment).mean(axis=0) - (pyabc_draws**moment).mean(axis=0)
        error = np.sqrt((draws**moment).var(axis=0) / ess + (pyabc_draws**moment).var(axis=0) / ACCEPTED)
        assert (np.abs(difference) < SIGMA * error).all(), (moment, difference / error)

    n_simulations = simulator.numbers["next"]
    pyabc_log_evidence, error = np.log(ACCEPTED / n_simulations), np.sqrt((1 - ACCEPTED / n_simulations) / ACCEPTED)
    assert abs(smc_result.log_evidence.value - pyabc_log_evidence) < SIGMA * np.hypot(
        error, smc_result.log_evidence.error
    )
