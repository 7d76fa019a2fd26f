"""Perturbations: each file's own change and no other, and one clear message for what can't be."""

from collections import Counter
from typing import get_args

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from sim import perturbations
from sim.battle.simulation import Simulation
from sim.events.log import BombOutcome, CancelReason, EventKind
from sim.perturbations.base import ASSUMPTION_TEXT, OrderKindName, PerturbationError
from sim.scenario import ScenarioError, load
from sim.scenario.orders import OUTCOMES_BY_ORDER_KIND, AnyOrder
from sim.types import Edit

ANY = TypeAdapter(perturbations.AnyPerturbation)

# At least one sound example of every kind: the shared tests run on each.
EXAMPLES = {
    "add": [
        {
            "kind": "add",
            "order": "second_bomb",
            "definition": {
                "kind": "vehicle_bomb",
                "side": "amber",
                "target": "village",
                "window": {"earliest": "2001-06-01T10:00", "latest": "2001-06-01T11:00"},
            },
        }
    ],
    "bombs": [{"kind": "bombs", "outcome": fate} for fate in ("stopped", "short", "on_target")],
    "cancel": [{"kind": "cancel", "orders": ["fort_assault"]}, {"kind": "cancel", "order_kind": "airstrike"}],
    "cover": [{"kind": "cover", "place": "fort", "cover": 0.9}],
    "free": [{"kind": "free"}, {"kind": "free", "since": "2001-06-02T00:00"}, {"kind": "free", "side": "amber"}],
    "prior": [
        {"kind": "prior", "prior": "break_attack_median", "value": 0.5},
        {"kind": "prior", "prior": "replacements_per_day", "factor": 2},
    ],
    "shift": [{"kind": "shift", "orders": ["relief_arrives"], "hours": -12}],
    "sorties": [
        {"kind": "sorties", "factor": 0},
        {"kind": "sorties", "factor": 3, "order_kind": "shelling", "side": "teal"},
        {"kind": "sorties", "factor": 2, "days": ["2001-06-01"]},
    ],
    "strength": [
        {"kind": "strength", "force": "vanguard", "factor": 1.5},
        {"kind": "strength", "force": "watch", "people": 10},
        {"kind": "strength", "side": "teal", "factor": 0.5},
    ],
    "weather": [
        {"kind": "weather", "day": "2001-06-02", "condition": "fog"},
        {"kind": "weather", "day": "2001-06-02", "condition": "clear"},
        {"kind": "weather", "day": "2001-06-02", "condition": "rain"},
        {"kind": "weather", "day": "2001-06-02", "condition": "moon", "illuminated_fraction": 0},
    ],
}
CASES = [(kind, example) for kind, examples in EXAMPLES.items() for example in examples]


@pytest.fixture(scope="module")
def teaching():
    return load("teaching")


def changed(teaching, *settings: dict):
    """The teaching scenario under some perturbations."""
    edits = [edit for each in settings for edit in ANY.validate_python(each).edits(teaching)]
    return load("teaching", tuple(edits))


def log(scenario, replication: int = 0) -> np.ndarray:
    return Simulation(scenario).run(seed=2, replication=replication).log


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == set(perturbations.PERTURBATIONS.list_names())


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_a_perturbation_changes_the_scenario_and_says_so(teaching, kind, settings):
    perturbation = ANY.validate_python(settings)
    assert perturbation.kind == kind
    edits = perturbation.edits(teaching)
    assert edits
    assert all(isinstance(edit, Edit) for edit in edits)
    assert load("teaching", edits).compute_digest() != teaching.compute_digest()


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_a_perturbation_is_a_pure_function_of_the_scenario(teaching, kind, settings):
    before = teaching.compute_digest()
    assert ANY.validate_python(settings).edits(teaching) == ANY.validate_python(settings).edits(teaching)
    assert teaching.compute_digest() == before


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_a_perturbed_battle_is_fought_to_its_end(teaching, kind, settings):
    scenario = changed(teaching, settings)
    for replication in range(3):
        run = Simulation(scenario).run(seed=2, replication=replication)
        assert run.event_log.end_hours == scenario.hours_since_start(scenario.ends)
        assert (run.forces["strength"] >= 0).all()


def test_a_perturbed_number_loses_its_source(teaching):
    assert teaching.forces["relief"].strength.claim == "relief_came"
    strength = changed(teaching, {"kind": "strength", "force": "relief", "factor": 2}).forces["relief"].strength
    assert (strength.value, strength.claim, strength.assumption) == (160, None, ASSUMPTION_TEXT)
    watch = changed(teaching, {"kind": "strength", "force": "vanguard", "factor": 2}).forces["vanguard"].strength
    assert (watch.prior, watch.share) == ("amber_host", pytest.approx(1.1))


