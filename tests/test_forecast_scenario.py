"""The scenario of a free forecast is the same to the bit whatever later text says; that of a hindcast is not."""

from datetime import datetime

import pytest

from sim.analysis.forecast_cutoffs import build_forecast_scenario
from sim.battle.simulation import Simulation
from sim.scenario import Edit, load

CUTOFF = datetime(2014, 12, 6)
LATER = (
    Edit(path="claims.sohr_isil_dead_by_6.value", value="exactly 168"),
    Edit(path="orders.gate_assault_6.cancelled", value=True),
    Edit(path="orders.east_bomb.outcome", value="on_target"),
    Edit(path="weather.fog_12.kind", value="rain"),
)


def simulate_log(scenario, until, number=3):
    return Simulation(scenario, until=until).run(1, number).log.tobytes()


def test_a_free_forecast_does_not_depend_on_later_text():
    end = datetime(2014, 12, 12)
    before, after = (
        build_forecast_scenario(load("dec2014"), CUTOFF, "free"),
        build_forecast_scenario(load("dec2014", LATER), CUTOFF, "free"),
    )
    assert before.compute_digest() == after.compute_digest()
    assert simulate_log(before, end) == simulate_log(after, end)


@pytest.mark.parametrize("change", LATER[1:3])
def test_a_hindcast_depends_on_later_text(change):
    end = datetime(2014, 12, 9)
    before, after = (
        build_forecast_scenario(load("dec2014"), CUTOFF, "given_orders"),
        build_forecast_scenario(load("dec2014", (change,)), CUTOFF, "given_orders"),
    )
    assert any(simulate_log(before, end, number) != simulate_log(after, end, number) for number in range(6))


def test_a_change_of_an_earlier_order_is_detected():
    changed = load("dec2014", (Edit(path="orders.jafra_attack_5.cancelled", value=True),))
    assert (
        build_forecast_scenario(load("dec2014"), CUTOFF, "free").compute_digest()
        != build_forecast_scenario(changed, CUTOFF, "free").compute_digest()
    )


def test_commanders_decide_after_the_cutoff():
    scenario = build_forecast_scenario(load("dec2014"), CUTOFF, "free")
    free = [order for order in scenario.active_orders.values() if order.simulated_commander]
    assert free
    assert all(order.window.earliest >= CUTOFF for order in free)


@pytest.mark.parametrize("mode", ["free", "given_orders"])
def test_a_later_end_changes_nothing_before(mode):
    """A battle simulated to a later end is the same until the earlier one: what is calibrated is what is continued."""
    scenario = build_forecast_scenario(load("dec2014"), CUTOFF, mode)
    short, long = (Simulation(scenario, until=end).run(1, 5).log for end in (CUTOFF, datetime(2014, 12, 10)))
    hours = scenario.hours_since_start(CUTOFF)
    assert short[short["time"] < hours].tobytes() == long[long["time"] < hours].tobytes()
