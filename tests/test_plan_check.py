"""`sim check --simulate`: orders that come to nothing, claims that never or always hold, chains of orders."""

import pytest
from ruamel.yaml import YAML
from support.battles import attack, battle, number, order, teaching_data

from sim.analysis.plan_check import check_plan, list_order_chains
from sim.battle.simulation import Simulation
from sim.events.log import CancelReason
from sim.scenario import load
from sim.scoring.intervals import wilson_interval


def test_an_order_that_is_dropped_is_named_with_its_reason():
    scenario = battle(
        {
            "first": attack("amber", "village", "vanguard", hour=5),
            "busy": attack("amber", "hill", "vanguard", hour=6),
            "gated": attack("amber", "hill", "flank", requires={"place": "mill", "held_by": "amber"}),
            "fine": order("withdraw", "teal", "mill", "watch", hour=20),
        }
    )
    plan = check_plan(Simulation(scenario), 5, seed=2)
    assert {each.order: (each.n_dropped, each.reason) for each in plan.dropped_orders} == {
        "busy": (5, CancelReason.BUSY),
        "gated": (5, CancelReason.PRECONDITION),
    }
    patient = battle(
        {
            "first": attack("amber", "village", "vanguard", hour=5),
            "busy": attack("amber", "hill", "vanguard", hour=6, wait_hours=number(30)),
        }
    )
    assert not check_plan(Simulation(patient), 5, seed=2).dropped_orders


def test_claims_that_never_and_always_hold_are_named():
    scenario = load("teaching")
    plan = check_plan(Simulation(scenario), 12, seed=4)
    runs = [Simulation(scenario).run(4, number).event_log for number in range(12)]
    counts = {
        id: sum(claim.value.contains(claim.observable.observe(log)) for log in runs)
        for id, claim in scenario.claims.items()
        if claim.role != "context" and claim.observable is not None
    }
    assert set(plan.impossible_claims) == {id for id, count in counts.items() if count == 0}
    assert set(plan.certain_claims) == {id for id, count in counts.items() if count == 12}
    assert plan.rare_share == wilson_interval(0, 12)[1]


def test_chains_are_drawn_each_after_what_it_waits_for():
    scenario = battle(
        {
            "third": attack("amber", "fort", "flank", after={"order": "second", "event": "taken"}),
            "second": attack("amber", "hill", "flank", after={"order": "first"}),
            "first": attack("amber", "village", "vanguard"),
            "other": attack("amber", "hill", "vanguard", after={"order": "first", "event": "repelled"}),
            "alone": order("withdraw", "teal", "mill", "watch"),
        }
    )
    assert list_order_chains(scenario) == [(0, "first"), (1, "second"), (2, "third"), (1, "other")]


@pytest.mark.parametrize("delay", [{}, {"delay_hours": number(1.5)}])
def test_the_command_prints_what_is_amiss_with_its_line(call, tmp_path, delay):
    data = teaching_data()
    data["orders"]["fort_assault"] |= {
        "requires": {"place": "fort", "held_by": "amber", "at_least": 0.9},
        "after": {"order": "village_assault", "event": "ended"} | delay,
    }
    path = tmp_path / "spoilt.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(data, file)
    code, out, _ = call("check", str(path), "--simulate", "4")
    lines = out.splitlines()
    assert code == 0
    (dropped,) = [line for line in lines if line.startswith("DROPPED") and "fort_assault" in line]
    assert "spoilt.yaml:" in dropped
    assert "orders.fort_assault" in dropped
    assert "of 4, mostly since its condition is not met" in dropped
    assert any(line.startswith("In 4 battles from the priors") for line in lines)
    chain = [line for line in lines if line.strip().startswith("fort_assault: attack on the fort once that is ended")]
    assert len(chain) == 1
    assert ("1.5 h later" in chain[0]) == bool(delay)
