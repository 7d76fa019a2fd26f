"""Effects of turning points: counted by hand, and on battles that are decided both ways."""

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.decided_battles import SHIFTS, decide_both_ways, find_direction, iterate_shifts, pair_with_removal
from sim.analysis.turning_points import (
    DecidedBattles,
    estimate_turning_point_effects,
    find_both_ways,
    find_held,
    list_turning_point_observables,
)
from sim.battle.batch import simulate_batch
from sim.battle.shifted_simulation import make_shifted_simulation
from sim.battle.simulation import Simulation
from sim.inference.battle_target import simulate_observables, simulate_replications
from sim.scenario import load
from sim.scoring.intervals import wilson_interval

COUNT = 40


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


@pytest.fixture(scope="module")
def simulation(scenario):
    return Simulation(scenario)


@pytest.fixture(scope="module")
def outcomes(simulation):
    return simulate_observables(simulation, 3, COUNT, list_turning_point_observables(simulation.scenario))


def make_outcomes(scenario, rows):
    """Observed outcomes, a column each: objective, part of the village, cart on target, cart not."""
    assert [each.measure for each in list_turning_point_observables(scenario)] == [
        "control",
        "peak_control",
        "outcome",
        "outcome",
    ]
    return np.array(rows, dtype=np.float64)


def decide_by_hand(values, is_held_if_so, is_held_if_not, n_decided):
    """The battles of every turning point: some decided both ways, each by half a standard deviation."""
    is_decided = np.arange(len(values)) < n_decided
    pair = DecidedBattles(is_held_if_so, is_held_if_not, is_decided, np.where(is_decided, 0.5, 0.0))
    return {"village_taken": pair, "cart": pair, "no_strikes": pair}


def test_association_counted_by_hand(scenario):
    rows = (
        [(1, 0.5, 1, 0)] * 30 + [(0, 0.5, 1, 0)] * 30 + [(1, 0.5, 0, 1)] * 27 + [(0, 0, 0, 1)] * 3 + [(0, 1, 0, 0)] * 10
    )
    values = make_outcomes(scenario, rows)
    held = values[:, 0] > 0
    effects = {
        each.turning_point: each
        for each in estimate_turning_point_effects(
            scenario, values, np.arange(100), decide_by_hand(values, held, held, 100)
        )
    }
    village, cart, strikes = effects["village_taken"], effects["cart"], effects["no_strikes"]
    assert village.probability.value == pytest.approx(0.87)  # a part of it: neither none nor all
    assert (village.association.n_with, village.association.n_without) == (87, 13)
    assert cart.probability.value == pytest.approx(0.6)
    # in ten battles it neither came nor went the other way
    assert (cart.association.n_with, cart.association.n_without) == (60, 30)
    assert cart.association.p_hold_with.value == pytest.approx(0.5)
    assert cart.association.p_hold_without.value == pytest.approx(0.9)
    assert cart.association.difference.value == pytest.approx(-0.4)
    assert cart.association.difference.high < 0
    assert cart.effect.value == 0  # whatever goes with it, it changes nothing
    none = wilson_interval(0, 100)[1]  # in none of a hundred pairs it made a difference
    assert (cart.effect.low, cart.effect.high) == pytest.approx((-none, none))
    assert strikes.probability is None
    assert strikes.association is None


def test_effect_counted_by_hand(scenario):
    values = make_outcomes(scenario, [(1, 0, 0, 0)] * 100)
    if_so, if_not = np.arange(100) % 2 == 0, np.arange(100) % 10 == 0
    effect = estimate_turning_point_effects(
        scenario, values, np.arange(100), decide_by_hand(values, if_so, if_not, 60)
    )[0]
    assert (effect.n_pairs, effect.n_battles) == (60, 100)
    assert effect.p_hold_if_so.value == pytest.approx(0.5)
    assert effect.p_hold_if_not.value == pytest.approx(0.1)
    assert effect.effect.value == pytest.approx(0.4)
    assert effect.effect.low > 0
    assert effect.median_shift == 0.5


