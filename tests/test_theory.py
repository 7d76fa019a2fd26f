"""Duels with an exact answer, fought through the whole kernel.

Every bound follows from the size of the sample: a right program fails one check once in a million samples, and the
seeds are fixed.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from support.battles import copy_rules
from support.exact import (
    RARE,
    agrees,
    chi_square_p_value,
    faults,
    ks_bound,
    ks_distance,
    linear,
    make_duel,
    simulate_duel,
    solve_duel,
    square,
)

from sim import random_streams
from sim.battle.records import StreamState
from sim.battle.rules import sampling

A, B = 0.2, 0.1  # people an hour whom one attacker and one defender put out of action

# Chances that X wins, by the recursion of Brown1963, as printed with its closed forms.
PRINTED = [
    (square(1, 1), (2, 1), (0, 0), 5 / 6),
    (square(1, 1), (4, 3), (0, 0), 233 / 315),
    (square(1, 1), (2, 4), (0, 0), 29 / 360),
    (square(2, 1), (5, 7), (0, 0), 29062213 / 55135080),
    (square(2, 1), (10, 12), (0, 0), 0.753812),
    (square(2, 1), (10, 14), (0, 0), 0.528288),
    (square(2, 1), (100, 140), (0, 0), 0.556919),
    (square(2, 1), (10, 12), (6, 7), 0.660548),
    (linear(1, 1), (3, 5), (0, 0), 0.2265625),
    (linear(2, 1), (5, 7), (0, 0), 0.711003),
    (linear(2, 1), (10, 14), (0, 0), 0.793571),
]


@pytest.mark.parametrize(("rates", "strengths", "breaks", "chance"), PRINTED)
def test_the_exact_answer_is_the_printed_one(rates, strengths, breaks, chance):
    assert solve_duel(*strengths, rates, *breaks).chance == pytest.approx(chance, abs=5e-7)


def test_the_exact_survivors_and_duration_are_the_printed_ones():
    answer = solve_duel(10, 12, square(0.02, 0.01))
    printed = [0.01513, 0.0312, 0.04944, 0.07049, 0.0936, 0.11539, 0.12858, 0.12257, 0.08954, 0.03787]
    assert list(answer.left_of_x.values()) == pytest.approx(printed, abs=5e-6)
    assert sum(n * chance for n, chance in answer.left_of_x.items()) == pytest.approx(4.733349, abs=5e-7)
    assert sum(n * chance for n, chance in answer.left_of_y.items()) == pytest.approx(1.499248, abs=5e-7)
    assert (answer.hours, answer.hours_sd) == pytest.approx((84.778856, 38.877575), abs=5e-7)
    assert (answer.first_rate, answer.first_is_y) == pytest.approx((0.32, 0.625))


@pytest.fixture(scope="module")
def square_duels():
    """Ten attackers, each twice as deadly, against twelve; nobody breaks off."""
    return simulate_duel(make_duel(10, 12, A, B), runs=6000)


def test_a_few_square_law_duels_end_as_they_should():
    assert faults(simulate_duel(make_duel(10, 12, A, B), runs=500), solve_duel(10, 12, square(A, B))) == []


@pytest.mark.slow
def test_square_law_duels_end_as_they_should(square_duels):
    assert faults(square_duels, solve_duel(10, 12, square(A, B))) == []


@pytest.mark.slow
def test_square_law_duels_are_no_linear_law_duels(square_duels):
    assert {"chance", "survivors", "hours"} <= set(faults(square_duels, solve_duel(10, 12, linear(A, B))))


@pytest.mark.slow
@pytest.mark.parametrize("damage", [0.9, 1.1])
def test_a_killing_rate_off_by_a_tenth_is_seen(square_duels, damage):
    """6,000 duels: the chance of victory moves by 0.06, twice the bound of 0.027."""
    assert {"chance", "survivors"} <= set(faults(square_duels, solve_duel(10, 12, square(A * damage, B))))


@pytest.mark.slow
def test_half_speed_is_seen_in_the_hours_alone(square_duels):
    assert faults(square_duels, solve_duel(10, 12, square(A / 2, B / 2))) == ["hours"]


@pytest.mark.slow
def test_the_first_to_fall_waits_exponentially_long(square_duels):
    rate = solve_duel(10, 12, square(A, B)).first_rate
    bound = ks_bound(len(square_duels))
    assert ks_distance(square_duels.first, stats.expon(scale=1 / rate).cdf) < bound
    assert ks_distance(square_duels.first, stats.expon(scale=1.2 / rate).cdf) > bound


@pytest.mark.slow
def test_square_law_duels_with_break_points_end_as_they_should():
    """X breaks with 6 of its 10 left, Y with 7 of its 12: four and five lost."""
    duels = simulate_duel(make_duel(10, 12, A, B, attack_breaks=0.4, defence_breaks=0.4, days=2), runs=3000)
    answer = solve_duel(10, 12, square(A, B), 6, 7)
    assert answer.chance == pytest.approx(0.660548, abs=5e-7)
    assert faults(duels, answer) == []
    assert "survivors" in faults(duels, solve_duel(10, 12, square(A, B), 5, 7))


@pytest.mark.slow
@pytest.mark.parametrize(("strengths", "chance"), [((5, 7), 0.711003), ((10, 14), 0.793571)])
def test_linear_law_duels_end_as_they_should(strengths, chance):
    """At the reference strength of 5, five attackers kill five defenders as fast as by the square law."""
    duels = simulate_duel(make_duel(*strengths, 10 * A, 10 * B, reference=5, days=1), runs=2500, law="linear")
    answer = solve_duel(*strengths, linear(2 * A, 2 * B))
    assert answer.chance == pytest.approx(chance, abs=5e-7)
    assert faults(duels, answer) == []
    assert {"chance", "survivors", "hours"} <= set(faults(duels, solve_duel(*strengths, square(10 * A, 10 * B))))


@pytest.mark.slow
def test_swapping_the_sides_swaps_the_chances():
    """The same duel with the stronger side in defence: nothing but cover, which is nought, favours it."""
    duels = simulate_duel(make_duel(12, 10, 10 * B, 10 * A, days=1), runs=2000)
    assert faults(duels, solve_duel(12, 10, square(10 * B, 10 * A))) == []
    assert solve_duel(12, 10, square(B, A)).chance == pytest.approx(1 - 0.753812, abs=5e-7)


RATE, FATIGUE = 0.32, 0.2  # an hour: of the first to fall, of the fall of the tempo


@pytest.fixture(scope="module")
def tiring_duels():
    """The first to fall ends the assault, and the tempo falls to a third before half of them have happened."""
    scenario = make_duel(10, 12, 0.02, 0.01, attack_breaks=0.01, defence_breaks=0.01, fatigue=FATIGUE, days=1)
    return simulate_duel(scenario, runs=3000)


def tiring(rate: float, fatigue: float):
    """Distribution of the first of events that come at rate * exp(-fatigue * t)."""
    return lambda t: -np.expm1(rate * np.expm1(-fatigue * t) / fatigue)


@pytest.mark.slow
def test_with_fatigue_the_first_to_fall_waits_as_thinning_should_have_it(tiring_duels):
    """Until the assault is exhausted, at a fifth of its tempo, the waiting time has hazard R exp(-f t)."""
    exhausted = np.log(5) / FATIGUE
    n = len(tiring_duels)
    fell = np.isfinite(tiring_duels.first)
    first = tiring_duels.first[fell]
    assert first.max() <= exhausted
    assert np.allclose(tiring_duels.hours[~fell], exhausted)
    law = tiring(RATE, FATIGUE)
    assert agrees(fell.mean(), float(law(exhausted)), n)
    within = law(exhausted)
    assert ks_distance(first, lambda t: law(t) / within) < ks_bound(len(first))
    flat = stats.expon(scale=1 / RATE)
    assert ks_distance(first, lambda t: flat.cdf(t) / flat.cdf(exhausted)) > ks_bound(len(first))


@pytest.mark.slow
def test_fatigue_slows_a_whole_duel_and_changes_no_winner():
    """With the time measured by the tempo, a tiring duel is one without fatigue: t = (1 - exp(-f h)) / f."""
    fatigue = 0.02
    duels = simulate_duel(make_duel(10, 12, 10 * A, 10 * B, fatigue=fatigue, days=1), runs=2000)
    answer = solve_duel(10, 12, square(10 * A, 10 * B))
    assert np.max(duels.hours) < np.log(5) / fatigue
    effective = -np.expm1(-fatigue * duels.hours) / fatigue
    rested = replace(duels, hours=effective)
    assert faults(rested, answer) == []


# Counts by inversion: for a given uniform number there is one right answer.


OUR_OWN = copy_rules()
OUR_OWN["draw_uniform"] = lambda stream: stream


def inverted(distribution: str, u: float, *parameters: float) -> float:
    """A count of the rule book with a uniform number of our own choice in place of a stream."""
    return OUR_OWN[f"draw_{distribution}"](u, *parameters)


def is_quantile(count: float, u: float, law) -> bool:
    """Whether a count is where the distribution function passes u, give or take the last digits."""
    slack = 1e-9
    return law.cdf(count - 1) <= u + slack and u - slack <= law.cdf(count)


def negative_binomial(mean: float, size: float):
    """The distribution with variance mean + mean**2 / size."""
    return stats.nbinom(size, size / (size + mean))


UNIFORM = st.floats(1e-6, 1 - 1e-6)


@settings(max_examples=60, deadline=None)
@given(UNIFORM, st.floats(0.05, 40), st.floats(0.1, 20))
def test_negative_binomial_counts_are_quantiles(u, mean, size):
    count = inverted("negative_binomial", u, mean, size)
    assert is_quantile(count, u, negative_binomial(mean, size))
    assert not is_quantile(count + 2, u, negative_binomial(mean, size))


@settings(max_examples=60, deadline=None)
@given(UNIFORM, st.floats(0, 60))
def test_poisson_counts_are_quantiles(u, mean):
    count = inverted("poisson", u, mean)
    assert is_quantile(count, u, stats.poisson(mean))
    assert not is_quantile(count + 2, u, stats.poisson(mean))


@settings(max_examples=30, deadline=None)
@given(UNIFORM)
def test_exponential_waits_are_quantiles(u):
    assert inverted("exponential", u) == pytest.approx(stats.expon.isf(u))


@settings(max_examples=30, deadline=None)
@given(st.floats(-6, 6))
def test_the_share_below_a_driver_is_that_of_the_normal_distribution(normal):
    assert sampling.normal_cdf(normal) == pytest.approx(stats.norm.cdf(normal), rel=1e-9)


COUNTS = [
    ("negative_binomial", (11.4, 1.1), negative_binomial(11.4, 1.1), negative_binomial(11.4, 1.4)),
    ("negative_binomial", (1.2, 0.3), negative_binomial(1.2, 0.3), negative_binomial(1.2, 0.25)),
    ("poisson", (3.5,), stats.poisson(3.5), stats.poisson(3.8)),
    ("binomial", (20.0, 0.3), stats.binom(20, 0.3), stats.binom(20, 0.32)),
    ("binomial", (5.0, 0.9), stats.binom(5, 0.9), stats.binom(5, 0.87)),
]


@pytest.mark.parametrize(("distribution", "parameters", "law", "wrong"), COUNTS)
def test_counts_from_a_stream_follow_their_distribution(distribution, parameters, law, wrong):
    key, no_salt = random_streams.stream_keys([distribution]), np.zeros(1, dtype=np.uint64)
    stream = StreamState(*random_streams.random_bits(key, 1, 0, no_salt, 4)[0].tolist())
    draw = getattr(sampling, f"draw_{distribution}")
    n = 10_000
    draws = np.array([draw(stream, *parameters) for _ in range(n)]).astype(int)
    most = int(max(draws.max(), law.isf(1e-9)))
    seen, values = np.bincount(draws, minlength=most + 1), np.arange(most + 1)
    assert chi_square_p_value(seen, n * law.pmf(values)) > RARE
    assert chi_square_p_value(seen, n * wrong.pmf(values)) < RARE


def test_the_edges_of_counts():
    stream = StreamState(1, 2, 3, 4)
    assert sampling.draw_negative_binomial(stream, 0.0, 1.0) == 0.0
    assert sampling.draw_poisson(stream, 0.0) == 0.0
    assert sampling.draw_binomial(stream, 0.0, 0.5) == 0.0
    assert sampling.draw_binomial(stream, 30.0, 1.0) == 30.0
    assert sampling.draw_binomial(stream, 30.0, 0.0) == 0.0
    assert inverted("negative_binomial", 1 - 2.0**-53, 11.4, 1.1) < 10_000