def test_a_strength_of_nobody_is_a_battle_without_them(teaching):
    for replication in range(3):
        run = Simulation(changed(teaching, {"kind": "strength", "force": "watch", "people": 0})).run(2, replication)
        assert run.forces["initial_strength"][run.event_log.labels.forces.index("watch")] == 0


def test_a_cancelled_order_never_comes_and_the_battle_before_it_is_the_same(teaching):
    scenario = changed(teaching, {"kind": "cancel", "orders": ["fort_assault"]})
    orders = sorted(scenario.orders)
    for replication in range(5):
        base, without = log(teaching, replication), log(scenario, replication)
        assert not (without["order"] == orders.index("fort_assault")).any()
        first = base["time"][base["order"] == orders.index("fort_assault")].min()
        assert base[base["time"] < first].tobytes() == without[without["time"] < first].tobytes()


def test_a_cancelled_reserve_is_never_called(teaching):
    scenario = changed(teaching, {"kind": "cancel", "orders": ["riders_in_reserve"]})
    reserve = sorted(scenario.orders).index("riders_in_reserve")
    called = [(log(teaching, n)["order"] == reserve).any() for n in range(20)]
    assert any(called)
    assert not any((log(scenario, n)["order"] == reserve).any() for n in range(20))


def test_a_shifted_order_keeps_its_luck_and_comes_so_much_earlier(teaching):
    scenario = changed(teaching, {"kind": "shift", "orders": ["relief_arrives"], "hours": -12})
    relief = sorted(scenario.orders).index("relief_arrives")
    for replication in range(5):
        moments = [
            rows["time"][(rows["order"] == relief) & (rows["event"] == EventKind.ORDER_STARTED)][0]
            for rows in (log(teaching, replication), log(scenario, replication))
        ]
        assert moments[0] - moments[1] == pytest.approx(12, abs=1e-6)


def test_sorties_are_scaled_and_those_of_other_days_are_not(teaching):
    assert changed(teaching, {"kind": "sorties", "factor": 3}).orders["afternoon_strikes"].sorties.value == 12
    assert changed(teaching, {"kind": "sorties", "factor": 0}).orders["afternoon_strikes"].cancelled
    guns = {"kind": "sorties", "order_kind": "shelling", "factor": 2, "days": ["2001-06-02"]}
    assert changed(teaching, guns).orders["fort_guns"].sorties.share == 2
    assert changed(teaching, guns).orders["afternoon_strikes"].sorties.value == 4


@pytest.mark.parametrize(
    ("fate", "outcome"),
    [("stopped", BombOutcome.STOPPED), ("short", BombOutcome.SHORT), ("on_target", BombOutcome.ON_TARGET)],
)
def test_the_fate_of_a_bomb_is_decided(teaching, fate, outcome):
    scenario = changed(teaching, {"kind": "bombs", "orders": ["gate_bomb"], "outcome": fate})
    found = [log(scenario, n)["code"][log(scenario, n)["event"] == EventKind.BOMB].tolist() for n in range(12)]
    assert {detail for each in found for detail in each} == {outcome}


def test_the_weather_of_a_day_is_decided(teaching):
    moments = {}
    for sky, what in (("fog", EventKind.FOG), ("rain", EventKind.RAIN)):
        rows = log(changed(teaching, {"kind": "weather", "day": "2001-06-02", "condition": sky}))
        moments[sky] = [24 + hour for hour in ((4, 10) if sky == "fog" else (8, 18))]
        seen = rows["time"][rows["event"] == what]
        assert set(moments[sky]) <= set(seen.round(6))
    for replication in range(20):
        rows = log(changed(teaching, {"kind": "weather", "day": "2001-06-02", "condition": "clear"}), replication)
        wet = np.isin(rows["event"], (EventKind.FOG, EventKind.RAIN)) & (rows["code"] == 1)
        assert not ((rows["time"][wet] >= 24) & (rows["time"][wet] < 48)).any()


def test_a_dark_moon_leaves_less_fire_at_night(teaching):
    bright, dark = (
        Simulation(
            changed(
                teaching,
                *(
                    {"kind": "weather", "day": f"2001-06-0{n}", "condition": "moon", "illuminated_fraction": lit}
                    for n in (1, 2)
                ),
            )
        )
        for lit in (1, 0)
    )
    assert [day.moon for day in bright.compiled_scenario.rows["days"]][1:3] == [1, 1]
    assert [day.moon for day in dark.compiled_scenario.rows["days"]][1:3] == [0, 0]


