"""What belongs to a place: equipment that stays there, mines, refuge, supply by air; sorties lost; people detached."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.battles import attack, battle, codes, fires, fought, number, order, rows, validated
from support.schedulers import observe_by_both_clocks

from sim.battle.records import ForceState
from sim.battle.rules.detachment import divide_force
from sim.events.equipment_observables import AircraftLost, EquipmentCaptured, EquipmentDestroyed
from sim.events.log import AssaultEnding, CancelReason, EventKind
from sim.events.observables import Killed
from sim.scenario import ScenarioError
from sim.scenario.migration import SCHEMA

WEAK = {"strengths": {"outpost": 20, "vanguard": 600}, "killing_rate_amber": 8.0, "killing_rate_teal": 0.2}
STORM = {"storm": attack("amber", "village", "vanguard", hour=5)}


def changed(scenario, section, id, **fields):
    """The same scenario with other fields of one of its entries."""
    data = scenario.model_dump(mode="json", exclude_unset=True)
    data[section][id] |= fields
    return rebuilt(data)


def rebuilt(data):
    """The scenario of changed data, with every check."""
    return validated({"schema": SCHEMA} | data)


def armed(scenario, pieces, destroyed=None):
    """The scenario with guns that stand in the village."""
    stock = {"pieces": number(pieces)} | ({} if destroyed is None else {"destroyed": number(destroyed)})
    return changed(scenario, "places", "village", equipment={"guns": stock})


def test_guns_of_a_place_are_taken_by_who_takes_the_place():
    run = fought(armed(battle(STORM, **WEAK), 7))
    (taken,) = rows(run, EventKind.SEIZED, place="village", force=-1)
    assert (taken["value"], taken["time"]) == (7, rows(run, EventKind.ENDED)["time"][0])
    assert run.event_log.labels.sides[taken["side"]] == "amber"


def test_guns_of_a_place_that_is_held_stay():
    run = fought(armed(battle(STORM, break_defend_median=0.9), 7))
    assert not len(rows(run, EventKind.SEIZED, EventKind.DESTROYED))


def test_guns_change_hands_with_the_place_both_ways_and_some_are_destroyed():
    orders = STORM | {"back": order("counterattack", "teal", "village", "garrison", day=2)}
    scenario = battle(
        orders, **WEAK | {"strengths": {"outpost": 10, "vanguard": 150, "garrison": 900}, "break_attack_median": 0.9}
    )
    scenario = armed(changed(scenario, "priors", "killing_rate_teal", value=8.0), 1000, 0.25)
    run = fought(scenario)
    destroyed = rows(run, EventKind.DESTROYED)
    assert [run.event_log.labels.sides[side] for side in destroyed["side"]] == ["teal", "amber"]
    first, second = destroyed["value"]
    assert abs(first - 250) < 4 * math.sqrt(1000 * 0.25 * 0.75)
    assert rows(run, EventKind.SEIZED, place="village", force=-1)["value"].tolist() == [
        1000 - first,
        1000 - first - second,
    ]


def test_mines_cost_an_attacker_once_and_nobody_else():
    scenario = battle(STORM, strengths={"vanguard": 400}, break_attack_median=0.9)
    mined = changed(scenario, "places", "village", mined=number(0.5))
    run = fought(mined)
    losses = rows(run, EventKind.KILLED, EventKind.WOUNDED)
    assert set(losses["time"]) == {rows(run, EventKind.ASSAULT)["time"][0]}
    engaged = 400  # all can take part in the village
    assert abs(len(losses) - engaged / 2) < 4 * math.sqrt(engaged * 0.25)
    assert not len(rows(fought(scenario), EventKind.KILLED, EventKind.WOUNDED))


def test_mines_may_break_the_attack_before_it_begins():
    scenario = changed(battle(STORM, break_attack_median=0.05), "places", "village", mined=number(0.5))
    assert codes(fought(scenario), EventKind.ENDED) == [AssaultEnding.CALLED_OFF]


@pytest.mark.parametrize(("refuge", "place"), [(True, "hill"), (False, "fort")])
def test_nobody_falls_back_to_what_is_no_refuge(refuge, place):
    """The hill is nearer to the village than the fort, and is Teal's; as an empty heath it is no refuge."""
    scenario = battle(STORM, **WEAK, rout_loss_median=0.0)
    data = scenario.model_dump(mode="json", exclude_unset=True)
    data["roads"]["village_hill"]["km"] = number(0.5)
    data["places"]["hill"]["refuge"] = refuge
    arrived = rows(fought(rebuilt(data)), EventKind.ARRIVED, force="outpost")
    assert [data_place(scenario, each) for each in arrived["place"]] == [place]


