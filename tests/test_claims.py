"""What a source said as a bound, simulated values held against it, and control as the record reports it."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from scipy import stats

from sim.claims.comparison import compare, observed_claims
from sim.claims.control import Reported, State, chances, report_of, reported_control, states
from sim.claims.distribution import distributions
from sim.claims.intervals import wilson
from sim.scenario import load
from sim.scenario.bounds import FORMS, Bound, WrittenBound
from sim.scenario.record import Claim


class Holder(BaseModel):
    value: WrittenBound


def bound(said: object) -> Bound:
    return Bound.model_validate(said)


# what was said: values that agree with it, values that do not
SAID: dict[str, tuple[list[float], list[float]]] = {
    "exactly 19": ([19], [18, 18.999, 19.001, 20]),
    "exactly 0": ([0], [1]),
    "over 20": ([20.001, 21, 1e9], [20, 19, 0]),
    "at least 0.85": ([0.85, 1], [0.849, 0]),
    "under 20": ([0, 19, 19.999], [20, 21]),
    "at most 20": ([0, 20], [20.001, 21]),
    "43 to 51": ([43, 47, 51], [42, 42.999, 51.001, 52]),
    "7 to 7": ([7], [6, 8]),
    "about 200": ([180, 200, 220], [179, 221]),
    "dozens": ([24, 99], [23, 100]),
    "some": ([1e-9, 1, 100], [0]),
    "part": ([0.001, 0.5, 0.999], [0, 1]),
    "most": ([0.5001, 1], [0.5, 0.4, 0]),
    "all": ([1], [0.999, 0]),
    "none": ([0], [1e-9, 1]),
    "happened": ([1, 2], [0]),
    "did not happen": ([0], [1]),
}


def test_every_form_of_a_bound_is_tested_here():
    assert {bound(said).kind for said in SAID} == set(FORMS)


@pytest.mark.parametrize("said", SAID)
def test_a_bound_holds_for_what_agrees_with_it_and_for_nothing_else(said):
    agree, differ = SAID[said]
    assert [value for value in agree if not bound(said).holds(value)] == []
    assert [value for value in differ if bound(said).holds(value)] == []


@pytest.mark.parametrize(
    "said",
    ["more than 20", "exactly", "exactly -1", "exactly 1,000", "Exactly 19", "exactly 19 ", " some", "19", 19, 19.0,
     None, True, "", "over 20\n", "exactly 1e3", "exactly nan", "20 - 25", "20 to", "to 25", "exactly 1 to 2", "about",
     [1, 2]],
)  # fmt: skip
def test_other_words_are_refused_with_the_words_allowed(said):
    with pytest.raises(ValidationError, match=r"not a bound \(allowed: exactly N, over N, at least N"):
        bound(said)


def test_a_range_that_runs_backwards_is_refused():
    with pytest.raises(ValidationError, match="the range runs backwards: 25 to 15"):
        bound("25 to 15")


def test_a_bound_is_written_as_it_was_said():
    assert Holder(value="43 to 51").model_dump(mode="json") == {"value": "43 to 51"}


@pytest.mark.parametrize(
    ("said", "middle"),
    [("exactly 19", 19), ("43 to 51", 47), ("about 200", 200), ("over 20", 20), ("at least 20", 20), ("under 7", 7),
     ("at most 7", 7), ("some", None), ("most", None), ("happened", None)],
)  # fmt: skip
def test_the_mark_on_an_axis_is_the_number_said(said, middle):
    found = bound(said).middle
    assert found is None if middle is None else found == pytest.approx(middle)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_range_holds_from_end_to_end(one, other):
    low, high = sorted((one, other))
    spoken = bound(f"{low} to {high}")
    assert spoken.holds(low)
    assert spoken.holds(high)
    assert not spoken.holds(low - 1)
    assert not spoken.holds(high + 1)


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (10, 10), (1, 10), (5, 10), (23, 30), (500, 1000), (1, 1)])
def test_wilsons_interval_is_that_of_scipy(successes, trials):
    exact = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    assert wilson(successes, trials) == pytest.approx((exact.low, exact.high), abs=1e-12)


def test_wilsons_interval_worked_by_hand():
    # 5 of 10: the centre is 1/2, and half the width z / sqrt(4 (n + z^2)) with z = 1.96
    half = 1.959963984540054 / math.sqrt(4 * (10 + 1.959963984540054**2))
    assert wilson(5, 10) == pytest.approx((0.5 - half, 0.5 + half))
    assert wilson(0, 0) == (0.0, 1.0)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.integers(1, 1000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_wilsons_interval_holds_the_share_and_mirrors(counted):
    successes, trials = counted
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1
    assert wilson(trials - successes, trials) == pytest.approx((1 - high, 1 - low))


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


def claim(said: str, measure: str = "control", side: str = "amber", place: str = "hill", **more: str) -> Claim:
    about = {"measure": measure, "side": side, "until": "2001-06-02"} | more
    if measure in ("control", "peak_control"):
        about["place"] = place
    plain = {"says": "it is said", "at": "battle 1.1", "source": "account", "scored": "calibration"}
    return Claim.model_validate(plain | {"observable": about, "value": said})


def test_quantiles_and_chances_of_a_comparison_worked_by_hand():
    claims = {"dead": claim("over 40", "killed"), "few": claim("0 to 4", "killed")}
    values = np.array([[n, n % 5] for n in range(100, -1, -1)], dtype=float)  # 0 to 100 in any order
    dead, few = compare(claims, distributions(values))
    assert (dead.median, dead.half, dead.most) == (50, (25, 75), (5, 95))
    assert dead.chance == 60 / 101
    assert dead.chance_interval == wilson(60, 101)
    assert (few.id, few.chance, few.unit, few.median) == ("few", 1.0, "people killed", 2)


def test_a_comparison_sees_values_that_were_damaged():
    claims = {"dead": claim("over 40", "killed")}
    values = np.arange(101, dtype=float)[:, None]
    assert compare(claims, distributions(values - 1))[0].chance == 59 / 101
    assert compare(claims, distributions(values[::2]))[0].median == 50
    assert compare(claims, distributions(values + 1))[0].median == 51


def test_a_distribution_has_the_quantiles_of_its_values():
    """As numpy has them, whatever the batches in which the values came; and a value more is seen."""
    values = np.array([[n * n % 17, n % 3 / 4] for n in range(150)], dtype=float)
    grown = distributions(values[:60])
    for column, found in enumerate(grown):
        found.add(values[60:, column])
        assert found.quantiles([0.0, 0.05, 0.5, 0.77, 1.0]) == pytest.approx(
            np.quantile(values[:, column], [0.0, 0.05, 0.5, 0.77, 1.0]).tolist(), abs=1e-12
        )
        assert found.size == 150
        assert found.between(0.5, 9) == np.count_nonzero((values[:, column] >= 0.5) & (values[:, column] <= 9))
    before = grown[0].quantiles([0.5])
    grown[0].add(np.full(200, 16.0))
    assert grown[0].quantiles([0.5]) != before


def test_a_quantile_between_two_values_lies_there_by_proportion():
    values = np.array([3.0, 10.0, 11.0, 40.0, -2.0])
    (found,) = distributions(values[:, None])
    shares = [n / 20 for n in range(21)]
    assert found.quantiles(shares) == pytest.approx(np.quantile(values, shares).tolist(), abs=1e-12)


def test_a_place_is_the_first_side_s_in_the_share_that_is_not_the_second_s(scenario):
    """With thresholds below a half: who says that Teal has no more than six tenths, says that Amber has four."""
    other = scenario.model_copy(update={"contested_between": (0.1, 0.4)})
    for said, state in (("at most 0.6", State.SECOND), ("at most 0.61", State.CONTESTED), ("over 0.9", State.FIRST)):
        report = report_of(other, "it", claim(said, side="teal"))
        assert report is not None
        assert report.state == state


def test_only_claims_within_the_time_fought_are_compared(scenario):
    assert set(observed_claims(scenario, 72.0)) == set(scenario.claims)
    assert set(observed_claims(scenario, 24.0)) == {
        "village_taken",
        "village_before_hill",
        "first_day_dead_gazette",
    }
    assert observed_claims(scenario, 23.99) == {}


def test_control_is_contested_from_threshold_to_threshold():
    shares = np.array([0.0, 0.1499, 0.15, 0.5, 0.85, 0.8501, 1.0])
    first, contested, second = State.FIRST, State.CONTESTED, State.SECOND
    assert states(shares, (0.15, 0.85)).tolist() == [first, first, contested, contested, contested, second, second]
    assert states(shares, (0.5, 0.5)).tolist() == [first] * 3 + [contested] + [second] * 3


@pytest.mark.parametrize(
    ("said", "amber", "teal"),
    [
        ("all", State.SECOND, State.FIRST),
        ("at least 0.85", State.SECOND, State.FIRST),
        ("over 0.9", State.SECOND, State.FIRST),
        ("exactly 1", State.SECOND, State.FIRST),
        ("none", State.FIRST, State.SECOND),
        ("at most 0.15", State.FIRST, State.SECOND),
        ("under 0.1", State.FIRST, State.SECOND),
        ("part", State.CONTESTED, State.CONTESTED),
        ("some", State.CONTESTED, State.CONTESTED),
        ("most", State.CONTESTED, State.CONTESTED),
        ("about 0.7", State.CONTESTED, State.CONTESTED),
        ("at least 0.84", State.CONTESTED, State.CONTESTED),
        ("at most 0.16", State.CONTESTED, State.CONTESTED),
    ],
)
def test_what_is_said_of_a_place_becomes_its_state(scenario, said, amber, teal):
    for side, state in (("amber", amber), ("teal", teal)):
        for measure in ("control", "peak_control"):
            report = report_of(scenario, "it", claim(said, measure, side))
            assert report == Reported("it", "hill", date(2001, 6, 2), state)


def test_a_bare_date_is_a_report_of_that_day_and_so_is_any_hour_of_it(scenario):
    for until, day in (("2001-06-02", 2), ("2001-06-02T00:00", 1), ("2001-06-02T00:01", 2), ("2001-06-03T06:00", 3)):
        report = report_of(scenario, "it", claim("all", until=until))
        assert report is not None
        assert report.day == date(2001, 6, day)


def test_claims_about_people_are_no_reports_of_control(scenario):
    assert report_of(scenario, "it", claim("exactly 12", "killed")) is None
    assert report_of(scenario, "it", scenario.claims["relief_came"]) is None
    days = [date(2001, 6, day) for day in (1, 2, 3)]
    found = reported_control(scenario, days)
    assert [(report.claim, report.place, report.day.day, report.state) for report in found] == [
        ("hill_regained", "hill", 3, State.CONTESTED),
        ("village_taken", "village", 1, State.CONTESTED),
    ]
    assert reported_control(scenario, days[:2]) == found[1:]


def test_chances_are_counted_and_add_up_to_one():
    shares = np.array([[[0.0, 0.5]], [[1.0, 0.5]], [[0.1, 0.9]], [[0.2, 0.0]]])  # 4 replications, 1 day, 2 places
    counted = chances(shares, (0.15, 0.85))
    assert counted.tolist() == [[[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]]]


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.integers(1, 20).flatmap(lambda runs: st.lists(st.floats(0, 1), min_size=runs * 6, max_size=runs * 6)))
def test_chances_add_up_to_one_whatever_the_shares(shares):
    counted = chances(np.array(shares).reshape(-1, 2, 3), (0.15, 0.85))
    assert counted.shape == (2, 3, 3)
    assert counted.sum(axis=-1) == pytest.approx(np.ones((2, 3)))
