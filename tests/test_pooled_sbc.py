"""The chain from reports to a forecast of another battle, on invented battles: fought, reported, calibrated, pooled.

What the battles share is drawn first, then each battle's own unknowns, then a battle of them, then its reports. Each is
calibrated as a real one is, they are pooled, and the truth of a battle more is ranked among the pooled draws: if all of
the chain is right, it lies anywhere among them with equal chance (simulation-based calibration). Source: Talts2018.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, kstest

from sim.battle.simulation import Simulation
from sim.inference.battle_target import make_battle_target
from sim.inference.particles import sample_prior
from sim.inference.pooling import MAX_SHARED, BattleEvidence, extract_evidence, pool_evidence
from sim.inference.sample_size import estimate_sample_size
from sim.inference.sbc import fit_synthetic_record, report_truth
from sim.inference.smc import SMCSettings
from sim.likelihood.observation_model import build_observation_model
from sim.random_streams import make_generator
from sim.scenario import load

pytestmark = pytest.mark.verify
SETTINGS = SMCSettings(n_particles=200, sweeps=3, final_sweeps=4, ess_fraction=0.5, max_simulations=100_000)
DATASETS = 40
TEACHERS = 4
DRAWS = 99
SEED = 19


def make_target():
    """The invented battle, and what is reported of it."""
    simulation = Simulation(load("teaching"), execution_mode="compiled", scheduler="compiled")
    return make_battle_target(simulation, build_observation_model(simulation.scenario, simulation.end_hours))


def teach(target, normals, number) -> BattleEvidence:
    """What a battle whose unknowns have these normal numbers says of them, from its reports alone."""
    drawn = sample_prior(target.space, SEED, np.array([number], dtype=np.uint64))
    record = report_truth(target, replace(drawn, parameter_normals=normals[None]))
    chain = fit_synthetic_record(record, SETTINGS, number, SEED)
    assert chain.is_at_posterior
    size = estimate_sample_size(target.space, chain.population, chain.ancestors)
    draws = chain.population.particles.parameter_normals
    return extract_evidence(str(number), draws, np.eye(len(normals)), size.lineage_ess)


def rank_truth(target, dataset) -> tuple[np.ndarray, int]:
    """The share of pooled draws below each unknown of a new battle, and how many observations the others made."""
    rng = make_generator("pooled sbc", SEED, dataset)
    n_parameters = len(target.space.parameter_names)
    rho = rng.uniform(0.0, MAX_SHARED)
    common = rng.standard_normal(n_parameters)
    *teachers, new = np.sqrt(rho) * common + np.sqrt(1 - rho) * rng.standard_normal((TEACHERS + 1, n_parameters))
    evidence = [teach(target, own, TEACHERS * dataset + n) for n, own in enumerate(teachers)]
    draws = pool_evidence(evidence, np.eye(n_parameters)).sample(DRAWS, rng)
    ranks = ((draws < new).sum(axis=0) + rng.uniform(size=n_parameters)) / (DRAWS + 1)
    return ranks, sum(len(each.values) for each in evidence)


def test_the_truth_of_a_new_battle_lies_anywhere_among_the_pooled_draws():
    target = make_target()
    ranks, n_observations = zip(*(rank_truth(target, dataset) for dataset in range(DATASETS)), strict=True)
    assert np.mean(n_observations) > 1.0, "the battles teach nothing: nothing is tested"
    table = np.array(ranks)
    p_values = [kstest(column, "uniform").pvalue for column in table.T]
    assert min(p_values) * len(p_values) > 0.01
    for level in (0.5, 0.9):  # the worst unknown, and all of them together
        covered = (np.abs(table - 0.5) <= level / 2).sum(axis=0)
        assert binom.cdf(covered.min(), DATASETS, level) * len(p_values) > 0.01
        assert covered.mean() / DATASETS == pytest.approx(level, abs=0.05)
