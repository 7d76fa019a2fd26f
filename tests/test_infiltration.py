"""Infiltration: a group gets into a place of the enemy's unseen, or is found there, killed, taken, or gets away."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from support.battles import attack, battle, codes, fought, kinds, number, order, rows
from support.schedulers import faults, observe_by_both_clocks

from sim.events.log import CancelReason, EventKind
from sim.events.observables import Killed, OrderOutcome
from sim.scenario import ScenarioError


def infiltrate(gets_through=0.5, target="fort", *forces, **more):
    """An infiltration of Amber's, past the village into the fort."""
    return order("infiltrate", "amber", target, *(forces or ("flank",)), gets_through=number(gets_through), **more)


def final_strength(run, force):
    """The people of a force at the end, and where they stand."""
    names = run.event_log.labels
    row = run.forces[names.forces.index(force)]
    return row["strength"], names.places[row["place"]]


def test_who_gets_through_stands_among_the_enemy_and_holds_nothing():
    run = fought(battle({"slip": infiltrate(1.0, hour=5)}, strengths={"flank": 60}))
    assert faults(run) == []
    assert codes(run, EventKind.INFILTRATED) == [1]
    assert final_strength(run, "flank") == (60, "fort")
    assert not len(rows(run, EventKind.ASSAULT, EventKind.KILLED, EventKind.CAPTURED))
    front = rows(run, EventKind.FRONT_MOVED, place="fort")
    assert len(front) == 1  # as it was when the battle began


def test_who_is_found_loses_as_one_who_is_cut_off_and_the_rest_gets_back():
    run = fought(battle({"slip": infiltrate(0.0, hour=5)}, strengths={"flank": 400}, cut_off_loss_median=0.5))
    assert faults(run) == []
    assert codes(run, EventKind.INFILTRATED) == [0]
    lost = rows(run, EventKind.CAPTURED, EventKind.KILLED, force="flank")["value"].sum()
    assert abs(lost - 200) < 4 * math.sqrt(400 * 0.25)  # binomial, one half of 400
    assert final_strength(run, "flank") == (400 - lost, "camp")


@pytest.mark.parametrize(("killed_fraction", "kind"), [(1.0, EventKind.KILLED), (0.0, EventKind.CAPTURED)])
def test_the_found_are_killed_or_taken_as_in_a_rout(killed_fraction, kind):
    found = {"cut_off_loss_median": 1.0, "rout_killed_fraction": killed_fraction}
    run = fought(battle({"slip": infiltrate(0.0, hour=5)}, strengths={"flank": 40}, **found))
    assert {EventKind(what) for what in rows(run, EventKind.KILLED, EventKind.CAPTURED)["event"]} == {kind}
    assert rows(run, kind, place="fort")["value"].sum() == 40


@pytest.mark.parametrize("z", [-1.2, -0.3, 0.0, 0.4, 1.1])
def test_the_chance_is_that_of_the_order(z):
    for shift, unseen in ((1e-6, 1), (-1e-6, 0)):
        scenario = battle({"slip": infiltrate(norm.cdf(z) + shift, hour=5)})
        assert codes(fought(scenario, order__slip__arrives=z), EventKind.INFILTRATED) == [unseen]


def test_nobody_finds_them_where_nobody_is():
    empty = battle({"slip": infiltrate(0.0, target="mill", hour=5)}, stand={"riders": "fort"})
    run = fought(empty)
    assert codes(run, EventKind.INFILTRATED) == [1]
    second = rows(run, EventKind.FRONT_MOVED, place="mill")["value"][-1]
    assert second == (1.0 if run.event_log.labels.sides[1] == "amber" else 0.0)


def test_a_part_of_a_force_goes_and_comes_back_out():
    """What a text has: some of the host slip in behind the lines, and a day later break out again."""
    orders = {
        "part": order("detach", "teal", "fort", "garrison", into="relief", share=number(0.2), hour=4),
        "slip": order("infiltrate", "teal", "camp", "relief", gets_through=number(1.0), hour=4,
                      after={"order": "part", "event": "ended"}, wait_hours=number(9)),
        "out": order("withdraw", "teal", "fort", "relief", hour=23, break_out=True),
        "come": order("reinforce", "teal", "fort", "relief", hour=23, day=3, cancelled=True),
    }  # fmt: skip
    run = fought(battle(orders, strengths={"garrison": 300}, cut_off_loss_median=0.0))
    assert faults(run) == []
    assert codes(run, EventKind.INFILTRATED) == [1]
    assert final_strength(run, "relief") == (60, "fort")
    assert rows(run, EventKind.ARRIVED, force="relief", place="camp")["value"].tolist() == [60]
    assert kinds(run, "out")[-1] == EventKind.DONE


@pytest.mark.parametrize(
    ("orders", "reason"),
    [
        ({"slip": infiltrate(hour=5, requires={"place": "fort", "held_by": "amber"})}, CancelReason.PRECONDITION),
        (
            {
                "storm": attack("amber", "village", "flank", hour=5),
                "slip": infiltrate(hour=6),
            },
            CancelReason.BUSY,
        ),
        ({"out": order("leave", "amber", "camp", "flank", hour=3), "slip": infiltrate(hour=5)}, CancelReason.SPENT),
    ],
)
def test_an_infiltration_that_can_not_be_made_is_dropped_with_its_reason(orders, reason):
    assert codes(fought(battle(orders)), EventKind.ORDER_CANCELLED, order="slip") == [reason]


def test_a_garrison_can_clear_them_out():
    orders = {"slip": infiltrate(1.0, hour=1), "clear": attack("teal", "fort", "garrison", hour=20)}
    run = fought(battle(orders, strengths={"flank": 30}, killing_rate_teal=20.0, cut_off_loss_median=1.0))
    assert faults(run) == []
    assert len(rows(run, EventKind.ASSAULT, order="clear", place="fort")) == 1
    assert final_strength(run, "flank")[1] != "fort" or final_strength(run, "flank")[0] == 0


def test_a_claim_may_say_what_became_of_them():
    data = {"orders": ["slip"], "outcome": "found", "until": "2001-06-03"}
    found = OrderOutcome.model_validate({"measure": "outcome"} | data)
    for chance, times in ((0.0, 1), (1.0, 0)):
        assert found.observe(fought(battle({"slip": infiltrate(chance, hour=5)})).event_log) == times


def test_the_chance_is_a_share():
    with pytest.raises(ScenarioError, match="gets_through"):
        battle({"slip": infiltrate(1.5)})


@settings(max_examples=15, deadline=None)
@given(
    st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["fort", "village", "hill"]),
    st.integers(1, 20), st.integers(0, 2**20),
)  # fmt: skip
def test_both_clocks_agree(chance, lost, killed, target, hour, seed):
    """With an assault on the same place under way, now and then: nobody comes from or goes to nowhere."""
    scenario = battle(
        {"storm": attack("amber", "village", "vanguard", hour=5), "slip": infiltrate(chance, target, hour=hour)},
        killing_rate_amber=2.0,
        killing_rate_teal=1.0,
        cut_off_loss_median=lost,
        rout_killed_fraction=killed,
        contact_per_1000_day=20.0,
    )
    observables = [
        OrderOutcome.model_validate(
            {"measure": "outcome", "orders": ["slip"], "outcome": outcome, "until": "2001-06-03"}
        )
        for outcome in ("infiltrated", "found", "void")
    ] + [Killed.model_validate({"measure": "killed", "side": "amber", "until": "2001-06-03"})]
    runs, observed, counted = observe_by_both_clocks(scenario, observables, seed, 3)
    assert observed == counted
    for run in runs:
        assert faults(run) == []
