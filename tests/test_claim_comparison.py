"""Simulated values held against claims: quantiles, probabilities and their intervals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from support.claims import make_claim

from sim.scenario import load
from sim.scoring.claim_comparison import compare_claims, select_observable_claims
from sim.scoring.intervals import make_distributions, wilson_interval


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (10, 10), (1, 10), (5, 10), (23, 30), (500, 1000), (1, 1)])
def test_wilsons_interval_is_that_of_scipy(successes, trials):
    exact = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((exact.low, exact.high), abs=1e-12)


def test_wilsons_interval_worked_by_hand():
    # 5 of 10: the centre is 1/2, and half the width z / sqrt(4 (n + z^2)) with z = 1.96
    half = 1.959963984540054 / math.sqrt(4 * (10 + 1.959963984540054**2))
    assert wilson_interval(5, 10) == pytest.approx((0.5 - half, 0.5 + half))
    assert wilson_interval(0, 0) == (0.0, 1.0)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.integers(1, 1000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_wilsons_interval_holds_the_share_and_mirrors(counted):
    successes, trials = counted
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1
    assert wilson_interval(trials - successes, trials) == pytest.approx((1 - high, 1 - low))


def test_quantiles_and_chances_of_a_comparison_worked_by_hand():
    claims = {"dead": make_claim("over 40", "killed"), "few": make_claim("0 to 4", "killed")}
    values = np.array([[n, n % 5] for n in range(100, -1, -1)], dtype=float)  # 0 to 100 in any order
    dead, few = compare_claims(claims, make_distributions(values))
    assert (dead.median, dead.interval_50, dead.interval_90) == (50, (25, 75), (5, 95))
    assert dead.probability == 60 / 101
    assert dead.probability_interval == wilson_interval(60, 101)
    assert (few.id, few.probability, few.unit, few.median) == ("few", 1.0, "people killed", 2)


def test_a_comparison_sees_values_that_were_damaged():
    claims = {"dead": make_claim("over 40", "killed")}
    values = np.arange(101, dtype=float)[:, None]
    assert compare_claims(claims, make_distributions(values - 1))[0].probability == 59 / 101
    assert compare_claims(claims, make_distributions(values[::2]))[0].median == 50
    assert compare_claims(claims, make_distributions(values + 1))[0].median == 51


def test_a_distribution_has_the_quantiles_of_its_values():
    """As numpy has them, whatever the batches in which the values came; and a value more is seen."""
    values = np.array([[n * n % 17, n % 3 / 4] for n in range(150)], dtype=float)
    grown = make_distributions(values[:60])
    for column, found in enumerate(grown):
        found.add(values[60:, column])
        assert found.compute_quantiles([0.0, 0.05, 0.5, 0.77, 1.0]) == pytest.approx(
            np.quantile(values[:, column], [0.0, 0.05, 0.5, 0.77, 1.0]).tolist(), abs=1e-12
        )
        assert found.size == 150
        assert found.count_between(0.5, 9) == np.count_nonzero((values[:, column] >= 0.5) & (values[:, column] <= 9))
    before = grown[0].compute_quantiles([0.5])
    grown[0].add(np.full(200, 16.0))
    assert grown[0].compute_quantiles([0.5]) != before


def test_a_quantile_between_two_values_lies_there_by_proportion():
    values = np.array([3.0, 10.0, 11.0, 40.0, -2.0])
    (found,) = make_distributions(values[:, None])
    shares = [n / 20 for n in range(21)]
    assert found.compute_quantiles(shares) == pytest.approx(np.quantile(values, shares).tolist(), abs=1e-12)


def test_only_claims_within_the_simulated_time_are_compared():
    scenario = load("teaching")
    assert set(select_observable_claims(scenario, 72.0)) == set(scenario.claims)
    assert set(select_observable_claims(scenario, 24.0)) == {
        "village_taken",
        "village_before_hill",
        "first_day_dead_gazette",
    }
    assert select_observable_claims(scenario, 23.99) == {}
