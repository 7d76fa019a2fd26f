"""Verbs agree with the names of forces, places and numbers of people."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.battle.simulation import Simulation
from sim.events.log import EventKind
from sim.report.agreement import PREPOSITIONS, RELATIVES, agree, is_plural
from sim.report.diary import format_diary
from sim.report.text import format_count

SCENARIOS = sorted(path.stem for path in (Path(__file__).parent.parent / "scenarios").glob("*.yaml"))
SINGULAR_NOUNS = ("garrison", "column", "company", "post", "reinforcement", "reserve", "mass", "Brigade", "relief")
PLURAL_NOUNS = ("garrisons", "columns", "companies", "posts", "fighters", "tribesmen", "people", "Rangers", "police")
QUALIFIERS = ("", "of the riders", "of 150 soldiers", "on the hills", "that came from the camps", "behind the mill",
              ", 2nd Regiment", ": the left and the right", "at al-Bal'as", "who went to the forts")  # fmt: skip
SINGULAR_FORMS = ("arrives", "falls back", "leaves", "reaches", "becomes a force of its own", "is out", "is supplied")


@given(
    st.sampled_from(SINGULAR_NOUNS),
    st.sampled_from(("", "second ", "north-eastern ", "2nd ")),
    st.sampled_from(QUALIFIERS),
)
def test_a_name_of_one_is_singular_whatever_follows_it(noun, adjective, qualifier):
    assert agree(f"the {adjective}{noun} {qualifier}".replace(" ,", ",").strip(), "leaves", "leave") == "leaves"


@given(
    st.sampled_from(PLURAL_NOUNS),
    st.sampled_from(("", "second ", "north-eastern ", "two ")),
    st.sampled_from(QUALIFIERS),
)
def test_a_name_of_several_is_plural_whatever_follows_it(noun, adjective, qualifier):
    assert agree(f"the {adjective}{noun} {qualifier}".replace(" ,", ",").strip(), "leaves", "leave") == "leave"


@given(st.sampled_from(PREPOSITIONS + RELATIVES), st.sampled_from(PLURAL_NOUNS))
def test_what_follows_a_preposition_decides_nothing(word, noun):
    assert not is_plural(f"the watch {word} the {noun}")
    assert is_plural(f"the riders {word} the watch")


@pytest.mark.parametrize(
    ("name", "is_several"),
    [
        ("the reinforcement of 150 soldiers", False),
        ("Arras", False),
        ("al-Bal'as", False),
        ("those who came to Tiyas", True),
        ("the fort and the hill", True),
        ("six Chaffee tanks", True),
        ("farms", True),
        ("", False),
        ("of the line", False),
    ],
)
def test_names_as_scenarios_have_them(name, is_several):
    assert is_plural(name) is is_several


@given(
    st.integers(0, 3) | st.integers(0, 10_000),
    st.sampled_from(("soldiers", "fighters", "people", "men", "tanks", "air strikes")),
)
def test_a_count_is_in_the_singular_for_one_alone(number, plural):
    text = format_count(number, plural)
    assert text.split(" ", 1)[0] == f"{number:,}"
    assert (text.split(" ", 1)[1] == plural) == (number != 1)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_line_of_a_diary_has_the_verb_of_its_force(name):
    scenario = sim.load(name)
    run = Simulation(scenario).run(7, 0)
    names = {force.name[0].upper() + force.name[1:]: force.name for force in scenario.forces.values()}
    kinds = {EventKind.ARRIVED, EventKind.DEPARTED, EventKind.JOINED, EventKind.LEFT}
    checked = 0
    for line in format_diary(scenario, run):
        found = re.match(r"  \d\d:\d\d  (.*)", line)
        force = max((each for each in names if found and found[1].startswith(each)), key=len, default=None)
        if force is not None:
            verb = re.sub(r"^ \([\d,]+\)|^ at .*? (?=is |are )", "", found[1][len(force) :]).strip()
            assert verb.startswith(SINGULAR_FORMS) != is_plural(names[force]), line
            checked += 1
    assert checked or not any(row["event"] in kinds for row in run.log)