def test_the_cover_of_one_place_leaves_the_others_alone(teaching):
    scenario = changed(teaching, {"kind": "cover", "place": "fort", "cover": 0.9})
    before, after = (
        {place.index: place.cover for place in Simulation(each).compiled_scenario.rows["places"]}
        for each in (teaching, scenario)
    )
    fort = sorted(teaching.places).index("fort")
    assert after[fort] == 0.9
    assert {n: cover for n, cover in before.items() if n != fort} == {n: c for n, c in after.items() if n != fort}


def test_free_commanders_fight_without_the_recorded_orders(teaching):
    scenario = changed(teaching, {"kind": "free"})
    orders = sorted(scenario.orders)
    free = {orders.index(id) for id, order in scenario.orders.items() if order.simulated_commander}
    kept = {orders.index("relief_arrives"), orders.index("riders_in_reserve")}
    fought = 0
    for replication in range(10):
        rows = log(scenario, replication)
        assert set(rows["order"][rows["order"] >= 0].tolist()) <= free | kept
        fought += int((rows["event"] == EventKind.ASSAULT).sum())
    assert fought > 10


@pytest.mark.parametrize("side", ["teal", "amber"])
def test_one_side_alone_can_be_left_to_its_rule(teaching, side):
    """The other side's orders are all as they were recorded."""
    scenario = changed(teaching, {"kind": "free", "side": side})
    both = changed(teaching, {"kind": "free"})
    for id, order in scenario.orders.items():
        assert order == (both if order.side == side else teaching).orders[id]


def test_free_commanders_never_attack_below_their_odds(teaching):
    scenario = changed(teaching, {"kind": "free"})
    name = sorted(scenario.orders).index("amber_commander")
    odds = scenario.orders["amber_commander"].min_force_ratio.value
    seen = 0
    for replication in range(20):
        run = Simulation(scenario).run(seed=2, replication=replication)
        for row in run.log[(run.log["event"] == EventKind.ORDER_STARTED) & (run.log["order"] == name)]:
            before = run.log[run.log["time"] <= row["time"]]
            opened = run.log[(run.log["time"] > row["time"]) & (run.log["order"] == name)]
            goal = opened["place"][opened["event"] == EventKind.ARRIVED]
            if not len(goal):
                continue
            there = (before["place"] == goal[0]) & (before["side"] == sorted(scenario.sides).index("teal"))
            come = np.isin(before["event"], (EventKind.PLACED, EventKind.JOINED, EventKind.ARRIVED))
            gone = np.isin(
                before["event"], (EventKind.DEPARTED, EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)
            )
            enemy = before["value"][there & come].sum() - before["value"][there & gone].sum()
            attacking = np.isin(run.event_log.labels.forces, ("vanguard", "flank"))
            people = run.forces["initial_strength"][attacking].sum()
            assert people >= odds * enemy
            seen += 1
    assert seen > 10


def test_what_a_free_commander_knows_ends_with_now(teaching):
    """Orders of the record that come later change nothing of what he did before."""
    scenario = changed(teaching, {"kind": "free", "keep_kinds": []})
    late = {"kind": "add", "order": "late", "definition": EXAMPLES["add"][0]["definition"] | {
        "window": {"earliest": "2001-06-03T10:00", "latest": "2001-06-03T11:00"}}}  # fmt: skip
    other = load("teaching", (*ANY.validate_python({"kind": "free", "keep_kinds": []}).edits(teaching),
                              *ANY.validate_python(late).edits(teaching)))  # fmt: skip
    for replication in range(5):
        one, two = log(scenario, replication), log(other, replication)
        assert one["time"][one["time"] < 58].tobytes() == two["time"][two["time"] < 58].tobytes()


