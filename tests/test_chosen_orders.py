"""What an order of the author's choice does to the chance of claims about the same place."""

import numpy as np
import pytest

from sim.analysis.chosen_orders import OrderChoice, estimate_order_effects, list_choices, make_order_effect
from sim.battle.simulation import Simulation
from sim.scenario import load

CHOICE = OrderChoice("order", "given", (), ("claim",))


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_only_what_was_chosen_and_claims_about_its_places_are_compared(name):
    scenario = load(name)
    choices = list_choices(scenario, scenario.hours_since_start(scenario.ends))
    assert choices
    for choice in choices:
        order = scenario.orders[choice.order]
        is_given = choice.description == "given"
        assert order.rationale is not None if is_given else "redirect" in (order.on_already_held, order.on_unreachable)
        for claim in choice.claims:
            observable = scenario.claims[claim].observable
            about = {getattr(observable, "place", ""), *getattr(observable, "places", ())}
            assert about & ({order.target} if is_given else set(order.axis))
            assert claim not in order.based_on


def test_the_cases_of_december_are_among_the_choices():
    scenario = load("dec2014")
    choices = {(each.order, each.description): each for each in list_choices(scenario, 24.0 * 40)}
    assert "mariiyah_captured" in choices["brigade_104_goes_in_4", "given"].claims
    redirected = choices["mariiyah_counterattack_5", "going on to al_jafra, masemekeh"]
    assert {edit.path.rpartition(".")[2]: edit.value for edit in redirected.edits} == {
        "on_already_held": "cancel",
        "on_unreachable": "cancel",
    }
    assert "jafra_captured" in redirected.claims


@pytest.mark.parametrize(
    ("n_with", "n_without", "marked"),
    [(20, 80, True), (45, 50, False), (30, 40, False), (29, 40, True), (80, 20, False), (30, 30, False)],
)
def test_a_mark_needs_a_tenth_and_more_than_luck(n_with, n_without, marked):
    with_order, without = (np.arange(100) < n for n in (n_with, n_without))
    effect = make_order_effect(CHOICE, "claim", with_order, without, 1.96)
    assert effect.difference == pytest.approx((n_with - n_without) / 100)
    assert effect.is_marked == marked


def test_a_dozen_battles_that_differ_by_luck_have_no_mark():
    effect = make_order_effect(CHOICE, "claim", np.arange(8) < 3, np.arange(8) < 4, 3.0)
    assert effect.difference < -0.1
    assert not effect.is_marked


def test_effects_are_those_of_paired_battles_and_the_same_every_time():
    simulation = Simulation(load("teaching"))
    first, again = (list(estimate_order_effects(simulation, 6, 1)) for _ in range(2))
    assert first == again
    choices = list_choices(simulation.scenario, simulation.end_hours)
    assert [(each.order, each.description, each.claim) for each in first] == [
        (each.order, each.description, claim) for each in choices for claim in each.claims
    ]
    assert all(each.low <= each.difference <= each.high for each in first)


@pytest.mark.slow
def test_the_command_has_a_line_for_each(call):
    code, out, _ = call("check", "teaching", "--simulate", "2")
    assert code == 0
    assert "Choices of yours" in out
    assert "under Helmbold's law, seed 7" in out
    lines = call("check", "teaching", "--simulate", "6", "seed=3", "law=square")[1].splitlines()
    shares = [float(line.rpartition(": ")[2].partition(" with,")[0]) for line in lines if " with, " in line]
    effects = list(estimate_order_effects(Simulation(load("teaching"), law="square"), 6, 3))
    assert sorted(shares) == sorted(round(100 * each.with_choice) for each in effects)
    assert "law: unknown law" in call("check", "teaching", "--simulate", "2", "law=cubic")[2]
    assert "seed: nothing is simulated" in call("check", "teaching", "seed=3")[2]
    assert call("check", "teaching", "--simulate", "2", "--json")[0] == 2
