"""Pooled inference: exact by brute force, calibrated on invented battles, and silent where nothing was learnt."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from sim.inference.pooling import (
    MAX_SHARED,
    BattleEvidence,
    average_correlations,
    expand_directions,
    extract_evidence,
    list_shared_parameters,
    pool_evidence,
)
from sim.random_streams import make_generator


def observe(value: float, variance: float, battle: str = "hill") -> BattleEvidence:
    """A battle that says of the one parameter that it is this, more or less."""
    return BattleEvidence(battle, np.array([[1.0]]), np.array([value]), np.array([variance]))


@pytest.mark.parametrize("values", [(1.2, 0.9, 1.4), (-2.0, 2.0), (0.3,)])
def test_one_parameter_by_brute_force(values):
    """The posterior of a new battle's parameter, by sums over grids of rho, of what is common, and of the parameter."""
    noise = 0.2
    rhos = (np.arange(400) + 0.5) / 400 * MAX_SHARED
    common = np.linspace(-6, 6, 1_201)
    weights = np.zeros((len(rhos), len(common)))
    for n, rho in enumerate(rhos):
        likelihood = norm.pdf(common)
        for value in values:  # the battle's own part and the noise integrated by hand: two normal terms
            likelihood = likelihood * norm.pdf(value, np.sqrt(rho) * common, np.sqrt(1 - rho + noise))
        weights[n] = likelihood
    weights /= weights.sum()
    means = np.sqrt(rhos)[:, None] * common
    mean = (weights * means).sum()
    variance = (weights * (means**2 + (1 - rhos)[:, None])).sum() - mean**2
    pooled = pool_evidence([observe(value, noise, str(n)) for n, value in enumerate(values)], np.eye(1))
    assert pooled.mean[0] == pytest.approx(mean, abs=2e-3)
    assert pooled.sd[0] == pytest.approx(np.sqrt(variance), abs=2e-3)


@pytest.mark.slow
def test_invented_battles_with_known_truth():
    """Simulation-based calibration: the truth is anywhere among the draws with equal chance."""
    rng = make_generator("pooling", 7)
    correlations = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, 0.0], [0.0, 0.0, 1.0]])
    factor = np.linalg.cholesky(correlations)
    ranks = []
    for _ in range(300):
        rho = rng.uniform(0, MAX_SHARED)
        common = factor @ rng.standard_normal(3)
        evidence = []
        for battle in range(4):
            truth = np.sqrt(rho) * common + np.sqrt(1 - rho) * factor @ rng.standard_normal(3)
            directions = rng.standard_normal((2, 3))
            variances = rng.uniform(0.05, 2.0, 2)
            values = directions @ truth + np.sqrt(variances) * rng.standard_normal(2)
            evidence.append(BattleEvidence(str(battle), directions, values, variances))
        new = np.sqrt(rho) * common + np.sqrt(1 - rho) * factor @ rng.standard_normal(3)
        draws = pool_evidence(evidence, correlations).sample(99, rng)
        ranks.append((draws < new).mean(axis=0))
    for column in np.array(ranks).T:
        jittered = (99 * column + rng.uniform(size=len(column))) / 100
        assert kstest(jittered, "uniform").pvalue > 1e-3


def test_battles_that_agree_say_that_much_is_shared_and_those_that_do_not_that_little_is():
    alike = pool_evidence([observe(1.5, 0.02, str(n)) for n in range(6)], np.eye(1))
    unlike = pool_evidence([observe(1.5 * (-1) ** n, 0.02, str(n)) for n in range(6)], np.eye(1))
    assert alike.compute_shared_quantiles([0.5])[0] > unlike.compute_shared_quantiles([0.5])[0] + 0.3
    assert alike.sd[0] < 0.6 < unlike.sd[0]


@given(st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=30)
def test_draws_from_the_prior_teach_nothing(n_parameters, seed):
    rng = make_generator("pooling", seed)
    draws = rng.standard_normal((3_000, n_parameters))
    found = extract_evidence("hill", draws, np.eye(n_parameters), 1_000)  # correlated draws: worth a third
    assert len(found.values) == 0
    pooled = pool_evidence([found], np.eye(n_parameters))
    assert pooled.mean.tolist() == [0.0] * n_parameters
    assert pooled.sd == pytest.approx(np.ones(n_parameters))


def test_evidence_is_what_turns_the_prior_into_the_posterior():
    """The normal posterior of prior and extracted observations is that of the draws."""
    rng = make_generator("pooling", 3)
    correlations = np.array([[1.0, -0.5], [-0.5, 1.0]])
    precision = np.linalg.inv(correlations) + np.array([[9.0, 3.0], [3.0, 4.0]])
    covariance = np.linalg.inv(precision)
    centre = np.array([0.7, -0.4])
    draws = centre + rng.standard_normal((40_000, 2)) @ np.linalg.cholesky(covariance).T
    found = extract_evidence("hill", draws, correlations, 40_000)
    weighted = found.directions.T / found.variances
    again = np.linalg.inv(np.linalg.inv(correlations) + weighted @ found.directions)
    assert again == pytest.approx(covariance, abs=0.01)
    assert again @ (weighted @ found.values) == pytest.approx(centre, abs=0.02)


def test_a_battle_that_lacks_a_parameter_says_nothing_of_it():
    found = expand_directions(observe(1.0, 0.1), ["rate"], ["delay", "rate"])
    pooled = pool_evidence([found], np.eye(2))
    assert pooled.mean[0] == 0.0
    assert pooled.sd[0] == pytest.approx(1.0)
    assert pooled.mean[1] > 0.0


@given(st.integers(0, 1_000))
@settings(max_examples=25)
def test_mean_correlations_are_those_of_a_distribution(seed):
    rng = make_generator("pooling", seed)
    names = [f"p{n}" for n in range(6)]
    matrices = []
    for _ in range(3):
        chosen = rng.permutation(6)[: rng.integers(2, 7)]
        loadings = rng.standard_normal((len(chosen), 2))
        covariance = loadings @ loadings.T + 0.1 * np.eye(len(chosen))
        sds = np.sqrt(np.diag(covariance))
        matrices.append(([names[n] for n in chosen], covariance / np.outer(sds, sds)))
    mean = average_correlations(matrices, names)
    assert np.diag(mean) == pytest.approx(1.0)
    np.linalg.cholesky(mean)


def test_what_one_battle_alone_has_is_not_shared():
    parameters = {"hill": ["rate", "garrison"], "mill": ["rate", "host"], "ford": ["host", "rate"]}
    assert list_shared_parameters(parameters, ["host", "rate", "other"]) == ("host", "rate")


def test_draws_have_the_moments_that_are_printed():
    pooled = pool_evidence([observe(1.0, 0.3, "hill"), observe(2.0, 0.3, "mill")], np.eye(1))
    draws = pooled.sample(20_000, make_generator("pooling", 5))[:, 0]
    assert draws.mean() == pytest.approx(pooled.mean[0], abs=4 * pooled.sd[0] / np.sqrt(20_000))
    assert draws.std() == pytest.approx(pooled.sd[0], rel=0.03)
