"""Drafts from ACLED's columns and from the infobox of an article: worked by hand, and held against any input."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.drafts import build_drafted

from sim.drafts.foreign_file import ForeignFile
from sim.drafts.formats.infobox import find_days, find_numbers, find_point, recognise
from sim.drafts.recognition import FORMATS, draft_file

ACLED_ROW = {
    "event_id_cnty": "XXX1",
    "event_date": "03 December 2001",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Teal Forces",
    "actor2": "Amber Group",
    "civilian_targeting": "",
    "location": "the ford",
    "latitude": "50.01",
    "longitude": "10.02",
    "geo_precision": "1",
    "source": "the Gazette",
    "notes": "They fought at the ford.",
    "fatalities": "7",
}
WIKITEXT = """Some text.
{{Infobox military conflict
| conflict    = Battle of the Ford
| partof      = the [[Teal War]]
| date        = 28 May – 2 June 2001<ref>a [[book]]</ref>
| place       = [[The Ford]], Tealand
| coordinates = {{coord|50|30|N|10|15|E|display=inline,title}}
| result      = Teal victory
| combatant1  = {{flag|Tealand}}
| combatant2  = {{flagicon|Amberland}} '''[[Amber Army|The Amber Army]]'''
| combatant3  = [[Neutrals]]
| units1      = {{plainlist|
* [[First Foot]]
* Second Foot
}}
| strength1   = 1,200 men<br />4 guns
| strength2   = unknown
| casualties1 = 12–15 killed<br>c. 70 wounded
| casualties2 = 200+ killed, over 30 captured<br>3 guns lost
}}
More text."""


def draft_acled(*changes, folder):
    """The draft of rows of ACLED's, each with its changes."""
    path = folder / "acled.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, list(ACLED_ROW))
        rows.writeheader()
        rows.writerows(ACLED_ROW | {"event_id_cnty": f"XXX{n}"} | each for n, each in enumerate(changes, 1))
    return draft_file(path)


def draft_text(text):
    """The draft of wikitext."""
    return FORMATS.load("infobox").draft_scenario(ForeignFile(Path("article.txt"), text.encode()))


def test_an_event_of_acled_is_a_claim_of_its_dead(tmp_path):
    draft = draft_acled({}, {"sub_event_type": "Government regains territory"}, {"actor1": "Others"}, folder=tmp_path)
    assert sorted(side.name for side in draft.sides.values()) == ["Amber Group", "Teal Forces"]
    assert any("other actors are left out: 1" in note for note in draft.notes)
    scenario = build_drafted(draft)
    assert list(scenario.claims) == ["xxx1", "xxx2", "xxx2_taken"]
    first, _, taken = scenario.claims.values()
    assert (first.value.phrase, first.role, first.observable.places) == ("exactly 7", "calibration", ("the_ford",))
    assert (taken.observable.side, taken.value.phrase) == ("teal_forces", "at least 0.85")
    assert scenario.begins.date() == date(2001, 12, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"geo_precision": "3"}, "150 km is an assumption"),
        ({"time_precision": "2"}, "within that week"),
        ({"civilian_targeting": "Civilian targeting"}, "no fight"),
        ({"event_type": "Protests"}, "no fight"),
        ({"longitude": "far"}, "no coordinates"),
    ],
)
def test_what_is_not_exact_or_no_fight_is_context(change, words, tmp_path):
    claim = build_drafted(draft_acled(change, folder=tmp_path)).claims["xxx1"]
    assert claim.role == "context"
    assert words in claim.reason


def test_days_that_can_be_read_in_two_ways_are_said(tmp_path):
    draft = draft_acled({"event_date": "3/12/2001"}, folder=tmp_path)
    assert any("two ways" in note for note in draft.notes)


