"""Intervals for replications in clusters: they cover as often as they say, and naive ones would not."""

import numpy as np
import pytest

from sim.analysis.cluster_intervals import (
    ClusteredProportion,
    compute_cluster_variance,
    decompose_variance,
    estimate_difference,
    estimate_mean,
    estimate_paired_difference,
)
from sim.scoring.intervals import wilson_interval

rng = np.random.default_rng  # noqa: TID251 (a test's own random numbers)
N_DRAWS, PER_DRAW, TRIALS = 150, 6, 400


def simulate_clustered_events(generator, spread):
    """Events of battles whose probability differs from draw to draw."""
    probabilities = np.clip(0.4 + spread * generator.standard_normal(N_DRAWS), 0.01, 0.99)
    draw_index = np.repeat(np.arange(N_DRAWS), PER_DRAW)
    return generator.random(N_DRAWS * PER_DRAW) < probabilities[draw_index], draw_index


def is_within_error(hits, trials, expected):
    """Whether a count of hits is one that five standard errors allow."""
    return abs(hits / trials - expected) < 5 * np.sqrt(expected * (1 - expected) / trials)


def test_shares_cover_as_often_as_they_say():
    generator = rng(1)
    truth = np.clip(0.4 + 0.25 * rng(2).standard_normal(200_000), 0.01, 0.99).mean()
    hits = naive = 0
    for _ in range(TRIALS):
        is_event, draw_index = simulate_clustered_events(generator, 0.25)
        estimate = ClusteredProportion(is_event, np.ones(len(draw_index), bool), draw_index).interval_estimate
        hits += estimate.low <= truth <= estimate.high
        low, high = wilson_interval(is_event.sum(), len(is_event))
        naive += low <= truth <= high
    assert is_within_error(hits, TRIALS, 0.95)
    assert naive < hits - 0.05 * TRIALS  # ignoring the clusters would be detected


def test_differences_cover_as_often_as_they_say():
    generator = rng(3)
    hits = 0
    for _ in range(TRIALS):
        probabilities = np.clip(0.4 + 0.2 * generator.standard_normal(N_DRAWS), 0.01, 0.69)
        draw_index = np.repeat(np.arange(N_DRAWS), PER_DRAW)
        in_group = generator.random(len(draw_index)) < 0.5
        is_held = generator.random(len(draw_index)) < probabilities[draw_index] + np.where(in_group, 0.3, 0.0)
        estimate = estimate_difference(
            ClusteredProportion(is_held, in_group, draw_index), ClusteredProportion(is_held, ~in_group, draw_index)
        )
        hits += estimate.low <= 0.3 <= estimate.high
    assert is_within_error(hits, TRIALS, 0.95)


def test_pairs_that_hardly_ever_differ_cover_as_often_as_they_say_and_plain_means_do_not():
    generator, truth = rng(4), 2 / (N_DRAWS * PER_DRAW)
    draw_index = np.repeat(np.arange(N_DRAWS), PER_DRAW)
    hits = naive_hits = 0
    for _ in range(TRIALS):
        differences = (generator.random(len(draw_index)) < truth).astype(np.float64)
        estimate, naive = estimate_paired_difference(differences, draw_index), estimate_mean(differences, draw_index)
        assert estimate.value == pytest.approx(naive.value)
        hits += estimate.low <= truth <= estimate.high
        naive_hits += naive.low <= truth <= naive.high
    assert hits >= 0.95 * TRIALS
    assert naive_hits < 0.9 * TRIALS  # where no pair differs its interval is nothing


def test_where_no_pair_differs_the_interval_is_that_of_none_in_so_many():
    estimate = estimate_paired_difference(np.zeros(800), np.arange(800))
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (0.0, -wilson_interval(0, 800)[1], wilson_interval(0, 800)[1])
    )


def test_one_battle_a_draw_is_wilsons_interval():
    is_event = np.arange(40) < 10
    estimate = ClusteredProportion(is_event, np.ones(40, bool), np.arange(40)).interval_estimate
    low, high = wilson_interval(10, 40)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), rel=0.02)


def test_copies_of_one_battle_count_as_one():
    is_event = np.repeat(np.arange(50) < 20, 8)
    copied = ClusteredProportion(is_event, np.ones(400, bool), np.repeat(np.arange(50), 8)).interval_estimate
    once = ClusteredProportion(is_event[::8], np.ones(50, bool), np.arange(50)).interval_estimate
    assert (copied.low, copied.high) == pytest.approx((once.low, once.high), abs=0.01)


def test_extremes_have_an_interval():
    all_of_them = ClusteredProportion(np.ones(30, bool), np.ones(30, bool), np.arange(30)).interval_estimate
    assert all_of_them.high == pytest.approx(1.0)
    assert all_of_them.low < 0.95
    none = ClusteredProportion(np.zeros(30, bool), np.zeros(30, bool), np.arange(30)).interval_estimate
    assert (none.low, none.high) == (0.0, 1.0)
    assert np.isinf(compute_cluster_variance(np.zeros(4), np.zeros(4)))


def test_the_variance_is_decomposed():
    generator = rng(5)
    draw_index = np.repeat(np.arange(4_000), 5)
    values = 2.0 * generator.standard_normal(4_000)[draw_index] + 3.0 * generator.standard_normal(len(draw_index))
    between, within = decompose_variance(values, draw_index)
    assert between == pytest.approx(4.0, abs=5 * 4.0 * np.sqrt(2 / 4_000) * (1 + 9 / 20))
    assert within == pytest.approx(9.0, abs=5 * 9.0 * np.sqrt(2 / 16_000))
    mean = estimate_mean(values, draw_index)
    assert mean.high - mean.low == pytest.approx(2 * 1.96 * np.sqrt(4.0 / 4_000 + 9.0 / 20_000), rel=0.1)
