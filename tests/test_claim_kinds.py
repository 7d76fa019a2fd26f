"""Kinds of claim: what agrees with a phrase, what could have been reported instead, and how a source comes by it."""

import math
from datetime import datetime, timedelta
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from support.claims import build_model

from sim.events.observable import QuantityType
from sim.likelihood.binning import UNIT_BINS, Bin, make_binning, make_claim_bins
from sim.scenario import Edit, ScenarioError, load
from sim.scenario.claim_kinds import CLAIM_KINDS, ROUND_NUMBERS
from sim.scenario.evidence import ReportedInterval, SerializedInterval

BEGINS = datetime(2001, 6, 1)  # local times are hours since then


class Holder(BaseModel):
    value: SerializedInterval


def parse(phrase: object) -> ReportedInterval:
    return ReportedInterval.model_validate(phrase).relative_to(BEGINS)


# what was said: values that agree with it, values that do not
EXAMPLES: dict[str, tuple[list[float], list[float]]] = {
    "exactly 19": ([19], [18, 18.999, 19.001, 20]),
    "exactly 0": ([0], [1]),
    "over 20": ([20.001, 21, 1e9], [20, 19, 0]),
    "at least 0.85": ([0.85, 1], [0.849, 0]),
    "under 20": ([0, 19, 19.999], [20, 21]),
    "at most 20": ([0, 20], [20.001, 21]),
    "43 to 51": ([43, 47, 51], [42, 42.999, 51.001, 52]),
    "7 to 7": ([7], [6, 8]),
    "2001-06-01T14:00 to 2001-06-01T18:00": ([14, 16, 18], [13.999, 18.001]),
    "2001-06-02 to 2001-06-02": ([24, 48], [23.999, 48.001]),
    "by 2001-06-01": ([0, 12, 24], [24.001]),
    "after 2001-06-01T18:00": ([18.001, 99], [0, 18]),
    "about 200": ([180, 200, 220], [179, 221]),
    "nearly 200": ([180, 199, 199.999], [179, 200, 201]),
    "nearly 3": ([2], [1, 3]),
    "nearly 0.8": ([0.721, 0.799], [0.719, 0.8]),
    "dozens": ([24, 99], [23, 100]),
    "some": ([1e-9, 1, 100], [0]),
    "part": ([0.001, 0.5, 0.999], [0, 1]),
    "most": ([0.5001, 1], [0.5, 0.4, 0]),
    "all": ([1], [0.999, 0]),
    "none": ([0], [1e-9, 1]),
    "happened": ([1, 2], [0]),
    "did not happen": ([0], [1]),
}


PHRASES = [
    *(kind.example for kind in CLAIM_KINDS.values()),
    *("exactly 0", "over 100", "over 35", "over 0", "at least 0", "0 to 3", "about 3", "about 1000"),
]


QUANTITIES = get_args(QuantityType)


def observed_bin(phrase, model="count"):
    return make_claim_bins(parse(phrase), model)[1]


def test_every_kind_of_claim_is_tested_here():
    assert {parse(phrase).kind for phrase in EXAMPLES} == set(CLAIM_KINDS)


@pytest.mark.parametrize("name", CLAIM_KINDS)
def test_the_example_of_a_kind_is_of_that_kind(name):
    kind = CLAIM_KINDS[name]
    assert parse(kind.example).kind == name
    assert (parse(kind.example).reported_number is None) == (kind.reported_number is None) == (not kind.has_number)


@pytest.mark.parametrize("phrase", EXAMPLES)
def test_a_phrase_holds_for_what_agrees_with_it_and_for_nothing_else(phrase):
    agree, differ = EXAMPLES[phrase]
    assert [value for value in agree if not parse(phrase).contains(value)] == []
    assert [value for value in differ if parse(phrase).contains(value)] == []


@pytest.mark.parametrize(
    "phrase",
    ["more than 20", "exactly", "exactly -1", "exactly 1,000", "Exactly 19", "exactly 19 ", " some", "19", 19, 19.0,
     None, True, "", "over 20\n", "exactly 1e3", "exactly nan", "20 - 25", "20 to", "to 25", "exactly 1 to 2", "about",
     [1, 2]],
)  # fmt: skip
def test_other_words_are_refused_with_the_words_allowed(phrase):
    with pytest.raises(ValidationError, match=r"not a bound \(allowed: exactly N, over N, at least N"):
        parse(phrase)


