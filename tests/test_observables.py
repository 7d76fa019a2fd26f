"""Every observable, and the daily series, on one small log whose answers are worked by hand."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim.events.daily import compute_daily_series
from sim.events.log import LOG_DTYPE, NONE, AssaultEnding, BombOutcome, CancelReason, EventKind, EventLog, Labels
from sim.events.observables import OBSERVABLES, AnyObservable

ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyObservable)
SIDES, PLACES = ("teal", "amber"), ("fort", "village", "hill")
TEAL, AMBER = 0, 1
FORT, VILLAGE, HILL = 0, 1, 2
ORDERS = ("raid", "siege", "first_bomb", "second_bomb", "third_bomb", "strikes", "guns", "trap", "march")
RAID, SIEGE, FIRST, SECOND, THIRD, STRIKES, GUNS, TRAP, MARCH = range(9)
CARTS, TANKS = 0, 1
RIDERS = 1
NAMES = Labels(
    start=datetime(2001, 6, 1, 6),  # in the morning, so that a day of the battle is no day of the calendar
    sides=SIDES,
    places=PLACES,
    forces=("garrison", "riders"),
    orders=ORDERS,
    equipment=("carts", "tanks"),
    battle_hours=240.0,  # so that it is counted by days
)
ENDS = 66.0  # midnight at the end of 3 June

# Amounts are different powers of two or of ten wherever they are added, so that each sum says which rows are in it.
EVENTS = [
    # 1 June, from 06:00
    (0.0, EventKind.PLACED, NONE, TEAL, FORT, 1000, 0),
    (0.0, EventKind.PLACED, NONE, AMBER, VILLAGE, 500, 0),
    (0.0, EventKind.FRONT_MOVED, NONE, TEAL, FORT, 0.0, 0),
    (0.0, EventKind.FRONT_MOVED, NONE, AMBER, VILLAGE, 1.0, 0),
    (0.0, EventKind.FRONT_MOVED, NONE, TEAL, HILL, 0.25, 0),
    (2.0, EventKind.ASSAULT, RAID, AMBER, FORT, 300, 0),
    (3.0, EventKind.KILLED, RAID, TEAL, FORT, 1, 0),
    (3.5, EventKind.WOUNDED, RAID, TEAL, FORT, 16, 0),
    (4.0, EventKind.KILLED, RAID, AMBER, FORT, 1, 0),
    (5.0, EventKind.FRONT_MOVED, RAID, AMBER, FORT, 0.5, 0),
    (6.0, EventKind.FRONT_MOVED, RAID, AMBER, FORT, 0.125, 0),
    (7.0, EventKind.ENDED, RAID, AMBER, FORT, 0, AssaultEnding.CALLED_OFF),
    (8.0, EventKind.SORTIE, STRIKES, TEAL, VILLAGE, 2, 0),
    (9.0, EventKind.SORTIE, STRIKES, TEAL, HILL, 0, 0),
    (9.5, EventKind.LOST, STRIKES, TEAL, HILL, 1, 0),
    (10.0, EventKind.SORTIE, GUNS, TEAL, VILLAGE, 0, 0),
    (17.999, EventKind.KILLED, NONE, AMBER, VILLAGE, 2, 0),
    # 2 June, from midnight
    (18.0, EventKind.KILLED, NONE, AMBER, VILLAGE, 4, 0),
    (24.0, EventKind.BOMB, FIRST, AMBER, FORT, 3, BombOutcome.ON_TARGET),
    (24.5, EventKind.BOMB, SECOND, AMBER, FORT, 0, BombOutcome.SHORT),
    (24.75, EventKind.BOMB, THIRD, AMBER, FORT, 0, BombOutcome.STOPPED),
    (25.0, EventKind.ASSAULT, SIEGE, AMBER, FORT, 250, 0),
    (26.0, EventKind.CAPTURED, SIEGE, TEAL, FORT, 8, 0),
    (26.0, EventKind.SEIZED, SIEGE, AMBER, FORT, 5, CARTS),
    (26.0, EventKind.SEIZED, SIEGE, AMBER, FORT, 7, TANKS),
    (26.0, EventKind.DESTROYED, SIEGE, TEAL, FORT, 3, TANKS),
    (26.5, EventKind.FRONT_MOVED, SIEGE, AMBER, FORT, 1.0, 0),
    (27.0, EventKind.ENDED, SIEGE, AMBER, FORT, 0, AssaultEnding.TAKEN),
    (30.0, EventKind.JOINED, MARCH, TEAL, HILL, 40, 0),
    (31.0, EventKind.DEPARTED, MARCH, AMBER, VILLAGE, 100, 0),
    (32.0, EventKind.ARRIVED, MARCH, AMBER, FORT, 100, 0),
    # 3 June, from midnight
    (42.0, EventKind.JOINED, NONE, TEAL, FORT, 4, 0),
    (43.0, EventKind.AMBUSH, TRAP, TEAL, HILL, 8, 0),
    (43.0, EventKind.KILLED, TRAP, AMBER, HILL, 8, 0),
    (43.5, EventKind.WOUNDED, TRAP, AMBER, HILL, 32, 0),
    (44.0, EventKind.ORDER_CANCELLED, MARCH, TEAL, HILL, 0, CancelReason.SPENT),
    (45.0, EventKind.FRONT_MOVED, TRAP, TEAL, HILL, 0.75, 0),
    (66.0, EventKind.KILLED, NONE, TEAL, FORT, 64, 0),  # on the last stroke
]


def history(events: list[tuple] = EVENTS, names: Labels = NAMES, ends: float = ENDS) -> EventLog:
    """The log of some events; the riders are the force that marches."""
    rows = [
        (time, what, order, side, place, RIDERS if order == MARCH else NONE, amount, d)
        for time, what, order, side, place, amount, d in events
    ]
    return EventLog(np.array(rows, dtype=LOG_DTYPE), names, ends)


def observe(name: str, fields: dict[str, Any], log: EventLog | None = None) -> float:
    return measure(name, fields).observe(log or history())


def measure(name: str, fields: dict[str, Any]) -> Any:
    return ADAPTER.validate_python({"measure": name} | fields)


FIRST_DAY = {"since": "2001-06-01", "until": "2001-06-01"}
SECOND_DAY = {"since": "2001-06-02", "until": "2001-06-02"}
LAST = {"until": "2001-06-03"}
BOMBS = ["first_bomb", "second_bomb", "third_bomb"]
ALL = list(ORDERS)

CASES: dict[str, list[tuple[dict[str, Any], float]]] = {
    "captured": [
        ({"side": "teal", **LAST}, 8),
        ({"side": "teal", **FIRST_DAY}, 0),
        ({"side": "teal", "places": ["hill"], **LAST}, 0),
        ({"side": "amber", **LAST}, 0),
        ({"sides": ["teal", "amber"], **LAST}, 8),
    ],
    "control": [
        ({"side": "amber", "place": "fort", "until": "2001-06-01"}, 0.125),
        ({"side": "teal", "place": "fort", "until": "2001-06-01"}, 0.875),
        ({"side": "amber", "place": "fort", "until": "2001-06-01T11:30"}, 0.5),
        ({"side": "amber", "place": "fort", "until": "2001-06-01T11:00"}, 0.0),  # what happens at `until` is after it
        ({"side": "amber", "place": "fort", "until": "2001-06-02"}, 1.0),
        ({"side": "teal", "place": "hill", "until": "2001-06-02"}, 0.75),
        ({"side": "teal", "place": "hill", **LAST}, 0.25),
    ],
    "casualties": [
        ({"places": ["fort"], **FIRST_DAY}, 1 + 16 + 1),
        ({"places": ["village"], **FIRST_DAY}, 2),
        ({"places": ["village", "hill"], "since": "2001-06-02", "until": "2001-06-03"}, 4 + 8 + 32),
    ],
    "reinforcements": [
        ({"side": "teal", **LAST}, 44),
        ({"side": "teal", "places": ["hill"], **LAST}, 40),
        ({"side": "teal", "since": "2001-06-03", "until": "2001-06-03"}, 4),
        ({"side": "amber", **LAST}, 0),  # who only marches from place to place does not join
    ],
    "killed": [
        ({"side": "amber", "until": "2001-06-01"}, 1 + 2),
        ({"side": "amber", **SECOND_DAY}, 4),
        ({"side": "amber", **LAST}, 1 + 2 + 4 + 8),
        ({"side": "amber", "places": ["village", "hill"], **LAST}, 2 + 4 + 8),
        ({"side": "teal", "until": "2001-06-02"}, 1),
        ({"side": "amber", "since": "2001-06-01T23:59", "until": "2001-06-02T00:00"}, 2),
        ({"sides": ["amber", "teal"], **LAST}, 1 + 1 + 2 + 4 + 8),
        ({"sides": ["teal", "amber"], "places": ["fort"], **LAST}, 2),
    ],
    "outcome": [
        ({"orders": BOMBS, "outcome": "on_target", **SECOND_DAY}, 1),
        ({"orders": ["second_bomb"], "outcome": "on_target", **LAST}, 0),
        ({"orders": BOMBS, "outcome": "short", **LAST}, 1),
        ({"orders": BOMBS, "outcome": "stopped", **LAST}, 1),
        ({"orders": BOMBS, "outcome": "not_on_target", **LAST}, 2),
        ({"orders": ALL, "outcome": "taken", **LAST}, 1),
        ({"orders": ["raid"], "outcome": "taken", **LAST}, 0),
        ({"orders": ALL, "outcome": "thrown_back", **LAST}, 1),
        ({"orders": ALL, "outcome": "launched", **LAST}, 2),
        ({"orders": ALL, "outcome": "launched", **FIRST_DAY}, 1),
        ({"orders": ALL, "outcome": "sprung", **LAST}, 1),
        ({"orders": ALL, "outcome": "void", **LAST}, 1),
    ],
    "capture_rank": [
        (
            {"side": "amber", "place": "village", "places": ["fort", "village"], "share": 0.5, **LAST},
            1,
        ),  # from the first
        ({"side": "amber", "place": "fort", "places": ["fort", "village"], "share": 0.5, **LAST}, 2),  # at 11:00
        ({"side": "amber", "place": "hill", "places": ["fort", "village", "hill"], "share": 0.5, **LAST}, 3),
        ({"side": "amber", "place": "hill", "places": ["fort", "hill"], "share": 0.75, **LAST}, 2),  # just reached
        ({"side": "amber", "place": "hill", "places": ["fort", "hill"], "share": 0.8, **LAST}, 0),  # never
        ({"side": "amber", "place": "hill", "places": ["fort", "hill"], "share": 0.5, "until": "2001-06-02"}, 0),
        (
            {"side": "teal", "place": "hill", "places": ["fort", "hill"], "share": 0.5, **LAST},
            2,
        ),  # of one moment, as noted
        ({"side": "teal", "place": "village", "places": ["fort", "village"], "share": 0.5, **LAST}, 0),
    ],
    "peak_control": [
        ({"side": "amber", "place": "fort", **FIRST_DAY}, 0.5),
        ({"side": "teal", "place": "fort", **FIRST_DAY}, 1.0),
        ({"side": "amber", "place": "fort", "since": "2001-06-01T13:00", "until": "2001-06-01"}, 0.125),
        (
            {"side": "teal", "place": "fort", "since": "2001-06-01T11:00", "until": "2001-06-01"},
            0.875,
        ),  # it moved at 11
        ({"side": "amber", "place": "village", **SECOND_DAY}, 1.0),  # it moved on no day: it is what it was
        ({"side": "teal", "place": "hill", "since": "2001-06-03T04:00", "until": "2001-06-03"}, 0.25),
        ({"side": "amber", "place": "hill", **LAST}, 0.75),
    ],
    "equipment_captured": [
        ({"side": "amber", "equipment": "carts", **LAST}, 5),
        ({"side": "amber", "equipment": "tanks", "places": ["fort"], **SECOND_DAY}, 7),
        ({"side": "amber", "equipment": "tanks", **FIRST_DAY}, 0),
        ({"side": "teal", "equipment": "tanks", **LAST}, 0),
    ],
    "equipment_destroyed": [
        ({"side": "teal", "equipment": "tanks", **LAST}, 3),
        ({"side": "teal", "equipment": "tanks", "places": ["hill"], **LAST}, 0),
        ({"side": "amber", "equipment": "tanks", **LAST}, 0),
    ],
    "aircraft_lost": [
        ({"side": "teal", **LAST}, 1),
        ({"side": "teal", "places": ["village"], **LAST}, 0),
        ({"side": "amber", **LAST}, 0),
    ],
    "sorties": [
        ({"side": "teal", **LAST}, 3),
        ({"side": "teal", "places": ["village"], **LAST}, 2),
        ({"side": "teal", "orders": ["strikes"], **FIRST_DAY}, 2),
        ({"side": "teal", "orders": ["guns"], "places": ["hill"], **LAST}, 0),
        ({"side": "amber", **LAST}, 0),
    ],
    "strength": [
        ({"side": "teal", "until": "2001-06-01"}, 1000 - 1 - 16),
        ({"side": "teal", "until": "2001-06-03"}, 1000 - 1 - 16 - 8 + 40 + 4),
        ({"side": "teal", "places": ["hill"], **LAST}, 40),
        ({"side": "amber", "places": ["village"], **LAST}, 500 - 2 - 4 - 100),
        ({"side": "amber", "until": "2001-06-02T13:30"}, 500 - 1 - 2 - 4),  # those on the road at that hour too
        ({"side": "amber", "places": ["fort"], "until": "2001-06-02"}, 100 - 1),
        ({"side": "teal", "forces": ["riders"], **LAST}, 40),
        ({"side": "amber", "forces": ["riders"], "until": "2001-06-02T13:30"}, 0),  # a log without where they began
    ],
    "wounded": [
        ({"side": "teal", **LAST}, 16),
        ({"side": "amber", "until": "2001-06-02"}, 0),
        ({"side": "amber", "places": ["hill"], **LAST}, 32),
        ({"sides": ["teal", "amber"], **LAST}, 16 + 32),
    ],
    "when": [
        ({"side": "amber", "place": "fort", "share": 0.5, **LAST}, 5),
        ({"side": "amber", "place": "fort", "share": 0.6, **LAST}, 26.5),
        ({"side": "amber", "place": "fort", "share": 0.5, "since": "2001-06-02", "until": "2001-06-03"}, 26.5),
        ({"side": "teal", "place": "fort", "share": 0.8, **LAST}, 0),  # from the beginning
        ({"side": "teal", "place": "fort", "share": 0.8, "since": "2001-06-01T12:00", "until": "2001-06-03"}, 6),
        ({"side": "amber", "place": "village", "share": 0.9, **SECOND_DAY}, 18),  # it holds it all the time
        ({"side": "amber", "place": "hill", "share": 0.8, **LAST}, np.nextafter(66, np.inf)),  # never
        ({"side": "amber", "place": "fort", "share": 1.0, **FIRST_DAY}, np.nextafter(18, np.inf)),  # not yet
    ],
    "arrival": [
        ({"force": "riders", **LAST}, 30),
        ({"force": "riders", "place": "fort", **LAST}, 32),
        ({"force": "riders", "since": "2001-06-02T13:00", "until": "2001-06-03"}, 32),
        ({"force": "riders", **FIRST_DAY}, np.nextafter(18, np.inf)),
        ({"force": "garrison", **LAST}, np.nextafter(66, np.inf)),
    ],
    "duration": [
        ({"order": "raid", **LAST}, 5),
        ({"order": "siege", **LAST}, 2),
        ({"order": "siege", "until": "2001-06-02T08:00"}, 1),  # it goes on
        ({"order": "march", **LAST}, 0),
    ],
    "loss_ratio": [
        ({"side": "amber", **LAST}, 15),
        ({"side": "teal", **LAST}, 1 / 15),
        ({"side": "amber", "places": ["hill"], **LAST}, 8),  # teal has lost nobody there
        ({"side": "amber", "losses": "casualties", **LAST}, 47 / 17),
        ({"side": "teal", **SECOND_DAY}, 0),
    ],
}


def test_every_measure_that_is_found_has_an_answer_worked_by_hand():
    assert set(CASES) == set(OBSERVABLES)


def test_the_answers_worked_by_hand_do_not_vanish():
    assert [name for name, cases in CASES.items() if not any(answer for _, answer in cases)] == []


def test_what_adds_up_over_a_period_is_told_from_what_is_so_at_a_moment():
    # Lint rules hold parts against wholes by it.
    fields = {name: cases[0][0] for name, cases in CASES.items()}
    added = {name for name in CASES if measure(name, fields[name]).additive}
    people = {"killed", "wounded", "captured", "reinforcements", "casualties"}
    assert added == people | {"equipment_captured", "equipment_destroyed", "aircraft_lost", "sorties"}


@pytest.mark.parametrize(
    ("name", "fields", "answer"), [(name, *case) for name, cases in CASES.items() for case in cases]
)
def test_a_measure_gives_the_answer_worked_by_hand(name, fields, answer):
    assert observe(name, fields) == answer


def ways(name: str) -> dict[str, Any]:
    """A case whose answer does not vanish."""
    return next(fields for fields, answer in CASES[name] if answer)


@pytest.mark.parametrize("name", CASES)
def test_each_measure_sees_a_log_that_was_damaged(name):
    """Half of every amount is lost, and every detail, or half of all rows: the answers can't all stay."""
    answers = [answer for _, answer in CASES[name]]
    for events in (
        [(*row[:5], row[5] / 2, row[6]) for row in EVENTS],
        [(*row[:6], row[6] + 7) for row in EVENTS],
        [row for row in EVENTS if row[1] in (EventKind.FRONT_MOVED, EventKind.PLACED)],
    ):
        if [observe(name, fields, history(events)) for fields, _ in CASES[name]] != answers:
            return
    pytest.fail(f"{name} does not look at its log")


