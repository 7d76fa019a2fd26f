"""Effects of turning points on battles counted by hand."""

import numpy as np
import pytest

from sim.analysis.turning_points import estimate_turning_point_effects, list_turning_point_observables
from sim.scenario import load
from sim.scoring.intervals import wilson_interval


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


def make_outcomes(scenario, rows):
    """Observed outcomes, a column each: objective, part of the village, cart on target, cart not."""
    assert [each.measure for each in list_turning_point_observables(scenario)] == [
        "control",
        "peak_control",
        "outcome",
        "outcome",
    ]
    return np.array(rows, dtype=np.float64)


def test_effects_counted_by_hand(scenario):
    rows = (
        [(1, 0.5, 1, 0)] * 30 + [(0, 0.5, 1, 0)] * 30 + [(1, 0.5, 0, 1)] * 27 + [(0, 0, 0, 1)] * 3 + [(0, 1, 0, 0)] * 10
    )
    values = make_outcomes(scenario, rows)
    effects = {
        each.turning_point: each
        for each in estimate_turning_point_effects(scenario, values, np.arange(100), {"no_strikes": values})
    }
    village, cart, strikes = effects["village_taken"], effects["cart"], effects["no_strikes"]
    assert village.probability.value == pytest.approx(0.87)  # a part of it: neither none nor all
    assert (village.n_with, village.n_without) == (87, 13)
    assert cart.probability.value == pytest.approx(0.6)
    assert (cart.n_with, cart.n_without) == (60, 30)  # in ten battles it neither came nor went the other way
    assert cart.p_hold_with.value == pytest.approx(0.5)
    assert cart.p_hold_without.value == pytest.approx(0.9)
    assert cart.effect.value == pytest.approx(-0.4)
    assert cart.effect.high < 0
    assert strikes.probability is None
    none = wilson_interval(0, 100)[1]  # in none of a hundred pairs it made a difference
    assert (strikes.effect.value, strikes.effect.low, strikes.effect.high) == pytest.approx((0, -none, none))


def test_a_removed_turning_point_is_paired(scenario):
    values = make_outcomes(scenario, [(1, 0, 0, 0)] * 60 + [(0, 0, 0, 0)] * 40)
    without = values.copy()
    without[:10, 0] = 0.2  # ten battles are lost without it, and none is won
    effect = estimate_turning_point_effects(scenario, values, np.arange(100), {"no_strikes": without})[-1]
    assert effect.effect.value == pytest.approx(0.1)
    assert effect.effect.low > 0
    assert (effect.p_hold_with.value, effect.p_hold_without.value) == pytest.approx((0.6, 0.5))


def test_a_turning_point_that_never_comes_has_no_effect_estimate(scenario):
    values = make_outcomes(scenario, [(1, 0, 0, 0)] * 50)
    effect = estimate_turning_point_effects(scenario, values, np.arange(50), {"no_strikes": values})[0]
    assert effect.probability.value == 0
    assert effect.probability.high < 0.1
    assert np.isnan(effect.p_hold_with.value)
    assert (effect.effect.low, effect.effect.high) == (-1, 1)