def test_a_range_that_runs_backwards_is_refused():
    with pytest.raises(ValidationError, match="the range runs backwards: 25 to 15"):
        parse("25 to 15")


def test_a_phrase_is_written_as_it_was_read():
    assert Holder(value="43 to 51").model_dump(mode="json") == {"value": "43 to 51"}


@pytest.mark.parametrize(
    ("phrase", "number"),
    [("exactly 19", 19), ("43 to 51", 47), ("about 200", 200), ("over 20", 20), ("at least 20", 20), ("under 7", 7),
     ("at most 7", 7), ("some", None), ("most", None), ("happened", None)],
)  # fmt: skip
def test_the_reported_number_is_the_one_that_was_said(phrase, number):
    result = parse(phrase).reported_number
    assert result is None if number is None else result == pytest.approx(number)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_range_holds_from_end_to_end(one, other):
    low, high = sorted((one, other))
    spoken = parse(f"{low} to {high}")
    assert spoken.contains(low)
    assert spoken.contains(high)
    assert not spoken.contains(low - 1)
    assert not spoken.contains(high + 1)


def test_about_a_number_has_neighbours_as_vague_as_itself_on_both_sides():
    binning, own = make_claim_bins(parse("about 200"), "count")
    ratio = parse("about 200").high / parse("about 200").low
    for count in (own.low - 1, int(own.high) + 1, 20_000):
        low, high = binning.find_bins(np.array([count]))[0]
        assert 0 < low <= count <= high
        assert (high + 1) / low == pytest.approx(ratio, rel=2 / low)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("phrase", PHRASES)
def test_a_claim_is_one_bin_of_all_that_could_have_been_reported(quantity, phrase):
    counts, interval = np.arange(5001), parse(phrase)
    kind = CLAIM_KINDS[interval.kind]
    model = kind.models.get(quantity)
    if model is None:
        return  # which of them it can't be said of is written down below
    binning, reported = make_claim_bins(interval, model)
    bins = binning.find_bins(counts)
    assert ((bins[:, 0] <= counts) & (counts <= bins[:, 1])).all()
    ends = np.unique(bins, axis=0)
    assert ends[0, 0] == 0
    assert (ends[1:, 0] == ends[:-1, 1] + 1).all()  # side by side, without gaps
    assert [reported.low, reported.high] in ends.tolist()
    if model == "count":
        held = [count for count in counts.tolist() if interval.contains(count)]
        inside = [count for count in counts.tolist() if reported.low <= count <= reported.high]
        assert set(inside) <= set(held)
        if interval.kind != "over":  # whoever says `over` leaves out what lies above the next round number
            assert inside == held


def test_the_table_has_the_observation_models_that_are_written_down():
    """A number of people can't be most of them; of a share a number is told in steps or held against the truth."""
    numbers = {"people": "count", "pieces": "count", "sorties": "count", "presence": "count", "share": "binary"}
    judged = {"events": "binary", "rank": "binary", "share": "binary"}
    measured = judged | numbers | {"time": "time", "duration": "time", "ratio": "binary"}
    expected = {name: measured for name in ("over", "at least", "under", "at most", "range", "dozens")}
    expected |= {name: measured | {"share": "share"} for name in ("exactly", "about", "nearly")}
    expected |= {name: {"time": "time"} for name in ("times", "by", "after")}
    expected |= {name: judged | numbers | {"presence": "binary"} for name in ("some", "none")}
    expected |= {name: judged | numbers | {"presence": "binary"} for name in ("happened", "did not happen")}
    expected |= dict.fromkeys(("part", "most", "all"), judged)
    assert {name: dict(kind.models) for name, kind in CLAIM_KINDS.items()} == expected


def test_a_share_or_a_word_of_the_whole_is_no_count():
    with pytest.raises(ValueError, match="'most' is never said of a count"):
        make_claim_bins(parse("most"), "count")