def test_a_bare_date_includes_the_whole_day_and_an_hour_only_what_is_before_it():
    until = [observe("killed", {"side": "amber", "until": moment}) for moment in ("2001-06-01", "2001-06-02T00:00")]
    assert until == [3, 3]
    assert observe("killed", {"side": "amber", "until": "2001-06-02T00:01"}) == 7
    assert observe("killed", {"side": "amber", "since": "2001-06-02", "until": "2001-06-02"}) == 4
    assert observe("killed", {"side": "amber", "since": "2001-06-02T00:00", "until": "2001-06-02T00:01"}) == 4


def test_what_happens_on_a_boundary_counts_once():
    days = [{"since": f"2001-06-0{day}", "until": f"2001-06-0{day}"} for day in (1, 2, 3)]
    for name, fields in (("killed", {"side": "amber"}), ("wounded", {"side": "teal"}), ("sorties", {"side": "teal"})):
        parts = sum(observe(name, fields | day) for day in days)
        assert parts == observe(name, fields | LAST)


def test_the_count_by_days_is_the_one_made_by_hand():
    count = compute_daily_series(history())
    assert count.steps.dates == (date(2001, 6, 1), date(2001, 6, 2), date(2001, 6, 3))
    killed = np.zeros((3, 3, 2))
    killed[0, FORT] = 1, 1
    killed[0, VILLAGE, AMBER] = 2
    killed[1, VILLAGE, AMBER] = 4
    killed[2, HILL, AMBER] = 8
    killed[2, FORT, TEAL] = 64  # the last stroke belongs to the last day
    assert np.array_equal(count.killed, killed)
    wounded = np.zeros((3, 3, 2))
    wounded[0, FORT, TEAL], wounded[2, HILL, AMBER] = 16, 32
    assert np.array_equal(count.wounded, wounded)
    captured = np.zeros((3, 3, 2))
    captured[1, FORT, TEAL] = 8
    assert np.array_equal(count.captured, captured)


