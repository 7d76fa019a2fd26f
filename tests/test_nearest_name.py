"""The name that was probably meant: one slip is found, and a far name is never proposed."""

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.nearest_name import MAX_LENGTH, NEAR, NEAR_SHORT, SHORT_LENGTH, find_nearest
from sim.scenario import ScenarioError, load
from sim.scenario.problems import name_nearest
from sim.scenario.rule_parameters import RULE_PARAMETERS

NAMES = st.text("abcdef_", max_size=12)
PARAMETERS = sorted(RULE_PARAMETERS)


@given(NAMES, st.lists(NAMES, max_size=8))
def test_what_is_proposed_is_near(name, known):
    found = find_nearest(name, known)
    if found is not None:
        similarity = SequenceMatcher(None, found, name).ratio()
        assert similarity >= (NEAR_SHORT if len(name) <= SHORT_LENGTH else NEAR) or found.startswith(name)


@given(NAMES, st.lists(NAMES, max_size=8))
def test_what_is_near_is_proposed(name, known):
    if any(SequenceMatcher(None, each, name).ratio() >= NEAR for each in known):
        found = find_nearest(name, known)
        assert found is not None
        best = max(SequenceMatcher(None, each, name).ratio() for each in known)
        assert SequenceMatcher(None, found, name).ratio() == best


@given(st.data())
def test_one_slip_in_a_parameter_finds_it(data):
    name = data.draw(st.sampled_from(PARAMETERS))
    place = data.draw(st.integers(0, len(name) - 1))
    written = name[:place] + data.draw(st.sampled_from(["", "q", name[place] * 2])) + name[place + 1 :]
    found = find_nearest(written, PARAMETERS)
    assert found is not None
    assert SequenceMatcher(None, found, written).ratio() >= SequenceMatcher(None, name, written).ratio()


def test_a_name_of_any_length_is_compared():
    assert find_nearest("a" * 100_000, ["a" * MAX_LENGTH]) == "a" * MAX_LENGTH


@pytest.mark.parametrize("far", ["mined", "nothing", "x", ""])
def test_a_far_name_is_not_proposed(far):
    assert name_nearest("unknown", far, ["attack", "combined_attack", "no_shelling"]) == "unknown"
    with pytest.raises(ScenarioError) as refused:
        load(far)
    assert "did you mean" not in str(refused.value)
