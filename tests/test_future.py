"""A free forecast is the same to the bit whatever later text says; a hindcast is not."""

from datetime import datetime

import pytest

from sim.battle.fight import Stage
from sim.findings.future import future
from sim.scenario import Edit, load

CUT = datetime(2014, 12, 6)
LATER = (
    Edit(path="claims.sohr_isil_dead_by_6.value", value="exactly 168"),
    Edit(path="orders.gate_assault_6.cancelled", value=True),
    Edit(path="orders.east_bomb.fate", value="on_target"),
    Edit(path="weather.fog_12.kind", value="rain"),
)


def bits(scenario, until, number=3):
    return Stage(scenario, until=until).fight(1, number).log.tobytes()


def test_a_free_forecast_knows_no_later_text():
    end = datetime(2014, 12, 12)
    before, after = future(load("dec2014"), CUT, "free"), future(load("dec2014", LATER), CUT, "free")
    assert before.digest() == after.digest()
    assert bits(before, end) == bits(after, end)


@pytest.mark.parametrize("change", LATER[1:3])
def test_a_hindcast_does(change):
    end = datetime(2014, 12, 9)
    before, after = (
        future(load("dec2014"), CUT, "given_orders"),
        future(load("dec2014", (change,)), CUT, "given_orders"),
    )
    assert any(bits(before, end, number) != bits(after, end, number) for number in range(6))


def test_a_leak_of_an_earlier_order_is_seen():
    changed = load("dec2014", (Edit(path="orders.jafra_attack_5.cancelled", value=True),))
    assert future(load("dec2014"), CUT, "free").digest() != future(changed, CUT, "free").digest()


def test_commanders_decide_after_the_cut():
    scenario = future(load("dec2014"), CUT, "free")
    free = [order for order in scenario.replayed.values() if order.free]
    assert free
    assert all(order.window.earliest >= CUT for order in free)


@pytest.mark.parametrize("mode", ["free", "given_orders"])
def test_to_fight_on_changes_nothing_before(mode):
    """A battle that is fought to a later end is the same until the earlier one: what is calibrated is what goes on."""
    scenario = future(load("dec2014"), CUT, mode)
    short, long = (Stage(scenario, until=end).fight(1, 5).log for end in (CUT, datetime(2014, 12, 10)))
    hours = scenario.hours(CUT)
    assert short[short["time"] < hours].tobytes() == long[long["time"] < hours].tobytes()
