"""Orders that wait and follow: after another order, for what hinders them, and for the hour of their assault."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.battles import attack, battle, codes, fires, fought, kinds, number, order, rows
from support.schedulers import observe_by_both_clocks

from sim.events.log import CancelReason, EventKind
from sim.events.observables import Killed, OrderOutcome
from sim.scenario import ScenarioError

STRONG = {"strengths": {"outpost": 30, "vanguard": 600, "flank": 300}}
SWIFT = {"killing_rate_amber": 5.0, "killing_rate_teal": 0.5, "break_defend_median": 0.2}


def follow(id, event="ended", **more):
    """What follows another order."""
    return {"after": {"order": id, "event": event} | more}


def start_hour(run, id):
    """When an order's moment came, in hours."""
    started = rows(run, EventKind.ORDER_STARTED, order=id)
    return started["time"][0] if len(started) else None


def test_an_order_follows_when_its_predecessor_has_taken_its_goal_and_a_delay_has_passed():
    scenario = battle(
        {
            "first": attack("amber", "village", "vanguard", hour=5),
            "second": attack("amber", "hill", "flank", hour=5, **follow("first", "taken", delay_hours=number(1.5))),
        }
        | {},
        **STRONG,
        **SWIFT,
    )
    scenario = wait_until(scenario, "second", 20)
    run = fought(scenario)
    taken = rows(run, EventKind.ENDED, order="first")["time"][0]
    assert start_hour(run, "second") == pytest.approx(taken + 1.5)


def wait_until(scenario, id, hours):
    """The same scenario whose order waits so many hours after its window."""
    data = scenario.model_dump(mode="json", exclude_unset=True)
    data["orders"][id]["wait_hours"] = number(hours)
    return type(scenario).model_validate(data)


@pytest.mark.parametrize(
    ("event", "garrison", "comes"),
    [
        *(("taken", 30, True), ("repelled", 30, False), ("ended", 30, True), ("dropped", 30, False)),
        *(("taken", 300, False), ("repelled", 300, True), ("ended", 300, True), ("dropped", 300, False)),
    ],
)
def test_each_event_comes_where_it_should(event, garrison, comes):
    """A weak garrison is overrun; a strong one throws the attack back, or time does."""
    rates = SWIFT if garrison == 30 else {"killing_rate_teal": 5.0, "killing_rate_amber": 0.1}
    scenario = battle(
        {
            "first": attack("amber", "village", "vanguard", hour=5),
            "second": attack("amber", "hill", "flank", hour=5, wait_hours=number(60), **follow("first", event)),
        },
        strengths={"outpost": garrison, "vanguard": 600},
        **rates,
    )
    run = fought(scenario)
    assert (start_hour(run, "second") is not None) == comes
    if not comes:
        assert codes(run, EventKind.ORDER_CANCELLED, order="second") == [CancelReason.FOLLOWED]


def test_an_order_follows_one_that_was_dropped():
    scenario = battle(
        {
            "first": attack("amber", "camp", "vanguard", hour=5),  # held already: dropped
            "second": attack("amber", "hill", "flank", hour=4, wait_hours=number(5), **follow("first", "dropped")),
        }
    )
    run = fought(scenario)
    assert start_hour(run, "second") == start_hour(run, "first") == 5


def test_an_order_whose_predecessor_never_comes_is_dropped_at_the_end_of_its_wait():
    scenario = battle(
        {
            "first": attack("amber", "village", "vanguard", hour=5, cancelled=True),
            "second": attack("amber", "hill", "flank", hour=7, wait_hours=number(3), **follow("first")),
        }
    )
    cancelled = rows(fought(scenario), EventKind.ORDER_CANCELLED, order="second")
    assert (cancelled["time"][0], cancelled["code"][0]) == (10, CancelReason.FOLLOWED)


def test_an_order_is_not_given_before_its_own_window():
    scenario = battle(
        {
            "first": order("withdraw", "amber", "camp", "vanguard", hour=5),
            "second": attack("amber", "hill", "flank", hour=9, **follow("first")),
        }
    )
    assert start_hour(fought(scenario), "second") == 9