def test_an_infobox_is_two_sides_their_losses_and_a_place():
    scenario = build_drafted(draft_text(WIKITEXT))
    assert scenario.title == "Battle of the Ford"
    assert [side.name for side in scenario.sides.values()] == ["Tealand", "The Amber Army"]
    assert (f"{scenario.begins:%Y-%m-%d}", f"{scenario.ends:%Y-%m-%d}") == ("2001-05-28", "2001-06-03")
    (place,) = scenario.places.values()
    assert (place.name, place.coordinates.lat, place.coordinates.lon) == ("The Ford, Tealand", 50.5, 10.25)
    found = {id: claim.value.phrase for id, claim in scenario.claims.items()}
    assert found == {
        "tealand_killed": "12 to 15",
        "tealand_wounded": "about 70",
        "the_amber_army_killed": "at least 200",
        "the_amber_army_captured": "over 30",
    }
    assert {claim.role for claim in scenario.claims.values()} == {"context"}
    first, second = scenario.forces.values()
    assert (first.name, first.strength.value) == ("First Foot", 1200)
    assert second.strength.prior is not None


def test_what_the_box_has_beyond_two_sides_is_said():
    notes = "\n".join(draft_text(WIKITEXT).notes)
    assert "left out: Neutrals" in notes
    assert "Teal victory" in notes


def test_a_box_without_a_date_has_claims_without_a_period():
    draft = draft_text(WIKITEXT.replace("28 May – 2 June 2001", "in the spring"))
    assert any("The date can't be read: in the spring" in note for note in draft.notes)
    assert all(claim.observable is None for claim in build_drafted(draft).claims.values())


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("28 May 1982", (date(1982, 5, 28), date(1982, 5, 28))),
        ("28–29 May 1982", (date(1982, 5, 28), date(1982, 5, 29))),
        ("May 28, 1982", (date(1982, 5, 28), date(1982, 5, 28))),
        ("30 December – 2 January 1945", (date(1944, 12, 30), date(1945, 1, 2))),
        ("3 December 2014 – 6 December 2014", (date(2014, 12, 3), date(2014, 12, 6))),
        ("31–32 May 1982", None),
        ("the spring", None),
    ],
)
def test_days_of_a_box(text, days):
    assert find_days(text) == days


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("{{coord|50.5|10.25}}", (50.5, 10.25)),
        ("{{Coord|50|30|0|S|10|15|36|W|region:X}}", (-50.5, -10.26)),
        ("{{coord|50.5|N|10.25|E}}", (50.5, 10.25)),
        ("{{coord|99|10}}", None),
        ("50, 10", None),
    ],
)
def test_coordinates_of_a_box(text, point):
    assert find_point(text) == point


@pytest.mark.parametrize(
    ("line", "phrases"),
    [
        ("1,200–1,500 killed", ["1200 to 1500"]),
        ("~70", ["about 70"]),
        ("at least 9 dead", ["at least 9"]),
        ("up to 9", ["at most 9"]),
        ("fewer than 9", ["under 9"]),
        ("12 killed 70 wounded", ["exactly 12", "exactly 70"]),
        ("none", []),
    ],
)
def test_numbers_as_a_box_puts_them(line, phrases):
    assert [phrase for _, _, phrase in find_numbers(line)] == phrases


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "conflict",
                "date",
                "place",
                "coordinates",
                "combatant1",
                "combatant2",
                "units1",
                "strength1",
                "casualties1",
                "casualties2",
            ]
        ),
        st.lists(
            st.sampled_from(
                ["{{", "}}", "[[", "]]", "|", "<ref>", "12 killed", "9" * 30, "–", "5 May 2001", "名", "\n", "="]
            ),
            max_size=6,
        ),
    )
)
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_of_any_box_comes_a_scenario(fields):
    text = (
        "{{Infobox military conflict\n"
        + "".join(f"| {key} = {' '.join(parts)}\n" for key, parts in fields.items())
        + "}}"
    )
    file = ForeignFile(Path("article.txt"), text.encode())
    assert recognise(file)
    scenario = build_drafted(FORMATS.load("infobox").draft_scenario(file))
    assert len(scenario.sides) == 2
