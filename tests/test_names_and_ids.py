"""A name is one character or more, in any script; ids have small letters, and others are refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.battles import teaching_data, validated

from sim.scenario import ScenarioError

NAMED = {
    "sides": ("name", "short_name", "member_noun"),
    "places": ("name",),
    "forces": ("name",),
    "equipment": ("name", "plural"),
    "road_types": ("name",),
    "terrains": ("name",),
    "sources": ("name",),
}
FIELDS = [(section, field) for section, fields in NAMED.items() for field in fields]
visible = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=1)
invisible = st.text(st.sampled_from(" \t\n\u00a0\u200d\u0301\u064e\ufe0f"), max_size=3)


def change_first(section, field, value):
    """The teaching battle with one field of the first entry of a section changed; None if it has no such section."""
    data = teaching_data()
    if not data.get(section):
        return None
    next(iter(data[section].values()))[field] = value
    return data


@pytest.mark.parametrize(("section", "field"), FIELDS)
@settings(max_examples=4)
@given(name=visible)
def test_a_name_of_one_character_is_sound(section, field, name):
    data = change_first(section, field, name)
    if data is not None:
        scenario = validated(data)
        assert getattr(next(iter(getattr(scenario, section).values())), field) == name


@pytest.mark.parametrize(("section", "field"), FIELDS)
@settings(max_examples=4)
@given(name=invisible)
def test_a_name_in_which_nothing_can_be_seen_is_refused_in_words(section, field, name):
    data = change_first(section, field, name)
    if data is not None:
        with pytest.raises(ScenarioError) as caught:
            validated(data)
        assert "not a name" in str(caught.value) or "a control character" in str(caught.value)
        assert "pattern" not in str(caught.value)


@settings(max_examples=10)
@given(
    st.text(st.sampled_from("aß😀\u0301中Z_9"), min_size=1, max_size=5).filter(
        lambda id: not (id.isascii() and id[0] == "a" and "Z" not in id)
    )
)
def test_an_id_of_other_characters_is_refused_in_words(id):
    data = teaching_data()
    data["places"][id] = data["places"].pop("mill")
    with pytest.raises(ScenarioError) as caught:
        validated(data)
    assert "not an id (a small letter from a to z, then up to 99 small letters, digits and _)" in str(caught.value)
    assert "pattern" not in str(caught.value)


def test_an_id_is_no_longer_than_a_file_name_can_hold():
    data = teaching_data()
    data["places"]["m" * 100] = data["places"].pop("mill")
    with pytest.raises(ScenarioError) as caught:  # of what refers to the mill alone
        validated(data)
    assert "not an id" not in str(caught.value)
    data["places"]["m" * 101] = data["places"].pop("m" * 100)
    with pytest.raises(ScenarioError, match="not an id"):
        validated(data)
