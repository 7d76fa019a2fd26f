"""Who holds a place, in three states: as claims report it, as it is simulated, and as sources err about it."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.claims import build_model, list_scored_claims, make_claim

from sim.events.time_steps import TimeSteps
from sim.likelihood.binning import UNIT_BINS, Bin
from sim.likelihood.control import (
    ControlReport,
    ControlState,
    classify_control,
    compute_control_probabilities,
    list_control_reports,
    make_control_report,
)
from sim.scenario import load
from sim.scoring.targets import ControlTarget, ForecastTarget, build_control_targets, simulate_control_reports


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


def test_a_place_is_the_first_side_s_in_the_share_that_is_not_the_second_s(scenario):
    """With thresholds below a half: who says that Teal has no more than six tenths, says that Amber has four."""
    other = scenario.model_copy(update={"contested_share_range": (0.1, 0.4)})
    for phrase, state in (
        ("at most 0.6", ControlState.SECOND),
        ("at most 0.61", ControlState.CONTESTED),
        ("over 0.9", ControlState.FIRST),
    ):
        report = make_control_report(other, "it", make_claim(phrase, side="teal"))
        assert report is not None
        assert report.state == state


def test_control_is_contested_from_threshold_to_threshold():
    shares = np.array([0.0, 0.1499, 0.15, 0.5, 0.85, 0.8501, 1.0])
    first, contested, second = ControlState.FIRST, ControlState.CONTESTED, ControlState.SECOND
    assert classify_control(shares, (0.15, 0.85)).tolist() == [
        first,
        first,
        contested,
        contested,
        contested,
        second,
        second,
    ]
    assert classify_control(shares, (0.5, 0.5)).tolist() == [first] * 3 + [contested] + [second] * 3


@pytest.mark.parametrize(
    ("phrase", "amber", "teal"),
    [
        ("all", ControlState.SECOND, ControlState.FIRST),
        ("at least 0.85", ControlState.SECOND, ControlState.FIRST),
        ("over 0.9", ControlState.SECOND, ControlState.FIRST),
        ("exactly 1", ControlState.SECOND, ControlState.FIRST),
        ("none", ControlState.FIRST, ControlState.SECOND),
        ("at most 0.15", ControlState.FIRST, ControlState.SECOND),
        ("under 0.1", ControlState.FIRST, ControlState.SECOND),
        ("part", ControlState.CONTESTED, ControlState.CONTESTED),
        ("some", ControlState.CONTESTED, ControlState.CONTESTED),
        ("most", ControlState.CONTESTED, ControlState.CONTESTED),
        ("about 0.7", ControlState.CONTESTED, ControlState.CONTESTED),
        ("at least 0.84", ControlState.CONTESTED, ControlState.CONTESTED),
        ("at most 0.16", ControlState.CONTESTED, ControlState.CONTESTED),
    ],
)
def test_a_claim_of_a_place_becomes_its_state(scenario, phrase, amber, teal):
    for side, state in (("amber", amber), ("teal", teal)):
        for measure in ("control", "peak_control"):
            report = make_control_report(scenario, "it", make_claim(phrase, measure, side))
            assert report == ControlReport("it", "hill", datetime(2001, 6, 3), state)


def test_a_bare_date_is_a_report_of_that_day_and_so_is_any_hour_of_it(scenario):
    steps = TimeSteps(scenario.begins, 24, 72.0)
    for until, day in (("2001-06-02", 2), ("2001-06-02T00:00", 1), ("2001-06-02T00:01", 2), ("2001-06-03T06:00", 3)):
        report = make_control_report(scenario, "it", make_claim("all", until=until))
        assert report is not None
        assert steps.dates[steps.find(report.moment)] == date(2001, 6, day)


def test_claims_about_people_are_no_reports_of_control(scenario):
    assert make_control_report(scenario, "it", make_claim("exactly 12", "killed")) is None
    assert make_control_report(scenario, "it", scenario.claims["relief_came"]) is None
    found = list_control_reports(scenario, TimeSteps(scenario.begins, 24, 72.0))
    assert [(report.claim, report.place, report.moment.day, report.state) for report in found] == [
        ("hill_regained", "hill", 4, ControlState.CONTESTED),
        ("village_taken", "village", 2, ControlState.CONTESTED),
    ]
    assert list_control_reports(scenario, TimeSteps(scenario.begins, 24, 48.0)) == found[1:]


def test_chances_are_counted_and_add_up_to_one():
    shares = np.array([[[0.0, 0.5]], [[1.0, 0.5]], [[0.1, 0.9]], [[0.2, 0.0]]])  # 4 replications, 1 day, 2 places
    counted = compute_control_probabilities(shares, (0.15, 0.85))
    assert counted.tolist() == [[[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]]]


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.integers(1, 20).flatmap(lambda runs: st.lists(st.floats(0, 1), min_size=runs * 6, max_size=runs * 6)))
def test_chances_add_up_to_one_whatever_the_shares(shares):
    counted = compute_control_probabilities(np.array(shares).reshape(-1, 2, 3), (0.15, 0.85))
    assert counted.shape == (2, 3, 3)
    assert counted.sum(axis=-1) == pytest.approx(np.ones((2, 3)))


@pytest.mark.parametrize(
    ("share", "so"), [(0.0, ControlState.FIRST), (0.5, ControlState.CONTESTED), (1.0, ControlState.SECOND)]
)
def test_a_source_that_errs_about_a_place_reports_either_of_the_other_states(share, so):
    """Three in ten err, half of them in each way; the share may be either side's."""
    scenario = load("teaching")
    uniforms = np.array([[one, other] for one in np.arange(0.05, 1, 0.1) for other in np.arange(0.05, 1, 0.1)])
    for side, held in ((1, share), (0, 1.0 - share)):
        target = ControlTarget(
            ForecastTarget("claim", "state", "term", UNIT_BINS, Bin(0, 0)), side, flip_column=1, observable_column=2
        )
        values, reports = np.full((100, 3), [9.0, 9.0, held]), np.full((100, 2), [1.0, 0.3])
        reported = simulate_control_reports(scenario, target, values, reports, uniforms)
        assert [int((reported == state).sum()) for state in ControlState] == [
            70 if state == so else 15 for state in ControlState
        ]


def test_the_claims_of_who_holds_a_place_stand_for_states():
    scenario = load("teaching")
    model = build_model(scenario, list_scored_claims(scenario))
    targets = {each.target.claim: each for each in build_control_targets(scenario, model)}
    assert {id: each.target.observed_bin for id, each in targets.items()} == {
        "village_taken": Bin(ControlState.CONTESTED, ControlState.CONTESTED),
        "hill_regained": Bin(ControlState.CONTESTED, ControlState.CONTESTED),
    }
    assert {id: list(scenario.sides)[each.side_index] for id, each in targets.items()} == {
        "village_taken": "amber",
        "hill_regained": "teal",
    }
    for id, each in targets.items():
        assert model.observables[each.observable_column] == scenario.claims[id].observable
        assert model.parameter_names[each.flip_column] == "misreport"
        assert each.target.term == id
