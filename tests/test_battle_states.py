"""The states of forces over time that exports show: they end as the battle itself did, whatever happened."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from support.battles import validated
from support.random_scenarios import scenarios

from sim.battle.simulation import Simulation
from sim.events.log import NONE, EventKind
from sim.outputs import battle_states
from sim.outputs.battle_states import BattleStates, StationedForce, follow_first_battle
from sim.outputs.tables import make_event_log_table

EXAMPLES_ONLY = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}
BEGIN = datetime(2001, 6, 1)


def run_battle(data, seed):
    """A battle of a scenario, and its events as they are stored."""
    simulation = Simulation(validated(data))
    run = simulation.run(seed)
    study, batch = SimpleNamespace(simulation=simulation), SimpleNamespace(saved_logs=[run])
    return simulation.scenario, run, make_event_log_table(study, batch)


def find_last_states(scenario, run):
    """Place and people of each force that ever was in a battle, as the battle itself has them at its end."""
    forces, places = list(scenario.forces), list(scenario.places)
    entered = {int(row["force"]) for row in run.log if row["event"] in (EventKind.PLACED, EventKind.JOINED)}
    entered |= {int(row["force"]) for row in run.log if row["event"] == EventKind.DETACHED}
    last = {}
    for number in entered:
        state = run.forces[number]
        place = None if state["place"] == NONE or not state["present"] else places[state["place"]]
        last[forces[number]] = (place, int(state["strength"]) if state["present"] else 0)
    return last


def assert_followed(data, seed):
    """What is exported of a battle ends as the battle did."""
    scenario, run, log = run_battle(data, seed)
    battle = follow_first_battle(log)
    found = {force: (states[-1].place, states[-1].people) for force, states in battle.forces.items()}
    assert found == find_last_states(scenario, run)
    for states in battle.forces.values():
        assert all(state.people >= 0 for state in states)
        assert [state.time for state in states] == sorted(state.time for state in states)
    assert {march.force for march in battle.marches} <= set(battle.forces)
    return {row["event"] for row in log.to_pylist()}


@pytest.mark.slow
@settings(max_examples=40, **EXAMPLES_ONLY)
@given(scenarios(), st.integers(0, 10**6))
def test_the_states_of_any_battle_end_as_the_battle_did(data, seed):
    assert_followed(data, seed)


def find_battle_with(event, kind):
    """A scenario in whose battle of seed 1 orders of a kind bring an event about."""
    return find(
        scenarios(),
        lambda data: (
            kind in {order["kind"] for order in data["orders"].values()}
            and event in run_battle(data, 1)[2]["event"].to_pylist()
        ),
        settings=settings(max_examples=2_000, **EXAMPLES_ONLY),
    )


@pytest.mark.parametrize(("event", "kind"), [("detached", "detach"), ("left", "leave")])
def test_the_states_of_battles_whose_forces_divide_or_leave_end_as_these_did(event, kind, monkeypatch):
    data = find_battle_with(event, kind)
    assert event in assert_followed(data, 1)
    monkeypatch.setattr(battle_states, "CHANGES", {**battle_states.CHANGES, "detached": 0})
    monkeypatch.setattr(battle_states, "DEPARTURES", ("departed",))
    with pytest.raises(AssertionError):
        assert_followed(data, 1)


def test_a_force_divides_leaves_and_comes_back():
    battle = BattleStates(0)
    steps = [("placed", "a", 100), ("detached", "a", -30), ("killed", "a", 1), ("left", "a", 69), ("joined", "b", 69)]
    for hour, (kind, place, value) in enumerate(steps):
        time = BEGIN + timedelta(hours=hour)
        battle.add_event({"event": kind, "force": "x", "place": place, "value": float(value), "time": time})
    assert [(state.place, state.people) for state in battle.forces["x"]] == [
        ("a", 100), ("a", 70), ("a", 69), (None, 0), ("b", 69),
    ]  # fmt: skip
    stays = list(battle.iterate_stays(BEGIN + timedelta(hours=9)))
    assert [(place, state.people) for _, place, state, _ in stays] == [("a", 100), ("a", 70), ("a", 69), ("b", 69)]
    assert stays[2][3] == BEGIN + timedelta(hours=3)
    assert StationedForce(BEGIN, "a", 100) == battle.forces["x"][0]