def test_an_attack_waits_for_forces_that_another_order_uses():
    """The vanguard consolidates for an hour after it has taken the village: without patience the second is dropped."""
    orders = {
        "first": attack("amber", "village", "vanguard", hour=5),
        "second": attack("amber", "hill", "vanguard", hour=7),
    }
    rates = {"killing_rate_amber": 0.5, "break_defend_median": 0.9, "consolidate_hours": 6}
    dropped = fought(battle(orders, **STRONG, **rates))
    assert codes(dropped, EventKind.ORDER_CANCELLED, order="second") == [CancelReason.BUSY]
    orders["second"]["wait_hours"] = number(40)
    waited = fought(battle(orders, **STRONG, **rates))
    assert not codes(waited, EventKind.ORDER_CANCELLED, order="second")
    released = rows(waited, EventKind.DONE, order="first")["time"][0]
    assert released <= start_hour(waited, "second") <= released + 0.25


def test_an_attack_waits_for_what_it_requires_and_then_goes_without_delay():
    orders = {
        "first": attack("amber", "village", "vanguard", hour=5),
        "second": attack("amber", "hill", "flank", hour=5, requires={"place": "village", "held_by": "amber"}),
    }
    gate = fought(battle(orders, **STRONG, **SWIFT))
    assert codes(gate, EventKind.ORDER_CANCELLED, order="second") == [CancelReason.PRECONDITION]
    orders["second"]["wait_hours"] = number(30)
    waited = fought(battle(orders, **STRONG, **SWIFT))
    taken = rows(waited, EventKind.ENDED, order="first")["time"][0]
    assert taken <= start_hour(waited, "second") <= taken + 0.25
    assert EventKind.ASSAULT in kinds(waited, "second")


def test_an_order_that_waits_in_vain_is_dropped_for_what_hindered_it():
    orders = {
        "second": attack(
            "amber", "hill", "flank", hour=5, requires={"place": "fort", "held_by": "amber"}, wait_hours=number(2.5)
        )
    }
    cancelled = rows(fought(battle(orders)), EventKind.ORDER_CANCELLED, order="second")
    assert (cancelled["time"][0], cancelled["code"][0]) == (7.5, CancelReason.PRECONDITION)


def test_fire_support_and_transfers_wait_as_long_as_they_are_told():
    strike = {"strike": fires("airstrike", "teal", "mill", hour=5, wait_hours=number(3))}
    assert rows(fought(battle(strike)), EventKind.ORDER_CANCELLED)["time"][0] == 8
    patient = {"strike": fires("airstrike", "teal", "mill", hour=5)}
    assert rows(fought(battle(patient)), EventKind.ORDER_CANCELLED)["time"][0] == 17


def test_a_window_may_be_that_of_the_assault():
    """Muster (half an hour) and march are reckoned back, so that the assault begins at the hour of the text."""
    ordered = fought(battle({"storm": attack("amber", "hill", "flank", hour=9)}))
    marked = fought(battle({"storm": attack("amber", "hill", "flank", hour=9, window_marks="assault")}))
    late = rows(ordered, EventKind.ASSAULT)["time"][0]
    assert late > 9.5
    assert rows(marked, EventKind.ASSAULT)["time"][0] == pytest.approx(9, abs=1e-6)
    assert start_hour(marked, "storm") == pytest.approx(9 - (late - 9), abs=1e-6)


@pytest.mark.parametrize(("hour", "begins"), [(4.75, 5.5), (6.5, 6.5), (12.0, 12.0), (20.0, 20.0), (23.5, 23.5)])
def test_the_assault_begins_at_its_hour_by_night_and_by_day(hour, begins):
    """The march takes five hours by night: it is reckoned in the light in which it begins, from the first hour on."""
    scenario = battle({"storm": attack("amber", "hill", "flank", hour=hour, window_marks="assault")}, night_march=0.5)
    assert rows(fought(scenario), EventKind.ASSAULT)["time"][0] == pytest.approx(begins, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    st.permutations(["vanguard", "flank"]),
    st.sampled_from(["camp", "mill", "hill"]),
    st.sampled_from([0.4, 0.7, 1.0]),
    st.integers(12, 60),
    st.booleans(),
    st.integers(0, 2**20),
)
def test_no_assault_begins_before_its_window(members, stand, night_march, quarters, is_busy, seed):
    """Forces stand at different distances, one may be in other use as they muster, and the night may end meanwhile."""
    busy = {"other": order("withdraw", "amber", "camp", "flank", hour=0.5, wait_hours=number(0))} if is_busy else {}
    storm = attack("amber", "village", *members, hour=quarters / 4, window_marks="assault")
    ground = {stand: "amber"}
    run = fought(
        battle({"storm": storm} | busy, stand={"flank": stand, "watch": "fort", "riders": "fort"}, held=ground,
               night_march=night_march), seed
    )  # fmt: skip
    for begun in rows(run, EventKind.ASSAULT, order="storm")["time"][:1]:
        assert begun >= quarters / 4 - 1e-6


