"""Levers: made from any scenario, each a perturbation; what they build is what `sim.load` builds of the same edits."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

import sim
from sim.battle.simulation import Simulation
from sim.perturbations import AnyPerturbation
from sim.scenario.edits import find_conflicts
from sim.serve.edited_scenarios import EditedScenarios
from sim.serve.explorer import BaseCase
from sim.serve.levers import (
    MAX_SHIFT_POSITIONS,
    SINCE,
    PositionError,
    check_positions,
    find_moment,
    format_shift,
    list_levers,
    make_perturbation_settings,
)

SCENARIOS = ("dec2014", "dienbienphu", "goose_green", "khafji", "rorkes_drift", "shaer", "shiloh", "teaching")
PERTURBATIONS = TypeAdapter(dict[str, AnyPerturbation])


def list_positions(lever):
    """Every position of a lever."""
    if lever.kind == "switch":
        return [True, False]
    if lever.kind == "choice":
        return list(lever.options)
    count = round((lever.high - lever.low) / lever.step)
    return [lever.low + number * lever.step for number in range(count + 1)]


def build_edits(scenario, levers, positions):
    """The edits of positions."""
    perturbations = PERTURBATIONS.validate_python(make_perturbation_settings(levers, positions))
    return tuple(edit for each in perturbations.values() for edit in each.edits(scenario))


@pytest.fixture(scope="module", params=SCENARIOS)
def battle(request):
    scenario = sim.load(request.param)
    return scenario, list_levers(scenario), EditedScenarios(request.param)


def test_every_scenario_has_strengths_and_orders_of_both_sides(battle):
    scenario, levers, _ = battle
    assert {f"strength.{side}" for side in scenario.sides} <= levers.keys()
    assert {scenario.orders[id.removeprefix("order.")].side for id in levers if id.startswith("order.")} == set(
        scenario.sides
    )


def test_every_lever_has_a_label_of_its_own_a_default_and_not_too_many_positions(battle):
    _, levers, _ = battle
    for lever in levers.values():
        assert lever.is_position(lever.default), lever.id
        assert lever.label[0].isupper() or not lever.label[0].isalpha()
        assert "_" not in lever.label
        assert 2 <= len(list_positions(lever)) <= MAX_SHIFT_POSITIONS + 1 or lever.unit == "hours", lever.id
    told = [(lever.group, lever.label, lever.note) for lever in levers.values()]
    assert sorted(told) == sorted(set(told))


@pytest.mark.parametrize("end", [0, -1])
def test_all_levers_at_their_ends_are_a_battle_that_can_be(battle, end):
    scenario, levers, edited = battle
    positions = {id: list_positions(lever)[end] for id, lever in levers.items() if id != "commanders"}
    edited.check(build_edits(scenario, levers, check_positions(levers, positions)))


@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_any_positions_go_together_and_build_what_load_builds(battle, data):
    scenario, levers, edited = battle
    chosen = data.draw(st.lists(st.sampled_from(sorted(levers)), unique=True, max_size=8))
    positions = check_positions(
        levers, {id: data.draw(st.sampled_from(list_positions(levers[id]))) for id in chosen if id != "commanders"}
    )
    edits = build_edits(scenario, levers, positions)
    assert find_conflicts(edits) == []
    assert edited.build(edits).compute_digest() == sim.load(edited.name, edits).compute_digest()


def test_no_two_levers_set_the_same_thing(battle):
    scenario, levers, _ = battle
    paths = {
        lever.id: {edit.path for edit in build_edits(scenario, levers, {lever.id: list_positions(lever)[1]})}
        for lever in levers.values()
        if lever.kind == "range"
    }
    assert [pair for pair in combinations(paths, 2) if paths[pair[0]] & paths[pair[1]]] == []


@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_any_lever_but_those_of_the_beginning_can_set_in_in_mid_battle(battle, data):
    scenario, levers, edited = battle
    base = BaseCase(Simulation(scenario), edited, seed=1)
    lever = data.draw(st.sampled_from([each for each in levers.values() if each.id != SINCE]))
    position = data.draw(st.sampled_from([each for each in list_positions(lever) if each != lever.default]))
    positions = {lever.id: position, SINCE: data.draw(st.sampled_from(list_positions(levers[SINCE])[1:]))}
    if lever.is_initial:
        with pytest.raises(PositionError, match="how the battle begins can't change from") as refused:
            base.build_simulation(positions)
        assert str(refused.value).startswith(lever.label)
    else:
        changed = base.build_simulation(positions)
        assert changed.intervention.since == find_moment(scenario, positions) > scenario.begins
        assert (
            changed.intervention.scenario.compute_digest() == edited.build(base.build_edits(positions)).compute_digest()
        )
        assert changed.digest != base.simulation.digest


def test_every_moment_has_its_words(battle):
    scenario, levers, _ = battle
    lever = levers[SINCE]
    assert list(lever.options) == [f"{hours:g}" for hours in list_positions(lever)]
    assert find_moment(scenario, {SINCE: lever.high}) < scenario.ends


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "not positions by name"),
        ({"strength.nobody": 100}, "no such lever"),
        ({"strength.teal": 101}, "50 to 200 in steps of 5"),
        ({"strength.teal": 205}, "can't stand at '205'"),
        ({"strength.teal": True}, "can't stand at 'True'"),
        ({"strength.teal": float("nan")}, "can't stand at 'nan'"),
        ({"strength.teal": 10**400}, "can't stand at"),
        ({"bombs": "elsewhere"}, "random, on_target, short, stopped"),
        ({"order.nobody": True}, "no such lever"),
        ({"order.gate_bomb": "off"}, "can't stand at 'off'"),
    ],
)
def test_what_is_no_position_is_refused_with_what_is_allowed(values, told):
    with pytest.raises(PositionError, match=told):
        check_positions(list_levers(sim.load("teaching")), values)


def test_what_comes_after_the_end_of_a_battle_has_no_lever():
    scenario = sim.load("dec2014")
    windows = {id: getattr(order, "window", None) for id, order in scenario.orders.items()}
    late = {id for id, window in windows.items() if window and window.earliest > scenario.ends}
    late -= {id for id, order in scenario.orders.items() if order.simulated_commander}
    assert late
    assert not {f"order.{id}" for id in late} & list_levers(scenario).keys()
    assert {f"order.{id}" for id in late} & list_levers(scenario, scenario.horizon).keys()


def test_an_arrival_says_what_the_ends_of_its_slider_mean(battle):
    """Each end in the words of a position, beside the window that is written."""
    _, levers, _ = battle
    for lever in levers.values():
        if lever.group == "Arrivals":
            assert lever.note.startswith("written for ")
            assert lever.note.endswith(f"from {format_shift(lever.low)} to {format_shift(lever.high)}")
            assert ("earlier" in lever.note, "later" in lever.note) == (lever.low < 0, lever.high > 0)


@given(st.integers(-500, 500))
def test_a_shift_in_words_is_read_back_as_its_hours(hours):
    words = format_shift(hours).split()
    if hours == 0:
        assert words == ["as", "written"]
        return
    units = {"day": 24, "days": 24, "h": 1}
    read = sum(int(number) * units[unit] for number, unit in zip(words[:-1:2], words[1:-1:2], strict=True))
    assert read * {"later": 1, "earlier": -1}[words[-1]] == hours
