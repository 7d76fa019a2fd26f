"""The blind second reading of December 2014 against the first: every difference is listed, and every damage is seen."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.second_reading import FIELDS, FIGURE, Data, Readings, faults, format_interval, readings, simple, tally

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "second_reading.md"
OTHER_SIDE = {"isil": "government", "government": "isil", "other": "isil"}


@pytest.fixture(scope="module")
def compared() -> Readings:
    return readings()


def replaced(node: Data, path: tuple[str, ...], value: Any) -> Data:
    """A copy of nested mappings with one entry replaced; the rest is shared."""
    key, *rest = path
    return {**node, key: replaced(node[key], tuple(rest), value) if rest else value}


def with_entry(r: Readings, reading: str, path: tuple[str, ...], value: Any) -> Readings:
    """The readings with one entry of one file replaced."""
    return Readings(**{**vars_of(r), reading: replaced(getattr(r, reading), path, value)})


def vars_of(r: Readings) -> dict[str, Data]:
    return {"first": r.first, "second": r.second, "compared": r.compared}


def without(r: Readings, reading: str, section: str, id: str) -> Readings:
    """The readings with one entry of one file left out."""
    rest = {key: entry for key, entry in getattr(r, reading)[section].items() if key != id}
    return with_entry(r, reading, (section,), rest)


def entries(r: Readings) -> Iterator[tuple[str, str, str, Data]]:
    """Every claim and every fact: the reading, its section, the id and what is there."""
    for reading, section in (("first", "claims"), ("second", "facts")):
        for id, entry in getattr(r, reading)[section].items():
            yield reading, section, id, entry


Damage = tuple[str, tuple[str, ...], Any]  # which reading, where in it, and what stands there instead


def figures_raised(said: str) -> list[str]:
    """The text once for each number in it, with that number one higher."""
    return [
        f"{said[: found.start()]}{float(found.group()) + 1:g}{said[found.end() :]}" for found in FIGURE.finditer(said)
    ]


def a_day_later(moment: str) -> str:
    return (date.fromisoformat(moment[:10]) + timedelta(days=1)).isoformat() + moment[10:]


def each_value(r: Readings) -> Iterator[Damage]:
    for reading, section, id, entry in entries(r):
        for other in figures_raised(entry.get("value", "")):
            yield reading, (section, id, "value"), other


def each_figure_in_the_words_of_a_claim(r: Readings) -> Iterator[Damage]:
    for id, claim in r.first["claims"].items():
        for other in figures_raised(claim["statement"]):
            yield "first", ("claims", id, "statement"), other


def each_date(r: Readings) -> Iterator[Damage]:
    for reading, section, id, entry in entries(r):
        within = ("observable",) if reading == "first" else ()
        for key, moment in (entry.get("observable", {}) if within else entry).items():
            if key in ("since", "until"):
                yield reading, (section, id, *within, key), a_day_later(moment)


def each_position(r: Readings) -> Iterator[Damage]:
    for reading, section, id, entry in entries(r):
        key = "citation" if reading == "first" else "at"
        for other in figures_raised(entry[key].replace(".", " . ")):
            yield reading, (section, id, key), other.replace(" . ", ".")


def each_source(r: Readings) -> Iterator[Damage]:
    for reading, section, id, entry in entries(r):
        key = "source" if reading == "first" else "reported_by"
        yield reading, (section, id, key), "al_masdar" if entry[key] != "al_masdar" else "sohr"


def each_hedge(r: Readings) -> Iterator[Damage]:
    for reading, section, id, entry in entries(r):
        key = "uncertain" if reading == "first" else "hedged"
        yield reading, (section, id, key), not entry.get(key, False)


def each_side(r: Readings) -> Iterator[Damage]:
    for reading, section, id, entry in entries(r):
        within = ("observable",) if reading == "first" else ()
        if side := (entry.get("observable", {}) if within else entry).get("side"):
            yield reading, (section, id, *within, "side"), OTHER_SIDE[side]


def each_place(r: Readings) -> Iterator[Damage]:
    for reading, section, id, entry in entries(r):
        if reading == "second":
            yield reading, (section, id, "places"), [*entry.get("places", ()), "Muhasan"]
        elif "place" in entry.get("observable", {}):
            yield reading, (section, id, "observable", "place"), "muhasan"
        else:
            yield reading, (section, id, "places"), [*entry.get("places", ()), "muhasan"]


def each_kind(r: Readings) -> Iterator[Damage]:
    for id, fact in r.second["facts"].items():
        yield "second", ("facts", id, "about"), "wounded" if fact["about"] != "wounded" else "killed"
    for id, claim in r.first["claims"].items():
        if "observable" in claim:
            yield "first", ("claims", id, "observable", "measure"), "wounded"


def each_piece_of_equipment(r: Readings) -> Iterator[Damage]:
    for id, fact in r.second["facts"].items():
        if fact["about"] == "seized":
            yield "second", ("facts", id, "unit"), "pieces of artillery" if "tank" in fact["unit"] else "pieces of tank"
    for id, claim in r.first["claims"].items():
        if seized := claim.get("observable", {}).get("equipment"):
            yield "first", ("claims", id, "observable", "equipment"), "apcs" if seized == "tanks" else "tanks"


# what is damaged, and at least how often there is something of the kind
DAMAGES: dict[Callable[[Readings], Iterator[Damage]], int] = {
    each_value: 100,
    each_figure_in_the_words_of_a_claim: 30,
    each_date: 300,
    each_position: 500,
    each_source: 250,
    each_hedge: 250,
    each_side: 200,
    each_place: 250,
    each_kind: 200,
    each_piece_of_equipment: 10,
}


def test_the_readings_are_reconciled(compared):
    assert faults(compared) == []


@pytest.mark.slow
@pytest.mark.parametrize("damages", DAMAGES, ids=lambda damages: damages.__name__)
def test_any_one_damage_to_either_reading_is_noticed(compared, damages):
    done = list(damages(compared))
    assert len(done) >= DAMAGES[damages]
    assert [damage for damage in done if faults(with_entry(compared, *damage)) == []] == []


@pytest.mark.parametrize(("reading", "section"), [("first", "claims"), ("second", "facts"), ("compared", "facts")])
def test_an_entry_that_is_left_out_is_noticed(compared, reading, section):
    ids = list(getattr(compared, reading)[section])
    assert [id for id in ids if faults(without(compared, reading, section, id)) == []] == []


def test_a_difference_that_is_not_listed_is_noticed(compared):
    damaged = with_entry(compared, "compared", ("facts", "b1_killed_7", "masemekeh_isil_dead", "differs"), {})
    assert faults(damaged)[:1] == [
        "b1_killed_7 and masemekeh_isil_dead: source: text against sohr, which is not listed"
    ]


def test_a_listed_difference_that_is_gone_is_noticed(compared):
    stale = with_entry(compared, "second", ("facts", "b1_killed_7", "reported_by"), "sohr")
    assert "source: sohr against sohr, but listed as text against sohr" in faults(stale)[0]
    listed = {"differs": {"value": ["exactly 19", "exactly 19", "observed"]}}
    stale = with_entry(compared, "compared", ("facts", "b1_killed_19", "masemekeh_soldiers_dead"), listed)
    assert "value: listed, but both have exactly 19" in faults(stale)[0]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("because", "observed"), {"stands": "nobody", "why": "so"}, "because: observed: stands for neither"),
        (("because", "unattributed", "reading"), "no_such", "because: unattributed: stands for neither"),
        (("because", "idle"), {"stands": "both", "why": "so"}, "because: idle: nothing needs it"),
        (("facts", "b6_aim", "alone"), "nowhere", "because: nowhere: is not there"),
        (("facts", "b6_aim", "see"), ["nobody"], "see nobody, which is not there"),
        (("facts", "b9_killed_43"), {}, "b9_killed_43: a fact on one side only"),
        (("facts", "ib_cmd_vanmanco", "box_commanders_isil", "in_words"), "Van Helsing", "does not say 'Van Helsing'"),
        (("facts", "b1_killed_19", "masemekeh_soldiers_dead", "unstated"), {"side": "isil"}, "unstated only where"),
        (("doubts",), [], "20 doubts, 0 answers"),
        (("words", "sources"), {}, "source: military_source against syrian_army"),
        (("words", "places"), {}, "places: unknown: "),
    ],
)
def test_damage_to_the_comparison_is_noticed(compared, path, value, said):
    assert said in "\n".join(faults(with_entry(compared, "compared", path, value)))


def test_a_change_of_the_first_reading_that_is_undone_is_noticed(compared):
    for change in compared.compared["changed"]:
        listed = [{**change, "now": "something else"}]
        assert "but listed as something else" in faults(with_entry(compared, "compared", ("changed",), listed))[0]


def test_an_answer_to_another_doubt_is_noticed(compared):
    answers = compared.compared["doubts"]
    swapped = with_entry(compared, "compared", ("doubts",), [answers[1], answers[0], *answers[2:]])
    assert faults(swapped)[0].startswith("doubts: the answer to 'infobox 5.1, whether most' is not to")
    empty = with_entry(compared, "compared", ("doubts",), [{**answers[0], "readings": ["no_such"]}, *answers[1:]])
    assert faults(empty) == ["doubts: no_such is not there"]


@pytest.mark.parametrize(
    ("said", "kind", "unit", "scenario"),
    [
        ("exactly 70", "control", "per cent", "exactly 0.7"),
        ("about 30", "control", "per cent", "about 0.3"),
        ("happened", "control", "", "at least 0.85"),
        ("exactly 1", "event", "attacks", "happened"),
        ("exactly 2", "event", "attacks", "exactly 2"),
        ("exactly 1", "killed", "people", "exactly 1"),
        ("some", "control", "positions", "some"),
    ],
)
def test_a_value_of_the_second_reading_is_put_in_the_terms_of_the_scenario(said, kind, unit, scenario):
    assert format_interval(said, kind, unit) == scenario


def test_names_are_compared_without_what_spelling_adds():
    assert simple("the al-Mari’ayyi area") == simple("Al Mari'ayyi Area") == "al mari ayyi area"
    assert simple("Three days") == "3 days"


def test_the_document_has_the_numbers_of_the_comparison(compared):
    text = DOCUMENT.read_text(encoding="utf-8")
    counted = tally(compared)
    rows = dict(re.findall(r"^\| ([a-z ]+?) +\| +(\d+) \|", text, re.MULTILINE))
    names = {"agree outright": "outright", "agree as far as said": "carried", "no claim": "alone", "differ": "differ"}
    expected = {row: counted[key] for row, key in names.items()}
    expected |= {field: counted[field] for field in FIELDS}
    assert {row: int(number) for row, number in rows.items()} == expected
    assert f"{len(compared.second['facts'])} facts" in text
    assert f"{len(compared.first['claims'])} claims" in text