def test_strength_and_control_by_days_are_those_made_by_hand():
    count = compute_daily_series(history())
    assert count.strength[:, FORT, TEAL].tolist() == [983, 975, 915]
    assert count.strength[:, HILL, TEAL].tolist() == [0, 40, 40]
    assert count.strength[:, VILLAGE, AMBER].tolist() == [498, 394, 394]
    assert count.strength[:, FORT, AMBER].tolist() == [
        -1,
        99,
        99,
    ]  # nobody marched in this log: one dead was never there
    assert count.control[:, FORT, AMBER].tolist() == [0.125, 1.0, 1.0]
    assert count.control[:, VILLAGE, AMBER].tolist() == [1.0, 1.0, 1.0]
    assert count.control[:, HILL, AMBER].tolist() == [0.25, 0.25, 0.75]
    assert np.array_equal(count.control.sum(axis=-1), np.ones((3, 3)))


def test_days_and_measures_agree():
    log = history(EVENTS[:-1])  # without the stroke at which the last day is over for a measure
    count = compute_daily_series(log)
    for name, series in (("killed", count.killed), ("wounded", count.wounded), ("captured", count.captured)):
        for side, label in enumerate(SIDES):
            for day in range(3):
                dates = {"since": f"2001-06-0{day + 1}", "until": f"2001-06-0{day + 1}"}
                assert observe(name, {"side": label, **dates}, log) == series[day, :, side].sum()
    for side, label in enumerate(SIDES):
        for place, name in enumerate(PLACES):
            for day in range(3):
                until = {"until": f"2001-06-0{day + 1}"}
                fields = {"side": label, **until}
                assert observe("strength", fields | {"places": [name]}, log) == count.strength[day, place, side]
                assert observe("control", fields | {"place": name}, log) == count.control[day, place, side]


def test_a_battle_that_begins_at_midnight_and_ends_at_noon_has_a_short_last_day():
    names = replace(NAMES, start=datetime(2001, 6, 1))
    count = compute_daily_series(history([row for row in EVENTS if row[0] < 36], names, ends=36.0))
    assert count.steps.dates == (date(2001, 6, 1), date(2001, 6, 2))
    assert count.killed[0].sum() == 1 + 1 + 2 + 4
    assert count.captured[1].sum() == 8
