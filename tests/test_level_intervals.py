"""The interval of a level of a factor: over replications, which design points share, and not over battles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.level_intervals import compute_level_difference, compute_level_interval
from sim.random_streams import make_generator
from sim.report.sweep import LevelEffect, format_levels
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.sweep import SweepResult, compute_mean_interval
from sim.scoring.intervals import IntervalEstimate

EVENT = OutcomeMeasure("held", "The fort is held in {chance} of 100 battles.", "share", True)
COUNT = OutcomeMeasure("killed_teal", "Teal soldiers killed", "people", False)
TRIALS = 400


def make_sweep(outcomes: np.ndarray) -> SweepResult:
    """A sweep from the outcomes of each replication at each design point, shape (points, replications)."""
    n_points, runs = outcomes.shape
    return SweepResult(
        ("strength",),
        [{"strength": number} for number in range(n_points)],
        (EVENT, COUNT),
        np.repeat(np.arange(n_points), runs),
        np.tile(np.arange(runs), n_points),
        np.column_stack([outcomes.ravel() > 0, outcomes.ravel()]).astype(float),
    )


@pytest.mark.parametrize("measure", [EVENT, COUNT])
@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.integers(2, 9))
def test_the_same_battles_at_more_points_say_no_more(measure, seed, runs, n_points):
    battles = make_generator("battles", seed).integers(-2, 3, runs)
    few, many = (make_sweep(np.tile(battles, (number, 1))) for number in (2, n_points))
    expected = compute_level_interval(few, measure, [0, 1])
    found = compute_level_interval(many, measure, list(range(n_points)))
    assert (found.value, found.low, found.high) == pytest.approx((expected.value, expected.low, expected.high))


@pytest.mark.parametrize("measure", [EVENT, COUNT])
def test_one_point_is_a_sample_of_its_own(measure):
    sweep = make_sweep(make_generator("battles", 1).integers(-2, 3, (3, 20)))
    values = sweep.find_column(measure.id)[sweep.point_index == 1]
    assert compute_level_interval(sweep, measure, [1]) == IntervalEstimate(*compute_mean_interval(measure, values))


def test_the_interval_covers_as_often_as_it_says_and_one_over_battles_would_not():
    rng = make_generator("replications", 5)
    hits = naive = 0
    for _ in range(TRIALS):
        luck = rng.standard_normal(40)  # of a replication, at every point
        sweep = make_sweep(np.where(luck + 0.3 * rng.standard_normal((7, 40)) > 0, 1, 0))
        found = compute_level_interval(sweep, EVENT, list(range(7)))
        hits += found.low <= 0.5 <= found.high
        _, low, high = compute_mean_interval(EVENT, sweep.find_column("held"))
        naive += low <= 0.5 <= high
    # A true 95 % is further off than this in one of a million tests.
    assert abs(hits / TRIALS - 0.95) < 5 * np.sqrt(0.95 * 0.05 / TRIALS)
    assert naive / TRIALS < 0.75


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.2)), min_size=1, max_size=6))
def test_all_levels_of_an_effect_have_the_same_digits(rows):
    levels = tuple((str(n), IntervalEstimate(mean, mean - half, mean + half)) for n, (mean, half) in enumerate(rows))
    texts = format_levels(LevelEffect("strength", EVENT, levels, levels[0][1]))
    if max(half for _, half in rows) > 0.01:
        assert len({len(mean.partition(".")[2]) for _, mean, _ in texts}) == 1


@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.floats(0.5, 9))
def test_what_every_replication_has_more_of_is_clear_however_far_they_lie_apart(seed, runs, more):
    rng = make_generator("battles", seed)
    luck = 100 * rng.standard_normal(runs)
    sweep = make_sweep(np.stack([luck, luck + more + 0.01 * rng.standard_normal(runs)]))
    found = compute_level_difference(sweep, COUNT, [0], [1])
    assert 0 < found.low <= found.value <= found.high
    assert found.value == pytest.approx(more, abs=0.1)
    reverse = compute_level_difference(sweep, COUNT, [1], [0])
    assert (reverse.value, reverse.low, reverse.high) == pytest.approx((-found.value, -found.high, -found.low))


def test_replications_that_only_one_level_has_are_left_out():
    sweep = make_sweep(np.array([[1, 2, 3], [2, 4, 6]]))
    kept = np.array([True, True, True, True, True, False])
    short = SweepResult(
        sweep.factors,
        sweep.points,
        sweep.measures,
        sweep.point_index[kept],
        sweep.replication[kept],
        sweep.outcomes[kept],
    )
    assert compute_level_difference(short, COUNT, [0], [1]).value == 1.5