def test_a_removed_turning_point_is_paired(scenario):
    values = make_outcomes(scenario, [(1, 0, 0, 0)] * 60 + [(0, 0, 0, 0)] * 40)
    without = values.copy()
    without[:10, 0] = 0.2  # ten battles are lost without it, and none is won
    held = values[:, 0] > 0
    decided = decide_by_hand(values, held, held, 100) | {"no_strikes": pair_with_removal(scenario, values, without)}
    effect = estimate_turning_point_effects(scenario, values, np.arange(100), decided)[-1]
    assert effect.effect.value == pytest.approx(0.1)
    assert effect.effect.low > 0
    assert (effect.p_hold_if_so.value, effect.p_hold_if_not.value) == pytest.approx((0.6, 0.5))
    assert effect.median_shift is None


def test_what_no_luck_decides_has_no_effect_estimate(scenario):
    values = make_outcomes(scenario, [(1, 0, 0, 0)] * 50)
    held = np.ones(50, dtype=bool)
    effect = estimate_turning_point_effects(scenario, values, np.arange(50), decide_by_hand(values, held, held, 0))[0]
    assert effect.probability.value == 0
    assert effect.probability.high < 0.1
    assert effect.n_pairs == 0
    assert np.isnan(effect.effect.value)
    assert (effect.effect.low, effect.effect.high) == (-1, 1)
    assert np.isnan(effect.association.p_hold_with.value)


def resimulate(other, numbers):
    """Some of the same battles under another simulation."""
    return simulate_replications(other, 3, numbers.tolist(), list_turning_point_observables(other.scenario))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["village_taken", "cart"])
def test_each_battle_is_decided_both_ways(scenario, simulation, outcomes, name):
    turning_point = scenario.turning_points[name]
    decided = decide_both_ways(simulation, turning_point, outcomes, resimulate)
    has_happened, has_alternative = find_both_ways(scenario, turning_point, outcomes)
    assert decided.is_decided.sum() > 0.5 * (has_happened | has_alternative).sum()  # in others nobody tried
    # a battle that has the turn of itself is the battle itself on that way
    held = find_held(scenario, outcomes)
    assert (decided.is_held_if_so[has_happened] == held[has_happened]).all()
    assert (decided.is_held_if_not[has_alternative] == held[has_alternative]).all()
    assert set(decided.shifts) <= {0.0, *SHIFTS}
    assert (decided.shifts[decided.is_decided] > 0).all()  # no battle goes both ways of itself


@pytest.mark.slow
@pytest.mark.parametrize("name", ["village_taken", "cart"])
def test_only_undecided_battles_are_simulated_again_and_all_would_give_the_same(
    scenario, simulation, outcomes, name, monkeypatch
):
    turning_point, simulated, found = scenario.turning_points[name], [], np.zeros((2, COUNT), dtype=bool)

    def record(other, numbers):
        simulated.append(numbers)
        return resimulate(other, numbers)

    monkeypatch.setattr("sim.analysis.decided_battles.ENOUGH_DECIDED", 1.0)
    decided = decide_both_ways(simulation, turning_point, outcomes, record)
    # The same by hand, with every battle simulated at every shift.
    direction, steps = find_direction(scenario, turning_point), iter(simulated)
    for shift in iterate_shifts():
        if shift and found.all():
            break
        if shift:
            np.testing.assert_array_equal(next(steps), np.flatnonzero(~found.all(axis=0)))
        moved = make_shifted_simulation(simulation, {each: shift * sign for each, sign in direction.items()})
        found |= np.array(find_both_ways(scenario, turning_point, resimulate(moved, np.arange(COUNT))))
    assert next(steps, None) is None
    assert sum(map(len, simulated)) < COUNT * len(simulated)
    np.testing.assert_array_equal(decided.is_decided, found.all(axis=0))


