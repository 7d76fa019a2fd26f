"""Ends that are no rout: surrender on demand, free passage, breaking out through a siege, leaving the battle."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import norm
from support.battles import attack, battle, codes, fought, number, order, rows
from support.schedulers import observe_by_both_clocks

from sim.events.log import AssaultEnding, CancelReason, EventKind
from sim.events.observables import Captured, ControlShare, OrderOutcome
from sim.scenario.evidence import Claim

NEVER_GIVES_IN, ALWAYS_GIVES_IN = -1e6, 1e6


def demand(log_odds=0.0, lost=0.0, surrounded=0.0, unsupplied=0.0, target="village", hour=6, **more):
    """A demand of Amber's to the garrison of a place."""
    numbers = {
        "log_odds": number(log_odds),
        "per_share_lost": number(lost),
        "if_surrounded": number(surrounded),
        "per_unsupplied": number(unsupplied),
    }
    return order("surrender_demand", "amber", target, hour=hour, **numbers, **more)


def final_control(run, place):
    """The share of a place that Amber holds at the end."""
    return run.event_log.control_series("amber", place)[1][-1]


def test_a_garrison_that_gives_in_is_taken_prisoner_to_the_last_man():
    run = fought(battle({"call": demand(ALWAYS_GIVES_IN)}, strengths={"outpost": 140}))
    assert codes(run, EventKind.DEMAND) == [1]
    assert rows(run, EventKind.CAPTURED)["value"].sum() == 140
    assert not len(rows(run, EventKind.KILLED, EventKind.WOUNDED))
    assert final_control(run, "village") == 1.0


def test_a_garrison_that_refuses_stays():
    run = fought(battle({"call": demand(NEVER_GIVES_IN)}, strengths={"outpost": 140}))
    assert codes(run, EventKind.DEMAND) == [0]
    assert not len(rows(run, EventKind.CAPTURED))
    assert final_control(run, "village") == 0.0


def test_with_free_passage_it_marches_off():
    run = fought(battle({"call": demand(ALWAYS_GIVES_IN, terms="free_passage")}, strengths={"outpost": 140}))
    assert not len(rows(run, EventKind.CAPTURED))
    assert rows(run, EventKind.ARRIVED, force="outpost")["value"].tolist() == [140]
    assert final_control(run, "village") == 1.0


@pytest.mark.parametrize("z", [-1.2, -0.3, 0.0, 0.4, 1.1])
def test_the_chance_is_logistic(z):
    """Just below the log odds at which the order's own number decides it is refused, just above accepted."""
    limit = math.log(norm.cdf(z) / norm.cdf(-z))
    for shift, answer in ((-1e-6, 0), (1e-6, 1)):
        run = fought(battle({"call": demand(limit + shift)}), order__call__break_defend=z)
        assert codes(run, EventKind.DEMAND) == [answer]


@pytest.mark.parametrize(("held", "answer"), [({}, 0), ({"fort": "amber", "hill": "amber", "mill": "amber"}, 1)])
def test_to_be_surrounded_counts(held, answer):
    scenario = battle(
        {"call": demand(-20.0, surrounded=40.0)},
        held=held,
        stand={"garrison": "village", "riders": "village", "watch": "village"} if held else None,
    )
    assert codes(fought(scenario), EventKind.DEMAND) == [answer]


def test_losses_count():
    orders = {"storm": attack("amber", "village", "vanguard", hour=5), "call": demand(-5.0, lost=50.0, hour=9)}
    unhurt = fought(battle(orders, break_defend_median=0.9, break_attack_median=0.9))
    hurt = fought(battle(orders, killing_rate_amber=10.0, break_defend_median=0.9, break_attack_median=0.9))
    assert (codes(unhurt, EventKind.DEMAND), codes(hurt, EventKind.DEMAND)) == ([0], [1])