def test_void_reasons_are_told_for_free_commanders_too(teaching):
    scenario = changed(teaching, {"kind": "free"})
    reasons = {
        int(reason)
        for n in range(20)
        for reason in log(scenario, n)["code"][log(scenario, n)["event"] == EventKind.ORDER_CANCELLED]
    }
    assert reasons <= {int(why) for why in CancelReason}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "strength", "force": "nobody", "factor": 2}, "force: unknown id (got nobody; allowed: garrison"),
        ({"kind": "strength", "side": "red", "factor": 2}, "side: unknown id (got red; allowed: teal, amber)"),
        ({"kind": "cancel", "orders": ["nothing"]}, "orders: unknown id (got nothing; allowed: village_assault"),
        ({"kind": "cancel", "order_side": "red"}, "order_side: unknown id"),
        (
            {"kind": "cancel", "order_kind": "ambush", "order_side": "amber"},
            "order_kind: the scenario has no such order",
        ),
        ({"kind": "shift", "orders": ["relief_arrives"], "hours": 100}, "hours: relief_arrives would come outside"),
        ({"kind": "shift", "orders": ["relief_arrives"], "hours": -100}, "hours: relief_arrives would come outside"),
        ({"kind": "shift", "orders": ["riders_in_reserve"], "hours": 1}, "orders: riders_in_reserve has no moment"),
        ({"kind": "sorties", "factor": 2, "days": ["2001-07-01"]}, "days: outside the battle (got 2001-07-01)"),
        ({"kind": "sorties", "factor": 2, "days": ["2001-06-03"]}, "days: no order has such strikes then"),
        ({"kind": "sorties", "factor": 2, "side": "amber"}, "order_kind: no order has such strikes then"),
        ({"kind": "bombs", "orders": ["fort_assault"], "outcome": "short"}, "orders: fort_assault is no vehicle bomb"),
        (
            {"kind": "weather", "day": "2001-07-01", "condition": "fog"},
            "day: outside the battle (got 2001-07-01; allowed: ",
        ),
        ({"kind": "cover", "place": "moon", "cover": 0.5}, "place: unknown id (got moon; allowed: fort"),
        ({"kind": "prior", "prior": "luck", "value": 1}, "prior: unknown id (got luck"),
        ({"kind": "prior", "prior": "bomb_arrives", "factor": 2}, "factor: bomb_arrives is a share between 0 and 1"),
        ({"kind": "free", "since": "2002-01-01T00:00"}, "since: outside the battle (got 2002-01-01T00:00"),
        ({"kind": "add", "order": "fort_guns", "definition": {}}, "order: the scenario has an order of that name"),
    ],
)
def test_what_the_scenario_does_not_have_is_told_in_one_message(teaching, settings, said):
    with pytest.raises(PerturbationError) as error:
        ANY.validate_python(settings).edits(teaching)
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "strength", "force": "watch", "people": -5}, "greater than or equal to 0"),
        ({"kind": "strength", "force": "watch", "factor": -1}, "greater than 0"),
        ({"kind": "strength", "force": "watch"}, "give either a factor or people"),
        ({"kind": "strength", "force": "watch", "side": "teal", "factor": 2}, "give either a force or a side"),
        ({"kind": "strength", "side": "teal", "people": 2}, "people goes with one force"),
        ({"kind": "cancel"}, "choose orders either by name"),
        ({"kind": "cancel", "orders": ["fort_guns"], "order_side": "teal"}, "choose orders either by name"),
        ({"kind": "sorties", "factor": -1}, "greater than or equal to 0"),
        ({"kind": "cover", "place": "fort", "cover": 1.5}, "less than or equal to 1"),
        (
            {"kind": "weather", "day": "2001-06-01", "condition": "moon"},
            "illuminated_fraction goes with condition: moon",
        ),
        ({"kind": "prior", "prior": "night_fire"}, "give either a value or a factor"),
        ({"kind": "luck"}, "kind"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said):
    with pytest.raises(ValidationError, match=said):
        ANY.validate_python(settings)


def test_two_that_contradict_are_refused(teaching):
    with pytest.raises(ScenarioError, match="is set twice"):
        changed(
            teaching,
            {"kind": "strength", "force": "watch", "people": 10},
            {"kind": "strength", "side": "teal", "factor": 2},
        )


def test_two_of_one_kind_compose(teaching):
    both = changed(
        teaching,
        {"kind": "strength", "force": "watch", "people": 10},
        {"kind": "strength", "force": "riders", "people": 20},
    )
    assert (both.forces["watch"].strength.value, both.forces["riders"].strength.value) == (10, 20)


def test_an_added_order_is_checked_like_the_files_own(teaching):
    with pytest.raises(ScenarioError, match=r"orders\.extra"):
        changed(
            teaching,
            {"kind": "add", "order": "extra", "definition": {"kind": "attack", "side": "amber", "target": "moon"}},
        )


def test_every_kind_of_order_can_be_named():
    """Those that scenarios know, and no others; one of each is cancelled by its kind."""
    kinds = {
        name for model in get_args(get_args(AnyOrder)[0]) for name in get_args(model.model_fields["kind"].annotation)
    }
    assert set(get_args(OrderKindName)) == kinds == set(OUTCOMES_BY_ORDER_KIND)
    for kind in kinds:
        assert ANY.validate_python({"kind": "cancel", "order_kind": kind}).order_kind == kind


def test_orders_taken_away_by_kind_or_side_are_counted_by_side(teaching):
    def describe(**settings):
        return ANY.validate_python({"kind": "cancel", **settings}).describe(teaching, "no_such_orders")

    assert describe(order_kind="reinforce", description="no relief") == "no relief (1 order of the Teal army)"
    assert describe(orders=["relief_march"]) == "no such orders"
    n_by_side = Counter(order.side for order in teaching.orders.values())
    for side, count in n_by_side.items():
        assert describe(order_side=side) == f"no such orders ({count} orders of {teaching.sides[side].name})"