@pytest.mark.parametrize("execution_mode", ["plain", "compiled"])
def test_battles_by_their_numbers_are_those_of_a_row_of_them(scenario, outcomes, execution_mode):
    numbers = [7, 3, 39, 3]
    chosen = simulate_replications(
        Simulation(scenario, execution_mode=execution_mode), 3, numbers, list_turning_point_observables(scenario)
    )
    np.testing.assert_array_equal(chosen, outcomes[numbers])


@pytest.mark.slow
def test_a_turn_that_changes_nothing_has_no_effect_and_one_that_decides_has_all(scenario, simulation, outcomes):
    """The objective itself as a turning point: its effect is 1 in every battle that is decided both ways."""
    turning_point = scenario.turning_points["village_taken"]

    def resimulate_with_objective(other, numbers):
        values = resimulate(other, numbers)
        values[:, 0] = find_both_ways(scenario, turning_point, values)[0]  # held where the village is taken in part
        return values

    values = outcomes.copy()
    values[:, 0] = find_both_ways(scenario, turning_point, values)[0]
    decided = decide_both_ways(simulation, turning_point, values, resimulate_with_objective)
    assert decided.is_held_if_so[decided.is_decided].all()
    assert not decided.is_held_if_not[decided.is_decided].any()


def test_the_luck_that_is_moved_is_that_of_the_orders_concerned(scenario):
    assert find_direction(scenario, scenario.turning_points["cart"]) == {
        "order:gate_bomb:arrives": -1.0,
        "order:gate_bomb:reaches": -1.0,
    }
    village = find_direction(scenario, scenario.turning_points["village_taken"])
    attackers = {name: sign for name, sign in village.items() if name.endswith(":break_attack")}
    assert attackers
    assert all(village[name.replace("break_attack", "break_defend")] == -sign for name, sign in attackers.items())


def test_orders_of_both_sides_are_moved_against_each_other():
    scenario = load("dec2014")
    direction = find_direction(scenario, scenario.turning_points["perimeter_held"])
    assert (
        direction["order:perimeter_attack_5:combat_power"] == -direction["order:perimeter_counterattack_5:combat_power"]
    )
    assert all(find_direction(scenario, each) for each in scenario.turning_points.values() if each.claims)


@pytest.mark.parametrize("execution_mode", ["plain", "compiled"])
def test_a_shift_moves_what_it_names_and_nothing_else(scenario, execution_mode):
    simulation = Simulation(scenario, execution_mode=execution_mode)
    name = "order:gate_bomb:arrives"
    shifted = make_shifted_simulation(simulation, {name: -1.5})
    one, two = simulation.run(5, 2), shifted.run(5, 2)
    assert two.parameters == one.parameters
    assert {each: two.normal_inputs[each] - value for each, value in one.normal_inputs.items()} == pytest.approx(
        {each: -1.5 if each == name else 0.0 for each in one.normal_inputs}
    )
    assert make_shifted_simulation(simulation, {name: 0.0}).run(5, 2).event_log.rows.tobytes() == (
        one.event_log.rows.tobytes()
    )
    with pytest.raises(KeyError, match="nobody"):
        make_shifted_simulation(simulation, {"order:nobody:arrives": 1.0})


def test_a_shift_gives_the_same_bits_under_both_clocks(scenario):
    observables = list_turning_point_observables(scenario)
    plain = Simulation(scenario)
    compiled = replace(plain, execution_mode="compiled", scheduler="compiled")
    shift = {"order:gate_bomb:arrives": -3.0, "order:gate_bomb:reaches": -3.0}
    one = simulate_observables(make_shifted_simulation(plain, shift), 8, 12, observables)
    two = simulate_batch(
        make_shifted_simulation(compiled, shift),
        8,
        range(12),
        [each.make_statistic(compiled.compiled_scenario.labels) for each in observables],
    ).values
    assert one.tobytes() == two.tobytes()
