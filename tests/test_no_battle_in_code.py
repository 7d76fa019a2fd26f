"""The model knows no battle: no side, place, force, source, person or day of December 2014 stands in code or settings.

What is searched for is taken from the scenario itself, so that a name that comes in there is searched for at once.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim import paths
from sim.scenario import load

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted((ROOT / "src" / "sim").rglob("*.py"))

# Words of the scenario's ids and names that any battle may have. Each is an English word for a kind of place, force,
# equipment or report, or one of the small words between them; none is a name.
GENERIC_WORDS = (
    # kinds of place and ground, and where they lie
    "airbase base interior gate gates main sector wall perimeter village quarter quarters city island river mountain "
    "farms fish farm desert field oil outskirts airport building white east eastern west western north northern south "
    "southern left bank second around above part parts side airfield flat salt electrical facility industrial "
    # kinds of force and people
    "army brigade battalion division garrison militia reserve reinforcement reinforcements column group posts post "
    "detachment outpost defenders fighters soldiers tribesmen tribe tribal force forces mobile mechanized airborne "
    "guard national defence military intelligence missile rocket republican government state human rights fresh "
    # kinds of source and of what they write
    "text article article's names infobox summary box press rain report news data event map detailed war "
    "coordinates where nobody its observatory georeferenced neighbourhoods sources press airports open "
    # a public form of data, in which exports are written whatever battle they are of
    "ucdp ged "
    # small words
    "the of and that with in to from at against on for name named held near december wiki al abu van"
)  # fmt: skip
GENERIC = set(GENERIC_WORDS.split())
PUBLIC_IDS = {"ucdp_ged"}  # the same form of data, which drafts are read from
# `december` alone and `al`, `abu`, `van`: the date is searched for as a date, and the names by their other half.

DATES = re.compile(
    r"201[45]|\b(?:[3-9]|[12]\d)(?:st|nd|rd|th)?(?: of)? Dec(?:ember)?\b|\bDec(?:ember)? (?:[3-9]|[12]\d)\b"
    r"|\b2[78](?:st|nd|rd|th)?(?: of)? Jan(?:uary)?\b",
    re.IGNORECASE,
)


def words_of(scenario: Any) -> set[str]:
    """Every word of the ids and names of a scenario that is not a word that any battle may have."""
    texts = [scenario.name]
    for section in (scenario.sides, scenario.places, scenario.forces, scenario.sources):
        for id, part in section.items():
            texts += [id, part.name, *getattr(part, "aliases", ()), getattr(part, "short_name", "")]
            texts += [*getattr(part, "unit_hierarchy", ()), *getattr(part, "commanders", ())]
    words = {word for text in texts for word in re.split(r"[^\w'’]+|_", text.lower())}
    words |= {half for word in words for half in re.split(r"['’]", word)}
    return {word for word in words if len(word) > 2 and not word.isdigit() and word not in GENERIC}


def ids_of(scenario: Any) -> set[str]:
    """Every id of more than one word that a scenario gives to a side, place, force, source, order or claim."""
    sections = (scenario.places, scenario.forces, scenario.sources, scenario.orders, scenario.claims)
    return {id for section in sections for id in section if "_" in id} - PUBLIC_IDS


SCENARIO = load("dec2014")
WORDS = words_of(SCENARIO)
IDS = ids_of(SCENARIO)
PARTS = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(map(re.escape, WORDS | IDS)))})(?![a-z])", re.IGNORECASE)


def find_names(text: str) -> set[str]:
    """What of the battle stands in a text; bibliographic keys (`Source: Name1999`) are no part of it."""
    text = re.sub(r"\b[A-Z][A-Za-z]+(?:19|20)\d\d\b", "", text)
    return {hit.group().lower() for pattern in (PARTS, DATES) for hit in pattern.finditer(text)}


def settings() -> dict[str, str]:
    """Every settings file without its comments and without the name of the scenario.

    What is put to one battle (`conf/question/NAME/`, sweeps, factors) is about its days and orders, and stands apart.
    """
    texts = {}
    battles = ("dec2014", "rorkes_drift", "shaer")
    questions = {path for name in battles for path in paths.conf_folder().glob(f"*/{name}/*.yaml")}
    for path in sorted(set(paths.conf_folder().rglob("*.yaml")) - questions):
        plain = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        plain.pop("scenario", None)
        texts[path.name] = repr(plain)
    return texts


def test_the_words_searched_for_are_the_names_of_the_battle():
    assert {"isil", "jafra", "sohr", "masdar", "syrian", "deir", "zor", "mariiyah", "masemekeh", "thardah"} <= WORDS
    assert {
        "sakr",
        "hwaika",
        "jbeila",
        "shaitat",
        "zahreddine",
        "makhlouf",
        "rafdan",
        "faruq",
        "manco",
        "raju",
    } <= WORDS
    assert {"gate_assault_6", "east_garrison", "al_jafra", "masemekeh_bomb"} <= IDS
    assert len(WORDS) > 50


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_no_name_and_no_day_of_the_battle_stands_in_the_code(path):
    assert find_names(path.read_text(encoding="utf-8")) == set()
    assert find_names(path.stem) == set()


def test_no_name_and_no_day_of_the_battle_stands_in_the_settings():
    assert {name: hits for name, text in settings().items() if (hits := find_names(text))} == {}


@pytest.mark.parametrize(
    ("line", "hit"),
    [
        ('if side == "isil":', "isil"),
        ('PLACES = ("al_jafra",)', "al_jafra"),
        ("jafra_share = 0.5", "jafra"),
        ("# as SOHR counted", "sohr"),
        ("def masdar(text):", "masdar"),
        ("the Syrian army", "syrian"),
        ("# Deir ez-Zor", "deir"),
        ("start = datetime(2014, 12, 3)", "2014"),
        ('until: "2014-12-08"', "2014"),
        ("# what was said on 6 December", "6 december"),
        ("# the assault of 20 December", "20 december"),
        ("# on 27 January", "27 january"),
        ("# on December 11 it rained", "december 11"),
        ("east_garrison.strength *= 2", "east_garrison"),
        ("Zahreddine", "zahreddine"),
    ],
)
def test_the_search_finds_a_name_or_a_day(line, hit):
    assert hit in find_names(f"x = 1\n{line}\n")


@pytest.mark.parametrize(
    "line",
    ["isilon = 1", "the garrison of the east gate", "Source: SOHRStrikes2014.", "december", "12 days", "2001-06-03"],
)
def test_the_search_lets_ordinary_text_pass(line):
    assert find_names(line) == set()


def test_the_code_has_been_read():
    assert len(CODE) > 60
    assert "config.yaml" in settings()