def test_a_force_that_does_not_come_along_does_not_bring_the_assault_forward():
    """The flank is far off and bound elsewhere: the order counts on its march, and the vanguard waits all the same."""
    storm = attack("amber", "village", "vanguard", "flank", hour=9, window_marks="assault")
    other = attack("amber", "hill", "flank", hour=1)  # ten hours of it, in which nobody falls
    run = fought(battle({"storm": storm, "other": other}))
    (fights,) = rows(run, EventKind.ASSAULT, order="other")["time"]
    assert fights < 8
    assert rows(run, EventKind.ARRIVED, order="storm", force="flank")["time"].tolist() == []
    assert rows(run, EventKind.ASSAULT, order="storm")["time"].tolist() == pytest.approx([9], abs=1e-6)


def test_an_assault_for_which_there_is_no_time_to_march_begins_late():
    run = fought(battle({"storm": attack("amber", "hill", "flank", hour=0.1, window_marks="assault")}))
    assert start_hour(run, "storm") == 0
    assert rows(run, EventKind.ASSAULT)["time"][0] > 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"order": "nobody"}, "nobody"),
        ({"order": "second"}, "the two wait for each other"),
        ({"order": "watchful"}, "an order without an end"),
        ({"order": "fire", "event": "taken"}, "nothing that such an order comes to"),
    ],
)
def test_what_can_never_follow_is_refused(change, message):
    with pytest.raises(ScenarioError, match=message):
        battle(
            {
                "fire": fires("shelling", "amber", "village"),
                "watchful": order("reserve", "amber", "camp", "vanguard", covered_places=["camp"]),
                "second": attack("amber", "hill", "flank", after=change),
            }
        )


def test_a_circle_of_orders_is_refused():
    with pytest.raises(ScenarioError, match="wait for each other"):
        battle(
            {
                "one": attack("amber", "village", "vanguard", **follow("two")),
                "two": attack("amber", "hill", "flank", **follow("one")),
            }
        )


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["ended", "taken", "repelled", "dropped"]),
    st.sampled_from([0.0, 0.1, 3.0]),
    st.sampled_from([0.0, 2.0, 60.0]),
    st.sampled_from(["order", "assault"]),
    st.sampled_from(["village", "fort"]),
    st.integers(0, 2**20),
)
def test_both_clocks_agree_on_orders_that_wait_and_follow(event, delay, wait, marks, required, seed):
    scenario = battle(
        {
            "first": attack("amber", "village", "vanguard", hour=5, window_marks=marks),
            "second": attack(
                "amber",
                "hill",
                "flank",
                hour=6,
                window_marks=marks,
                wait_hours=number(wait),
                requires={"place": required, "held_by": "amber", "at_least": 0.3},
                **follow("first", event, delay_hours=number(delay)),
            ),
            "third": attack("amber", "village", "vanguard", "flank", hour=8, wait_hours=number(wait)),
        },
        killing_rate_amber=2.0,
        killing_rate_teal=1.0,
        break_attack_sigma=0.8,
        break_defend_sigma=0.8,
        strengths={"outpost": 200},
    )
    observables = [
        *(Killed(measure="killed", side=side, until=scenario.ends) for side in scenario.sides),
        *(
            OrderOutcome(measure="outcome", orders=(id,), outcome=outcome, until=scenario.ends)
            for id in scenario.orders
            for outcome in ("launched", "taken", "void")
        ),
    ]
    _, observed, counted = observe_by_both_clocks(scenario, observables, seed, 4)
    assert observed == counted
