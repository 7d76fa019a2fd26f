"""Scenario data in the words of a title, each form of it once; and claims that come into question by their date."""

from datetime import date, datetime

import pytest
from pydantic import TypeAdapter

from sim.events.observables import AnyObservable
from sim.likelihood.control import ControlState, make_control_report
from sim.scenario import descriptions, load
from sim.scenario.evidence import ReportedInterval
from sim.scoring.claim_comparison import select_headline_outputs, select_observable_claims

MEASURE = TypeAdapter(AnyObservable)


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


def make_observable(**about):
    """An observable; until the end of 3 June, if nothing else is said."""
    return MEASURE.validate_python({"until": "2001-06-03"} | about)


def parse_time(written: str) -> datetime:
    return datetime.fromisoformat(written)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2001-06-01T00:00", "2001-06-02T00:00", "1 June"),
        ("2001-06-01T00:00", "2001-06-04T00:00", "1 to 3 June"),
        ("2001-06-30T00:00", "2001-07-02T00:00", "30 June to 1 July"),
        ("2001-06-01T00:00", "2002-06-02T00:00", "1 June to 1 June"),
        ("2001-06-02T15:00", "2001-06-03T00:00", "2 June from 15:00"),
        ("2001-06-02T00:00", "2001-06-02T18:30", "2 June until 18:30"),
        ("2001-06-02T15:00", "2001-06-02T18:30", "15:00 to 18:30 on 2 June"),
        ("2001-06-01T00:00", "2001-06-02T18:30", "1 June to 18:30 on 2 June"),
        ("2001-06-01T18:30", "2001-06-03T00:00", "18:30 on 1 June to the end of 2 June"),
        ("2001-06-01T05:00", "2001-06-02T18:30", "05:00 on 1 June to 18:30 on 2 June"),
    ],
)
def test_a_period_is_said(since, until, said):
    assert descriptions.format_period(parse_time(since), parse_time(until)) == said


def test_a_deadline_at_midnight_ends_the_day_before():
    assert descriptions.find_last_day(parse_time("2001-06-04T00:00")) == date(2001, 6, 3)
    assert descriptions.find_last_day(parse_time("2001-06-04T00:01")) == date(2001, 6, 4)


def test_who_is_counted(scenario):
    assert (
        descriptions.describe_count(scenario, make_observable(measure="killed", side="amber"))
        == "Amber fighters killed"
    )
    assert (
        descriptions.describe_count(
            scenario, make_observable(measure="equipment_captured", side="teal", equipment="guns")
        )
        == "Guns seized by Teal"
    )


def test_where_it_is_counted(scenario):
    said = {(): "All places", ("fort",): "Place: the fort", ("fort", "hill"): "Places: the fort, the hill"}
    for places, words in said.items():
        assert (
            descriptions.describe_places(scenario, make_observable(measure="killed", side="amber", places=places))
            == words
        )


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"measure": "control", "side": "teal", "place": "hill"}, "Teal's share of the hill at the end of 3 June"),
        ({"measure": "control", "side": "teal", "place": "hill", "until": "2001-06-02T06:00"},
         "Teal's share of the hill at 06:00 on 2 June"),
        ({"measure": "peak_control", "side": "amber", "place": "fort", "since": "2001-06-02"},
         "Amber's largest share of the fort, 2 to 3 June"),
        ({"measure": "peak_control", "side": "amber", "place": "fort"},
         "Amber's largest share of the fort, 1 to 3 June"),
        ({"measure": "strength", "side": "teal"}, "Teal soldiers at the end of 3 June"),
        ({"measure": "strength", "side": "teal", "places": ["fort"]}, "Teal soldiers at the fort at the end of 3 June"),
        ({"measure": "killed", "side": "amber"}, "Amber fighters killed, 1 to 3 June"),
        ({"measure": "killed", "side": "amber", "places": ["fort", "hill"], "since": "2001-06-03"},
         "Amber fighters killed at the fort and the hill, 3 June"),
        ({"measure": "outcome", "orders": ["gate_bomb"], "outcome": "short"}, None),
        ({"measure": "casualties", "places": ["fort"]}, "Killed and wounded of both sides at the fort, 1 to 3 June"),
        ({"measure": "reinforcements", "side": "teal"}, "Teal reinforcements, 1 to 3 June"),
        ({"measure": "sorties", "side": "teal"}, "Teal air strikes and fire missions, 1 to 3 June"),
    ],
)  # fmt: skip
def test_what_is_observed_is_named(scenario, about, said):
    assert descriptions.describe_observable(scenario, make_observable(**about)) == said


