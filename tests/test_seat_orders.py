"""Orders that are due: each is named, each choice can be made, and what is called without effect comes to nothing."""

import re
from functools import cache

import pytest

from sim.battle.simulation import Simulation
from sim.events.log import CancelReason, EventKind
from sim.report.after_action import judge_effect
from sim.report.seat_view import (
    find_goal,
    format_due_order,
    format_due_orders,
    is_idle,
    list_other_choices,
    number_choices,
)
from sim.scenario import load
from sim.scenario.orders import Attack
from sim.scoring.intervals import IntervalEstimate
from sim.seat.after_action import DecisionEffect, Outcome
from sim.seat.game import GameSetup, begin_game, decide, go_on

BATTLES = [("dec2014", "government", 0), ("dec2014", "isil", 1), ("teaching", "teal", 0), ("shaer", "government", 0)]


@cache
def list_stops(scenario, side, replication):
    """The game at each of its stops."""
    setup = GameSetup(Simulation(load(scenario), scheduler="compiled"), 7, replication, side, pace="every_report")
    games = [begin_game(setup)]
    while (game := go_on(games[-1])).stop is not None:
        games.append(game)
    return games


@pytest.fixture(params=BATTLES, ids=str)
def stops(request):
    return list_stops(*request.param)


def test_each_due_order_is_named_and_each_choice_has_its_place(stops):
    for game in stops:
        numbers = number_choices(game.choices, {})
        lines = list(format_due_orders(game, numbers))
        shown = {int(number) for line in lines for number in re.findall(r"(?:^|  )(\d+)  (?:hold|delay|by) ", line)}
        others = {numbers[each.id] for each in list_other_choices(game)}
        assert shown | others == set(numbers.values())
        assert not shown & others
        places = game.battle.scenario.places
        for id in game.stop.due_orders:
            assert places[game.battle.scenario.orders[id].target].name in " ".join(lines)


def test_an_attack_without_effect_is_dropped_unless_something_happens_at_its_goals(stops):
    n_idle = 0
    for game in stops:
        orders = game.battle.scenario.orders
        for id in (each for each in game.stop.due_orders if isinstance(orders[each], Attack) and is_idle(game, each)):
            goals = {orders[id].target, *orders[id].axis}
            seen = game.battle.sightings[game.side]
            if any(each.place in goals and each.hours > game.hours for each in seen):
                continue
            n_idle += 1
            log = game.run.log[game.run.log["order"] == game.run.event_log.labels.orders.index(id)]
            ends = log[(log["event"] == EventKind.ORDER_CANCELLED) | (log["event"] == EventKind.ORDER_MOOT)]
            assert len(ends), id
            assert not len(log[log["event"] == EventKind.ASSAULT])
            assert CancelReason.ALREADY_HELD in ends["code"]
    if stops is list_stops(*BATTLES[0]):
        assert n_idle > 0


def test_an_attack_on_a_place_of_ones_own_says_where_it_goes_instead(stops):
    """As far as the side knows: to the first goal that is not its own; no word where the target is the enemy's."""
    for game in stops:
        orders, places = game.battle.scenario.orders, game.battle.scenario.places
        for id in game.stop.due_orders:
            order, text = orders[id], format_due_order(game, id)
            if not isinstance(order, Attack) or order.cancelled:
                continue
            is_own = game.situation.places[order.target].share >= 1.0
            assert ("You hold that" in text) == is_own
            if is_own and order.on_already_held == "redirect" and (goal := find_goal(game, order)):
                assert text.endswith(f"so it goes on to {places[goal].name}.")


def test_an_order_that_is_held_back_has_no_choices_below_it():
    game = next(each for each in list_stops(*BATTLES[0]) if each.stop.due_orders)
    id = game.stop.due_orders[0]
    game = decide(game, f"hold {id}")
    lines = list(format_due_orders(game, number_choices(game.choices, {})))
    assert lines[0].endswith(": held back.")
    assert not lines[1:2] or not lines[1].startswith("    ")


NO_CHANGE = IntervalEstimate(0.0, -1.0, 1.0)
FEWER, MORE = IntervalEstimate(-3.0, -5.0, -1.0), IntervalEstimate(3.0, 1.0, 5.0)


@pytest.mark.parametrize(
    ("own_dead_without", "own_dead_on_average", "verdict"),
    [
        (20, NO_CHANGE, "no difference found"),
        (24, NO_CHANGE, "helped here; on average no difference found"),
        (16, NO_CHANGE, "harmed here; on average no difference found"),
        (20, FEWER, "helps on average; no difference here"),
        (20, MORE, "harms on average; no difference here"),
        (24, FEWER, "helped here, and helps on average"),
        (16, FEWER, "harmed here, but helps on average"),
        (24, MORE, "helped here, but harms on average"),
        (16, MORE, "harmed here, and harms on average"),
    ],
)
def test_what_a_decision_did_here_and_on_average(own_dead_without, own_dead_on_average, verdict):
    played, without = (Outcome(1.0, True, dead, 50.0) for dead in (20.0, float(own_dead_without)))
    effect = DecisionEffect(None, without, NO_CHANGE, own_dead_on_average)
    assert judge_effect(played, effect) == verdict