def test_losses_suffered_elsewhere_count_too():
    """The outpost fights in the village, falls back to the fort, and is asked there."""
    orders = {
        "storm": attack("amber", "village", "vanguard", hour=5),
        "back": order("withdraw", "teal", "fort", "outpost", hour=9),
        "call": demand(-5.0, lost=50.0, target="fort", hour=14),
    }
    ground = {"stand": {"garrison": "mill", "watch": "mill"}, "break_defend_median": 0.9, "break_attack_median": 0.9}
    unhurt, hurt = (fought(battle(orders, killing_rate_amber=rate, **ground)) for rate in (0.0, 10.0))
    assert len(rows(hurt, EventKind.KILLED, EventKind.WOUNDED, force="outpost", place="village"))
    assert rows(hurt, EventKind.ARRIVED, force="outpost", place="fort")["time"][0] < 14
    assert (codes(unhurt, EventKind.DEMAND), codes(hurt, EventKind.DEMAND)) == ([0], [1])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["lay_down_arms", "free_passage"]))
def test_who_lays_down_his_arms_leaves_all_of_them_to_the_enemy(guns, tanks, terms):
    scenario = battle({"call": demand(ALWAYS_GIVES_IN, terms=terms)})
    kinds = sorted(scenario.equipment)[:2]
    data = scenario.model_dump(mode="json", exclude_unset=True)
    data["forces"]["outpost"]["equipment"] = dict(zip(kinds, (number(guns), number(tanks)), strict=False))
    run = fought(type(scenario).model_validate(data))
    seized = rows(run, EventKind.SEIZED)
    expected = [pieces for pieces in (guns, tanks)[: len(kinds)] if pieces and terms == "lay_down_arms"]
    assert seized["value"].tolist() == expected
    assert set(seized["side"]) <= {run.event_log.labels.sides.index("amber")}


@pytest.mark.parametrize(("refuge", "caught"), [(False, True), (True, False)])
def test_defenders_with_no_way_out_are_prisoners_at_the_moment_of_the_storm(refuge, caught):
    """Whoever is not killed surrenders where his side holds nothing to fall back to; otherwise he falls back."""
    scenario = battle(
        {"storm": attack("amber", "village", "vanguard", hour=5)},
        held={"hill": "amber", "mill": "amber"} | ({} if refuge else {"fort": "amber"}),
        stand={"garrison": "village", "riders": "village", "watch": "village"},
        strengths={"vanguard": 3000, "outpost": 60, "garrison": 60, "riders": 60, "watch": 60},
        killing_rate_amber=8.0,
        rout_loss_median=0.0,
    )
    run = fought(scenario)
    taken = rows(run, EventKind.ENDED, order="storm")["time"][0]
    caught_rows = rows(run, EventKind.CAPTURED, side="teal")
    teal = run.event_log.labels.sides.index("teal")
    left = sum(force["strength"] for force in run.forces if force["side"] == teal)
    assert bool(len(caught_rows)) == caught
    assert (left == 0) == caught
    assert set(caught_rows["time"]) <= {taken}


def test_a_garrison_that_gives_in_under_assault_ends_it():
    orders = {"storm": attack("amber", "village", "vanguard", hour=5), "call": demand(ALWAYS_GIVES_IN, hour=9)}
    run = fought(battle(orders, break_defend_median=0.9))
    assert codes(run, EventKind.ENDED) == [AssaultEnding.YIELDED]
    assert rows(run, EventKind.ENDED)["time"][0] == 9
    assert rows(run, EventKind.DONE, order="storm")["time"][0] == 10  # it stays and consolidates for an hour


def test_nobody_can_be_asked_where_nobody_is_or_nobody_near():
    empty = battle({"call": demand(target="mill")}, stand={"riders": "fort"})
    assert codes(fought(empty), EventKind.ORDER_CANCELLED) == [CancelReason.NO_ENEMY]
    far = battle({"call": demand(target="mill")})
    assert codes(fought(far), EventKind.ORDER_CANCELLED) == [CancelReason.UNREACHABLE]


def test_breaking_out_costs_and_brings_the_rest_through():
    """The outpost is cut off in the village: it loses the median of those that are cut off, and reaches the fort."""
    orders = {"away": order("withdraw", "teal", "fort", "outpost", hour=5, break_out=True)}
    ground = {"hill": "amber"}
    people = {"outpost": 400, "vanguard": 600}
    # nobody holds the high road: the village alone touches the fort, so that the way is open without an enemy between
    free = fought(battle(orders, strengths=people, cut_off_loss_median=0.5))
    assert not len(rows(free, EventKind.CAPTURED))
    shut = battle(
        {"away": order("withdraw", "teal", "mill", "watch", hour=5, break_out=True)},
        held={"fort": "amber", **ground},
        stand={"garrison": "mill", "outpost": "mill", "vanguard": "fort", "flank": "hill", "watch": "village"},
        strengths={"watch": 400},
        cut_off_loss_median=0.5,
    )
    run = fought(shut)
    lost = rows(run, EventKind.CAPTURED, force="watch")["value"].sum()
    arrived = rows(run, EventKind.ARRIVED, force="watch")["value"]
    assert arrived.tolist() == [400 - lost]
    assert abs(lost - 200) < 4 * math.sqrt(400 * 0.25)  # binomial, one half of 400


