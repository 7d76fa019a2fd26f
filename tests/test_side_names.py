"""Whatever two sides are called, they can be told apart, and what is written of them is English."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.battles import teaching_data, validated

from sim.battle.simulation import Simulation
from sim.events.observables import ControlShare, Killed
from sim.report.control_reports import make_state_letters
from sim.report.control_table import format_state
from sim.report.diary import format_diary
from sim.scenario import ScenarioError
from sim.scenario.descriptions import capitalize, describe_count, describe_observable, format_possessive

names = st.one_of(
    st.sampled_from(
        ["British", "Boers", "the 2nd Foot", "2 Para", "2 Rifles", "Confederates", "ISIL", "c", "red", "Reds"]
    ),
    st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=12).map(str.strip).filter(len),
)


def name_sides(first, second):
    """A scenario as far as its sides go."""
    sides = {
        id: SimpleNamespace(name=f"the {name}", short_name=name, member_noun="people")
        for id, name in (("one", first), ("other", second))
    }
    return SimpleNamespace(sides=sides)


@given(names, names, st.integers(0, 100))
def test_any_two_names_are_told_apart_before_any_number(first, second, percent):
    assume(first.casefold().split() != second.casefold().split())
    signs = make_state_letters(name_sides(first, second))
    assert len({sign.casefold() for sign in signs}) == 3
    assert signs[1] == "c"
    for number, sign in enumerate(signs):
        assert sign[-1].isalpha()
        shares = np.full(3, (1 - percent / 100) / 2 * 0.5)
        shares[number] = 1.0
        assert re.fullmatch(rf"{re.escape(sign)}\d+", format_state(signs, shares))


def test_initials_that_differ_stay_and_others_are_as_long_as_they_must_be():
    assert make_state_letters(name_sides("Teal", "Amber")) == ["T", "c", "A"]
    assert make_state_letters(name_sides("British", "Boers")) == ["Br", "c", "Bo"]
    assert make_state_letters(name_sides("Confederates", "Union")) == ["Co", "c", "Un"]
    assert make_state_letters(name_sides("2 Para", "2 Rifles")) == ["2P", "c", "2R"]


@given(names)
def test_possessives_and_beginnings_are_english(name):
    owner = format_possessive(name)
    assert owner.startswith(name)
    assert not re.search(r"(?i)(?:s|sh|ch|ese)'s$", owner)
    assert capitalize(name)[0] == name[0].upper()[0]
    assert capitalize(name)[1:].endswith(name[1:])


@pytest.mark.parametrize(
    ("name", "owner"),
    [("Teal", "Teal's"), ("British", "British"), ("Zulus", "Zulus'"), ("Japanese", "Japanese"), ("rebels", "rebels'")],
)
def test_what_somebody_has(name, owner):
    assert format_possessive(name) == owner


@given(st.sampled_from(["rebels", "british", "Zulus", "Teal"]))
def test_descriptions_begin_in_upper_case(name):
    data = teaching_data()
    data["sides"]["amber"] |= {"short_name": name, "name": f"the {name} of the hills"}
    scenario = validated(data) if name != "Teal" else validated(teaching_data())
    until = scenario.ends
    for observable in (
        Killed(measure="killed", side="amber", until=until),
        ControlShare(measure="control", side="amber", place="fort", until=until),
    ):
        text = describe_observable(scenario, observable)
        assert text is not None
        assert text[0].isupper()
    assert describe_count(scenario, Killed(measure="killed", side="amber", until=until))[0].isupper()


@given(
    st.lists(
        st.sampled_from(["british", "zulus", "rebels", "français", "teal", "2 Para", "japanese", "Boers", "czech"]),
        min_size=2,
        max_size=2,
        unique=True,
    ),
    st.integers(1, 1_000),
)
@settings(deadline=None, max_examples=12)
def test_a_diary_is_english_whatever_the_sides_are_called(names, seed):
    data = teaching_data()
    for side, name in zip(data["sides"].values(), names, strict=True):
        side |= {"short_name": name, "name": f"the {name} of the hills", "member_noun": "people"}
    scenario = validated(data)
    text = "\n".join(format_diary(scenario, Simulation(scenario).run(seed)))
    assert not re.search(r"(?i)(?:s|sh|ch|ese)'s\b", text)
    for sentence in re.split(r"\n+|(?<=[.?!]) +", text.replace("(an invented battle)", "")):
        first = re.search(r"[^\W_]", re.sub(r"^\s*(?:\d\d:\d\d)?", "", sentence))
        assert first is None or not first[0].islower(), sentence


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"short_name": "teal "}, "sides.amber.short_name"),
        ({"short_name": ""}, "sides.amber.short_name"),
        ({"short_name": "TEAL"}, "both sides have the short_name 'teal', so that nobody can tell them apart"),
        ({"name": "the  teal army"}, "both sides have the name 'the teal army'"),
    ],
)
def test_sides_that_nobody_can_tell_apart_are_refused(change, complaint):
    data = teaching_data()
    data["sides"]["amber"] |= change
    with pytest.raises(ScenarioError, match=re.escape(complaint)):
        validated(data)


@pytest.mark.parametrize("count", [1, 3, 4])
def test_other_than_two_sides_is_said_in_words(count):
    data = teaching_data()
    extra = {f"ally_{n}": data["sides"]["teal"] | {"name": f"ally {n}", "short_name": f"ally {n}"} for n in range(9)}
    data["sides"] = dict(list((data["sides"] | extra).items())[:count])
    with pytest.raises(ScenarioError) as raised:
        validated(data)
    assert f"a battle has two sides, and here are {count}: allies are forces of one side" in str(raised.value)
    assert "Dictionary" not in str(raised.value)