def data_place(scenario, index):
    """The id of a place."""
    return sorted(scenario.places)[index]


@pytest.mark.parametrize(("share", "supplied"), [(None, False), (0.5, True), (0.0, True)])
def test_an_airstrip_works_from_the_share_of_it_that_must_be_held(share, supplied):
    scenario = battle({"stay": order("withdraw", "teal", "mill", "riders", hour=12, day=3)}, supply_days=1)
    data = scenario.model_dump(mode="json", exclude_unset=True)
    for place in data["places"].values():
        place.pop("depot", None)
        place.pop("airstrip", None)
    village = data["places"]["village"]
    village["airstrip"] = "teal"
    village["initial_control"]["share"] = number(0.8)
    if share is not None:
        village["airstrip_share"] = number(share)
    run = fought(rebuilt(data))
    assert bool(len(rows(run, EventKind.UNSUPPLIED, force="outpost"))) != supplied


def test_sorties_are_lost_before_they_strike():
    strike = fires("airstrike", "teal", "camp", sorties=400, duration_hours=10, shot_down=number(0.25))
    run = fought(battle({"strike": strike}, strike_deaths_mean=0.0))
    lost, flown = rows(run, EventKind.LOST), rows(run, EventKind.SORTIE)
    assert len(lost) + len(flown) == 400
    assert abs(len(lost) - 100) < 4 * math.sqrt(400 * 0.25 * 0.75)
    assert not len(rows(fought(battle({"strike": strike | {"shot_down": number(0)}})), EventKind.LOST))


def detach(share=0.4, **more):
    """An order that takes a share of the garrison of the fort."""
    return order("detach", "teal", "fort", "garrison", into="relief", share=number(share), **more)


def split(orders, **more):
    """The teaching ground with a force that is only there once it is detached."""
    brought = {"come": order("reinforce", "teal", "fort", "relief", hour=23, day=3, cancelled=True)}
    return battle(orders | brought, **more)


def test_some_go_one_way_and_some_another():
    scenario = split(
        {"part": detach(hour=5), "away": order("withdraw", "teal", "mill", "relief", hour=6)},
        strengths={"garrison": 301},
    )
    run = fought(scenario)
    assert rows(run, EventKind.DETACHED, force="garrison")["value"].tolist() == [-120]
    assert rows(run, EventKind.DETACHED, force="relief")["value"].tolist() == [120]
    assert rows(run, EventKind.ARRIVED, force="relief")["value"].tolist() == [120]  # at the mill
    forces = dict(zip(run.event_log.labels.forces, run.forces["strength"], strict=True))
    assert (forces["garrison"], forces["relief"]) == (181, 120)


