"""The ledger of luck on battles counted by hand."""

import numpy as np
import pytest

from sim.claims.intervals import wilson
from sim.findings.luck import asked, ledger
from sim.scenario import load


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


def battles(scenario, rows):
    """What was observed, a column for each thing asked: objective, part of the village, cart on target, cart not."""
    assert [each.measure for each in asked(scenario)] == ["control", "peak_control", "outcome", "outcome"]
    return np.array(rows, dtype=np.float64)


def test_turns_are_counted_by_hand(scenario):
    rows = (
        [(1, 0.5, 1, 0)] * 30 + [(0, 0.5, 1, 0)] * 30 + [(1, 0.5, 0, 1)] * 27 + [(0, 0, 0, 1)] * 3 + [(0, 1, 0, 0)] * 10
    )
    values = battles(scenario, rows)
    entries = {each.turn: each for each in ledger(scenario, values, np.arange(100), {"no_strikes": values})}
    village, cart, strikes = entries["village_taken"], entries["cart"], entries["no_strikes"]
    assert village.chance.value == pytest.approx(0.87)  # a part of it: neither none nor all
    assert (village.battles, village.others) == (87, 13)
    assert cart.chance.value == pytest.approx(0.6)
    assert (cart.battles, cart.others) == (60, 30)  # in ten battles it neither came nor went the other way
    assert cart.held.value == pytest.approx(0.5)
    assert cart.otherwise.value == pytest.approx(0.9)
    assert cart.moves.value == pytest.approx(-0.4)
    assert cart.moves.high < 0
    assert strikes.chance is None
    none = wilson(0, 100)[1]  # in none of a hundred pairs it made a difference
    assert (strikes.moves.value, strikes.moves.low, strikes.moves.high) == pytest.approx((0, -none, none))


def test_what_is_taken_away_is_paired(scenario):
    values = battles(scenario, [(1, 0, 0, 0)] * 60 + [(0, 0, 0, 0)] * 40)
    without = values.copy()
    without[:10, 0] = 0.2  # ten battles are lost without it, and none is won
    entry = ledger(scenario, values, np.arange(100), {"no_strikes": without})[-1]
    assert entry.moves.value == pytest.approx(0.1)
    assert entry.moves.low > 0
    assert (entry.held.value, entry.otherwise.value) == pytest.approx((0.6, 0.5))


def test_a_turn_that_never_comes_says_nothing(scenario):
    values = battles(scenario, [(1, 0, 0, 0)] * 50)
    entry = ledger(scenario, values, np.arange(50), {"no_strikes": values})[0]
    assert entry.chance.value == 0
    assert entry.chance.high < 0.1
    assert np.isnan(entry.held.value)
    assert (entry.moves.low, entry.moves.high) == (-1, 1)