def test_without_leave_to_break_out_it_stays():
    run = fought(
        battle(
            {"away": order("withdraw", "teal", "mill", "watch", hour=5)},
            held={"fort": "amber", "hill": "amber"},
            stand={"garrison": "mill", "outpost": "mill", "vanguard": "fort", "flank": "hill", "watch": "village"},
        )
    )
    assert codes(run, EventKind.ORDER_CANCELLED) == [CancelReason.UNREACHABLE]


def test_who_leaves_the_battle_is_in_no_fight_any_more():
    orders = {
        "out": order("leave", "teal", "mill", "riders", hour=5),
        "late": attack("teal", "camp", "riders", hour=8),
        "again": order("reinforce", "teal", "fort", "riders", hour=12),
    }
    run = fought(battle(orders))
    assert rows(run, EventKind.LEFT, force="riders")["value"].tolist() == [120]
    assert codes(run, EventKind.ORDER_CANCELLED, order="late") == [CancelReason.SPENT]
    assert rows(run, EventKind.JOINED, force="riders")["time"].tolist() == [12]


def test_the_fate_of_prisoners_is_said_and_never_scored():
    claim = {
        "statement": "ten prisoners were killed afterwards",
        "citation": "account 1.1",
        "source": "account",
        "observable": {"measure": "captured", "side": "teal", "fate": "killed", "until": "2001-06-02"},
        "value": "exactly 10",
        "role": "context",
        "reason": "no rule follows prisoners",
    }
    told = Claim.model_validate(claim)
    assert told.observable.fate == "killed"
    assert told.model_dump(mode="json")["observable"]["fate"] == "killed"
    with pytest.raises(ValidationError, match="no rule follows prisoners"):
        Claim.model_validate(claim | {"role": "calibration"})
    assert "fate" not in Captured(measure="captured", side="teal", until="2001-06-02").model_dump(mode="json")


@settings(max_examples=12, deadline=None)
@given(
    st.floats(-4, 4),
    st.floats(0, 8),
    st.sampled_from(["lay_down_arms", "free_passage"]),
    st.booleans(),
    st.integers(0, 2**20),
)
def test_both_clocks_agree_on_ends_that_are_no_rout(log_odds, lost, terms, break_out, seed):
    scenario = battle(
        {
            "storm": attack("amber", "village", "vanguard", "flank", hour=5),
            "call": demand(log_odds, lost=lost, hour=8, terms=terms, wait_hours=number(4)),
            "away": order("withdraw", "teal", "mill", "watch", hour=9, break_out=break_out),
            "out": order("leave", "teal", "mill", "watch", "riders", hour=20, wait_hours=number(2)),
        },
        held={"fort": "amber"},
        stand={"garrison": "mill"},
        killing_rate_amber=0.5,
        killing_rate_teal=0.5,
        rout_loss_sigma=1.0,
        rout_killed_fraction=0.3,
        strengths={"outpost": 200},
    )
    observables = [
        *(Captured(measure="captured", side=side, until=scenario.ends) for side in scenario.sides),
        *(
            OrderOutcome(measure="outcome", orders=("call",), outcome=outcome, until=scenario.ends)
            for outcome in ("surrendered", "refused", "void")
        ),
        *(
            ControlShare(measure="control", side="amber", place=place, until=scenario.ends)
            for place in ("village", "hill", "mill")
        ),
    ]
    runs, observed, counted = observe_by_both_clocks(scenario, observables, seed, 4)
    assert observed == counted
    for run in runs:
        people = rows(run, EventKind.PLACED, EventKind.JOINED)["value"].sum()
        losses = rows(run, EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)["value"].sum()
        assert np.isclose(run.forces["strength"].sum() + losses, people)