@pytest.mark.parametrize(
    ("phrase", "low", "high"),
    [
        ("over 20", 21, 30),
        ("over 35", 36, 40),
        ("over 40", 41, 50),
        ("over 70", 71, 80),
        ("over 90", 91, 100),
        ("over 100", 101, 150),
        ("over 150", 151, 200),
        ("over 200", 201, 300),
        ("over 1000", 1001, 1500),
        ("over 9", 10, 10),
    ],
)
def test_over_a_round_number_is_up_to_the_next(phrase, low, high):
    assert observed_bin(phrase) == Bin(low, high)


@pytest.mark.parametrize(
    ("phrase", "low", "high"),
    [("nearly 200", 180, 199), ("nearly 30", 27, 29), ("nearly 10", 9, 9), ("nearly 5", 4, 4), ("nearly 2", 1, 1)],
)
def test_nearly_a_number_is_less_than_it_and_has_neighbours_as_vague(phrase, low, high):
    binning, reported = make_claim_bins(parse(phrase), "count")
    assert reported == Bin(low, high)
    first, last = binning.find_bins(np.array([high + 1]))[0]
    assert first == high + 1
    assert (last + 1) / first == pytest.approx((high + 1) / low, rel=2 / first)


@pytest.mark.parametrize("phrase", ["nearly 1", "nearly 0.8", "about 0.7", "0.2 to 0.7"])
def test_a_number_that_no_count_can_be_is_refused(phrase):
    with pytest.raises(ValueError, match=f"no whole number is '{phrase}'"):
        make_claim_bins(parse(phrase), "count")
    edit = Edit(path="claims.amber_dead_gazette.value", value=phrase)
    with pytest.raises(ScenarioError, match=r"claims\.amber_dead_gazette\.value: no whole number is"):
        build_model(load("teaching", (edit,)))


def test_the_round_numbers_are_those_written_down():
    assert ROUND_NUMBERS[:23] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150, 200, 300]


def test_dozens_are_two_dozen_and_more_but_no_hundred():
    assert observed_bin("dozens") == Bin(24, 99)
    assert parse("dozens").contains(24)
    assert not parse("dozens").contains(100)


@pytest.mark.parametrize(
    ("phrase", "step"), [("about 0.7", 14), ("about 0.75", 15), ("about 0.3", 6), ("exactly 1", 20)]
)
def test_a_share_is_reported_in_steps_of_five_per_cent(phrase, step):
    assert observed_bin(phrase, "share") == Bin(step, step)


@pytest.mark.parametrize("binning", [UNIT_BINS, make_binning([3, 7, 20])])
def test_bins_have_the_shape_of_the_counts(binning):
    counts = np.arange(30).reshape(2, 3, 5)
    bins = binning.find_bins(counts)
    assert bins.shape == (2, 3, 5, 2)
    assert ((bins[..., 0] <= counts) & (counts <= bins[..., 1])).all()


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(1800, 1, 1), datetime(2100, 1, 1)), st.integers(0, 10_000), st.integers(0, 10_000))
def test_local_times_hold_from_minute_to_minute(begins, one, other):
    begins = begins.replace(second=0, microsecond=0)
    low, high = sorted((one, other))
    first, last = (f"{begins + timedelta(minutes=each):%Y-%m-%dT%H:%M}" for each in (low, high))
    for phrase in (f"{first} to {last}", f"by {last}", f"after {first}"):
        spoken = ReportedInterval.model_validate(phrase).relative_to(begins)
        assert spoken.relative_to(begins) == spoken
        assert spoken.contains(high / 60) == (high > low or not phrase.startswith("after"))
        assert spoken.contains((high + 1) / 60) == phrase.startswith("after")
        assert spoken.contains(-1) == phrase.startswith("by")


@pytest.mark.parametrize("phrase", ["by 2001-02-30", "after 2001-06-01T25:00", "2001-13-01 to 2001-06-01"])
def test_what_is_no_time_is_refused(phrase):
    with pytest.raises(ValidationError, match="not a date or time"):
        parse(phrase)


def test_a_time_is_reported_in_quarters_of_an_hour():
    assert observed_bin("2001-06-01T14:00 to 2001-06-01T18:00", "time") == Bin(56, 72)
    assert observed_bin("by 2001-06-01T06:00", "time") == Bin(0, 24)
    assert observed_bin("after 2001-06-01T06:00", "time") == Bin(24, math.inf)
    assert observed_bin("about 10", "time") == Bin(36, 44)
