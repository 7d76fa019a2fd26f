"""Parameters that a force has for itself, and that count by their mean where several fight side by side."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.battles import attack, battle, fixed, fought, rows, teaching_data, validated
from support.schedulers import Keeping

from sim.battle.records import BattleState, Contingent, ForceState, PlaceState, RoadSegment, SideState
from sim.battle.rules.mean_parameters import add_to_means, is_different, refresh_mean_parameters
from sim.battle.rules.occupancy import stand_at
from sim.battle.simulation import Simulation
from sim.events.log import EventKind
from sim.scenario import load
from sim.scenario.rule_parameters import PARAMETER_RANGES, RULE_PARAMETERS

MEANS = sorted({each.name for each in fields(Contingent)} & {each.name for each in fields(ForceState)} - {"strength"})
NUMBERS = st.floats(0, 1e6)


def make_line(strengths, places, values, name="killing_rate"):
    """Three places in a row, and forces of one side with a parameter of their own."""
    rows_of_roads = {0: [1], 1: [0, 2], 2: [1]}
    roads, ground = [], []
    for p, ends in rows_of_roads.items():
        ground.append(PlaceState(index=p, first_road=len(roads), roads=len(ends), depth_km=1.0))
        roads += [RoadSegment(end, 1.0) for end in ends]
    forces = [
        ForceState(index=n, side=0, place=place, strength=strength, **{name: value})
        for n, (strength, place, value) in enumerate(zip(strengths, places, values, strict=True))
    ]
    empty = {table: [] for table in BattleState._fields}
    sides, contingents = [SideState(), SideState()], [Contingent() for _ in range(6)]
    given = {"sides": sides, "places": ground, "contingents": contingents, "roads": roads, "forces": forces}
    battle = BattleState(**(empty | given))
    for force in battle.forces:
        stand_at(battle, force, force.place)
    return battle


def test_every_parameter_of_a_contingent_is_one_that_a_force_may_have_and_counts():
    """Whatever the field: it goes into the mean, and forces that differ in it alone are different."""
    assert set(MEANS) <= {name for name, row in RULE_PARAMETERS.items() if row.owners == ("force", "side")}
    assert not {each.name for each in fields(SideState)} & set(MEANS)
    for name in MEANS:
        contingent = Contingent()
        add_to_means(contingent, ForceState(**{name: 3.0}), 1.0)
        assert [each for each in MEANS if getattr(contingent, each) != 0.0] == [name]
        assert is_different(ForceState(), ForceState(**{name: 3.0}))
    assert not is_different(ForceState(), ForceState(strength=9.0))


@given(st.sampled_from(MEANS), st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 2), NUMBERS), min_size=1))
def test_a_contingent_has_the_mean_by_people_of_those_there_or_beside_it(name, drawn):
    strengths, places, values = zip(*drawn, strict=True)
    line = make_line(strengths, places, values, name)
    refresh_mean_parameters(line)
    assert line.sides[0].is_mixed == int(len({*values}) > 1)
    for p, nearby in enumerate(([1], [0, 2], [1])):
        people = np.array([s * (place == p) for s, place, _ in drawn])
        if not people.sum() > 0:
            people = np.array([s * (place in nearby) for s, place, _ in drawn])
        if people.sum() > 0:
            exact = float(people @ (np.array(values) / people.sum()))
            assert getattr(line.contingents[2 * p], name) == pytest.approx(exact, rel=1e-9, abs=1e-300)


@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=30), NUMBERS)
def test_the_mean_of_equal_numbers_is_that_number_to_the_bit(strengths, value):
    line = make_line(strengths, [1] * len(strengths), [value] * len(strengths))
    line.forces.append(ForceState(index=len(strengths), side=0, strength=1.0, killing_rate=value + 1.0))
    stand_at(line, line.forces[-1], 0)
    refresh_mean_parameters(line)
    assert line.sides[0].is_mixed == 1
    assert line.contingents[2].killing_rate == value


def test_means_of_a_side_without_forces_or_of_one_are_no_fault():
    line = make_line([], [], [])
    refresh_mean_parameters(line)
    assert [side.is_mixed for side in line.sides] == [0, 0]
    one = make_line([3.0], [0], [2.0])
    refresh_mean_parameters(one)
    assert one.sides[0].is_mixed == 0
    assert [one.contingents[2 * p].killing_rate for p in range(3)] == [2.0] * 3


# In battles.

WHOLE = load("teaching")
HARM = {"killing_rate_amber": 1.0, "killing_rate_teal": 1.0, "advance_km_per_day": 6}


def draw_value(data, name):
    """A value that a parameter may have."""
    low, high = PARAMETER_RANGES.get(name, (0.0, 5.0))
    return data.draw(st.floats(low, min(high, 5.0)))


@pytest.mark.slow
@settings(max_examples=30)
@given(st.data())
def test_what_all_forces_of_a_side_have_for_themselves_is_what_their_side_has(data):
    """To the bit, whatever the parameters."""
    names = data.draw(st.lists(st.sampled_from(MEANS), min_size=1, max_size=4, unique=True))
    side = data.draw(st.sampled_from(sorted(WHOLE.sides)))
    values = {name: draw_value(data, name) for name in names}
    forces = [id for id, force in WHOLE.forces.items() if force.side == side]
    plain = teaching_data()
    of_side, of_forces = ({**plain, "priors": dict(plain["priors"])} for _ in range(2))
    of_side["priors"] |= {f"{name}_{side}": fixed(value) for name, value in values.items()}
    of_forces["priors"] |= {f"{name}_{id}": fixed(value) for name, value in values.items() for id in forces}
    seed = data.draw(st.integers(1, 50))
    first, second = (Simulation(validated(each)).run(seed).log for each in (of_side, of_forces))
    assert np.array_equal(first, second)


@settings(max_examples=15)
@given(st.data())
def test_both_schedulers_fight_mixed_sides_to_the_same_bits(data):
    plain = teaching_data()
    for id in WHOLE.forces:
        for name in data.draw(st.lists(st.sampled_from(MEANS), max_size=3, unique=True)):
            plain["priors"][f"{name}_{id}"] = fixed(draw_value(data, name))
    scenario = validated(plain)
    seed = data.draw(st.integers(1, 50))
    first, second = (Simulation(scenario, scheduler=clock).run(seed).log for clock in ("simpy", "compiled"))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("name", MEANS)
def test_a_force_alone_at_a_place_fights_as_a_side_with_its_numbers(name):
    """Where it is the only one of its side in the fight: the same losses at the same moments, to the bit."""
    low, high = PARAMETER_RANGES.get(name, (0.0, 5.0))
    value = low + 0.61 * (min(high, 5.0) - low)
    night = {"night_fire": 0.4, "moonlight": 0.5, "fog_fire": 0.5, "rain_fire": 0.7, "unsupplied_fire": 0.5}
    orders = {"storm": attack("amber", "village", "vanguard", hour=23)}
    side = "amber" if name == "advance_km_per_day" else "teal"
    force = "vanguard" if side == "amber" else "outpost"
    garrison = {"outpost": "village"}
    priors = HARM | night | {"ground_price": 0.5, "break_defend_sigma": 0.3}
    of_force = battle(orders, stand=garrison, **priors | {f"{name}_{force}": value})
    of_side = battle(orders, stand=garrison, **priors | {f"{name}_{side}": value})
    for seed in range(1, 4):
        logs = []
        for scenario in (of_force, of_side):
            run = fought(scenario, seed)
            here = rows(run, place="village")
            logs.append(here[np.isin(here["event"], (EventKind.KILLED, EventKind.WOUNDED, EventKind.ENDED))])
        assert len(logs[0]) > 5
        assert np.array_equal(*logs)


def test_a_casualty_is_killed_in_the_proportion_of_his_own_force():
    """Two forces side by side, of which one has no wounded and the other hardly any dead."""
    orders = {"storm": attack("amber", "village", "vanguard", "flank")}
    scenario = battle(orders, wounded_per_killed_vanguard=0.0, wounded_per_killed_flank=1e6, killing_rate_teal=3.0)
    run = fought(scenario)
    assert len(rows(run, EventKind.KILLED, force="vanguard")) > 3
    assert len(rows(run, EventKind.WOUNDED, force="vanguard")) == 0
    assert len(rows(run, EventKind.WOUNDED, force="flank")) > 3
    assert len(rows(run, EventKind.KILLED, force="flank")) == 0


def test_the_break_point_is_drawn_from_the_mean_of_those_who_stand_there_when_it_opens():
    stand = {"outpost": "village", "watch": "village"}
    people = {"outpost": 100, "watch": 300}
    scenario = battle(
        {"storm": attack("amber", "village", "vanguard")},
        stand=stand, strengths=people, break_defend_median_outpost=0.2, break_defend_median_watch=0.6,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.battle.simulation.SimpyScheduler", Keeping)
        fought(scenario)
    p = sorted(scenario.places).index("village")
    assert Keeping.last.contingents[2 * p + 1].break_point == pytest.approx((100 * 0.2 + 300 * 0.6) / 400)