@given(st.integers(0, 300), st.integers(0, 200), st.integers(0, 200), st.floats(0.01, 0.99))
def test_what_a_force_has_lost_is_the_past_of_all_its_parts(strength, lost, replaced, share):
    """Nobody is lost or won by dividing a force, and neither part has lost more or less than the whole."""
    people = math.floor(share * strength + 0.5)
    parent = ForceState(strength=strength, initial_strength=strength + lost, replacements=min(replaced, lost))
    before = parent.initial_strength, parent.replacements
    child = ForceState(strength=0.0, present=0)
    if people < 1:
        return
    divide_force(parent, child, people)
    assert (child.present, child.strength, parent.strength) == (1, people, strength - people)
    assert (parent.initial_strength + child.initial_strength, parent.replacements + child.replacements) == before
    for part in (parent, child):
        assert part.initial_strength >= part.strength
        assert abs(part.strength - part.initial_strength * strength / (strength + lost)) <= 1


LEAVES = order("withdraw", "teal", "mill", "garrison", hour=1)


@pytest.mark.parametrize(
    ("orders", "reason"),
    [
        ({"gone": LEAVES, "part": detach(hour=9)}, CancelReason.UNREACHABLE),
        ({"gone": LEAVES, "part": detach(hour=1.01)}, CancelReason.UNREACHABLE),
        ({"part": detach(share=0.0)}, CancelReason.SPENT),
        ({"part": detach(), "again": detach(hour=9)}, CancelReason.SPENT),
    ],
)  # fmt: skip
def test_a_detachment_that_can_not_be_made_is_dropped_with_its_reason(orders, reason):
    assert codes(fought(split(orders)), EventKind.ORDER_CANCELLED) == [reason]


@pytest.mark.parametrize(("into", "message"), [("riders", "from the beginning"), ("vanguard", "of the other side")])
def test_nobody_is_detached_into_a_force_that_is_there(into, message):
    with pytest.raises(ScenarioError, match=message):
        split({"part": detach() | {"into": into}})


@settings(max_examples=12, deadline=None)
@given(
    st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 1), st.floats(0, 1), st.booleans(), st.integers(0, 2**20)
)  # fmt: skip
def test_both_clocks_agree_on_things_of_a_place(destroyed, mined, shot_down, share, refuge, seed):
    scenario = split(
        STORM
        | {
            "strike": fires("airstrike", "teal", "village", sorties=8, hour=6, shot_down=number(shot_down)),
            "part": detach(share, hour=7),
            "back": order("counterattack", "teal", "village", "relief", "garrison", hour=9, day=2),
        },
        strike_deaths_mean=2.0,
        killing_rate_amber=4.0,
        killing_rate_teal=2.0,
        rout_killed_fraction=0.4,
        strengths={"outpost": 60, "vanguard": 300},
    )
    data = scenario.model_dump(mode="json", exclude_unset=True)
    stock = {"guns": {"pieces": number(30), "destroyed": number(destroyed)}}
    data["places"]["village"] |= {"equipment": stock, "mined": number(mined), "airstrip_share": number(share)}
    data["places"]["hill"]["refuge"] = refuge
    scenario = rebuilt(data)
    ends, sides = scenario.ends, list(scenario.sides)
    observables = [
        *(Killed(measure="killed", side=side, until=ends) for side in scenario.sides),
        AircraftLost(measure="aircraft_lost", side="teal", until=ends),
        *(EquipmentCaptured(measure="equipment_captured", side=s, equipment="guns", until=ends) for s in sides),
        *(EquipmentDestroyed(measure="equipment_destroyed", side=s, equipment="guns", until=ends) for s in sides),
    ]  # fmt: skip
    runs, observed, counted = observe_by_both_clocks(scenario, observables, seed, 4)
    assert observed == counted
    for run in runs:
        people = rows(run, EventKind.PLACED, EventKind.JOINED)["value"].sum()
        losses = rows(run, EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)["value"].sum()
        assert np.isclose(run.forces["strength"].sum() + losses, people + late(run))


def late(run):
    """People of a force that was neither placed nor brought in nor detached: those whose order never came."""
    placed = rows(run, EventKind.PLACED, EventKind.JOINED, EventKind.DETACHED, EventKind.ARRIVED)["force"]
    return sum(row["strength"] for number, row in enumerate(run.forces) if number not in placed and row["strength"] > 0)
