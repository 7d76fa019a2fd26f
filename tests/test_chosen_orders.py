"""What an order of the author's choice does to the chance of claims about the same place."""

import numpy as np
import pytest

from sim.analysis.chosen_orders import estimate_order_effects, list_order_claims, make_order_effect
from sim.battle.simulation import Simulation
from sim.scenario import load


def test_only_orders_with_a_rationale_and_claims_about_their_target_are_compared():
    scenario = load("teaching")
    pairs = list_order_claims(scenario, 72.0)
    assert pairs
    for order, claims in pairs.items():
        assert scenario.orders[order].rationale is not None
        for claim in claims:
            observable = scenario.claims[claim].observable
            assert scenario.orders[order].target in (
                getattr(observable, "place", ""),
                *getattr(observable, "places", ()),
            )
            assert claim not in scenario.orders[order].based_on


@pytest.mark.parametrize(
    ("n_with", "n_without", "marked"),
    [(20, 80, True), (45, 50, False), (30, 40, False), (29, 40, True), (80, 20, False), (30, 30, False)],
)
def test_a_mark_needs_a_tenth_and_more_than_luck(n_with, n_without, marked):
    with_order, without = (np.arange(100) < n for n in (n_with, n_without))
    effect = make_order_effect("order", "claim", with_order, without, 1.96)
    assert effect.difference == pytest.approx((n_with - n_without) / 100)
    assert effect.is_marked == marked


def test_a_dozen_battles_that_differ_by_luck_have_no_mark():
    effect = make_order_effect("order", "claim", np.arange(8) < 3, np.arange(8) < 4, 3.0)
    assert effect.difference < -0.1
    assert not effect.is_marked


def test_effects_are_those_of_paired_battles_and_the_same_every_time():
    simulation = Simulation(load("teaching"))
    first, again = (list(estimate_order_effects(simulation, 6, 1)) for _ in range(2))
    assert first == again
    pairs = list_order_claims(simulation.scenario, simulation.end_hours)
    assert [(each.order, each.claim) for each in first] == [(order, id) for order, ids in pairs.items() for id in ids]
    assert all(each.low <= each.difference <= each.high for each in first)


def test_the_command_has_a_line_for_each(call):
    code, out, _ = call("check", "teaching", "--simulate", "2")
    assert code == 0
    assert "Orders with a rationale" in out
    assert call("check", "teaching", "--simulate", "2", "--json")[0] == 2
