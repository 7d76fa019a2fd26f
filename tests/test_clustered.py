"""Intervals for battles in clusters: they cover as often as they say, and the naive ones would not."""

import numpy as np
import pytest

from sim.claims.intervals import wilson
from sim.findings.clustered import Chance, difference, mean, more_often, parts, variance

rng = np.random.default_rng  # noqa: TID251 (a test's own dice)
DRAWS, EACH, TRIALS = 150, 6, 400


def clustered(dice, spread):
    """Events of battles whose chance differs from draw to draw."""
    chances = np.clip(0.4 + spread * dice.standard_normal(DRAWS), 0.01, 0.99)
    draws = np.repeat(np.arange(DRAWS), EACH)
    return dice.random(DRAWS * EACH) < chances[draws], draws, chances


def covered_within(often, trials, wanted):
    """Whether a count of hits is one that five standard errors allow."""
    return abs(often / trials - wanted) < 5 * np.sqrt(wanted * (1 - wanted) / trials)


def test_shares_cover_as_often_as_they_say():
    dice = rng(1)
    truth = np.clip(0.4 + 0.25 * rng(2).standard_normal(200_000), 0.01, 0.99).mean()
    hits = naive = 0
    for _ in range(TRIALS):
        happened, draws, _ = clustered(dice, 0.25)
        found = Chance(happened, np.ones(len(draws), bool), draws).estimate
        hits += found.low <= truth <= found.high
        low, high = wilson(happened.sum(), len(happened))
        naive += low <= truth <= high
    assert covered_within(hits, TRIALS, 0.95)
    assert naive < hits - 0.05 * TRIALS  # forgetting the clusters would be seen


def test_differences_cover_as_often_as_they_say():
    dice = rng(3)
    hits = 0
    for _ in range(TRIALS):
        chances = np.clip(0.4 + 0.2 * dice.standard_normal(DRAWS), 0.01, 0.69)
        draws = np.repeat(np.arange(DRAWS), EACH)
        turn = dice.random(len(draws)) < 0.5
        held = dice.random(len(draws)) < chances[draws] + np.where(turn, 0.3, 0.0)
        found = difference(Chance(held, turn, draws), Chance(held, ~turn, draws))
        hits += found.low <= 0.3 <= found.high
    assert covered_within(hits, TRIALS, 0.95)


def test_pairs_that_hardly_ever_differ_cover_as_often_as_they_say_and_plain_means_do_not():
    dice, truth = rng(4), 2 / (DRAWS * EACH)
    draws = np.repeat(np.arange(DRAWS), EACH)
    hits = plain = 0
    for _ in range(TRIALS):
        apart = (dice.random(len(draws)) < truth).astype(np.float64)
        found, naive = more_often(apart, draws), mean(apart, draws)
        assert found.value == pytest.approx(naive.value)
        hits += found.low <= truth <= found.high
        plain += naive.low <= truth <= naive.high
    assert hits >= 0.95 * TRIALS
    assert plain < 0.9 * TRIALS  # where no pair differs its interval is nothing


def test_where_no_pair_differs_the_interval_is_that_of_none_in_so_many():
    found = more_often(np.zeros(800), np.arange(800))
    assert (found.value, found.low, found.high) == pytest.approx((0.0, -wilson(0, 800)[1], wilson(0, 800)[1]))


def test_one_battle_a_draw_is_wilsons_interval():
    happened = np.arange(40) < 10
    found = Chance(happened, np.ones(40, bool), np.arange(40)).estimate
    low, high = wilson(10, 40)
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.02)


def test_copies_of_one_battle_tell_no_more_than_one():
    happened = np.repeat(np.arange(50) < 20, 8)
    draws = np.repeat(np.arange(50), 8)
    copied = Chance(happened, np.ones(400, bool), draws).estimate
    once = Chance(happened[::8], np.ones(50, bool), np.arange(50)).estimate
    assert (copied.low, copied.high) == pytest.approx((once.low, once.high), abs=0.01)


def test_extremes_have_an_interval():
    all_of_them = Chance(np.ones(30, bool), np.ones(30, bool), np.arange(30)).estimate
    assert all_of_them.high == pytest.approx(1.0)
    assert all_of_them.low < 0.95
    none = Chance(np.zeros(30, bool), np.zeros(30, bool), np.arange(30)).estimate
    assert (none.low, none.high) == (0.0, 1.0)
    assert np.isinf(variance(np.zeros(4), np.zeros(4)))


def test_the_variance_is_told_apart():
    dice = rng(5)
    draws = np.repeat(np.arange(4_000), 5)
    values = 2.0 * dice.standard_normal(4_000)[draws] + 3.0 * dice.standard_normal(len(draws))
    between, within = parts(values, draws)
    assert between == pytest.approx(4.0, abs=5 * 4.0 * np.sqrt(2 / 4_000) * (1 + 9 / 20))
    assert within == pytest.approx(9.0, abs=5 * 9.0 * np.sqrt(2 / 16_000))
    found = mean(values, draws)
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.sqrt(4.0 / 4_000 + 9.0 / 20_000), rel=0.1)