def test_lists_are_said_as_in_a_sentence():
    assert descriptions.join_words([]) == ""
    assert descriptions.join_words(["a"]) == "a"
    assert descriptions.join_words(["a", "b"]) == "a and b"
    assert descriptions.join_words(["a", "b", "c"]) == "a, b and c"


def test_what_can_be_said_by_then(scenario):
    """Every claim and sentence whose date has come, that very hour included, and no other."""
    for ends in (24.0, 48.0, 72.0):
        claims = {id: each for id, each in scenario.claims.items() if each.observable is not None}
        wanted = [id for id, each in claims.items() if scenario.hours_since_start(each.observable.until) <= ends]
        assert list(select_observable_claims(scenario, ends)) == wanted
        due = [
            n
            for n, each in enumerate(scenario.headline_outputs, 1)
            if scenario.hours_since_start(each.observable.until) <= ends
        ]
        assert list(select_headline_outputs(scenario, ends)) == due
    assert len(select_headline_outputs(scenario, 72.0)) == len(scenario.headline_outputs) > 0
    assert select_headline_outputs(scenario, 71.99) == {}
    assert 0 < len(select_observable_claims(scenario, 24.0)) < len(select_observable_claims(scenario, 72.0))


@pytest.mark.parametrize(("low", "high"), [(0.15, 0.85), (0.25, 0.6)])
@pytest.mark.parametrize(
    ("side", "said", "state"),
    [
        ("teal", "all", ControlState.FIRST),
        ("teal", "none", ControlState.SECOND),
        ("amber", "all", ControlState.SECOND),
        ("amber", "none", ControlState.FIRST),
        ("teal", "part", ControlState.CONTESTED),
        ("amber", "most", ControlState.CONTESTED),
    ],
)
def test_a_report_of_either_side_is_a_state(scenario, low, high, side, said, state):
    claim = scenario.claims["hill_regained"]
    about = claim.observable.model_copy(update={"side": side})
    claim = claim.model_copy(update={"observable": about, "value": ReportedInterval.model_validate(said)})
    other = scenario.model_copy(update={"contested_share_range": (low, high)})
    assert make_control_report(other, "hill_regained", claim).state == state


@pytest.mark.parametrize(
    ("side", "low", "high", "state"),
    [
        # who holds more than the upper threshold of a place holds it; for the first side, more than 1 - the lower
        ("amber", 0.85, 1.0, ControlState.SECOND),
        ("amber", 0.84, 1.0, ControlState.CONTESTED),
        ("amber", 0.0, 0.25, ControlState.FIRST),
        ("amber", 0.0, 0.26, ControlState.CONTESTED),
        ("teal", 0.75, 1.0, ControlState.FIRST),
        ("teal", 0.74, 1.0, ControlState.CONTESTED),
        ("teal", 0.0, 0.15, ControlState.SECOND),
        ("teal", 0.0, 0.16, ControlState.CONTESTED),
    ],
)
def test_the_thresholds_of_either_side(scenario, side, low, high, state):
    claim = scenario.claims["hill_regained"]
    about = claim.observable.model_copy(update={"side": side})
    bound = ReportedInterval.model_construct(said="so much", kind="range", low=low, high=high)
    claim = claim.model_copy(update={"observable": about, "value": bound})
    other = scenario.model_copy(update={"contested_share_range": (0.25, 0.85)})
    assert make_control_report(other, "hill_regained", claim).state == state
