"""Drafts: what any file may be, what a scenario needs beyond it, and that everything drafted is to be read."""

import csv
import io
import os
import re
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.drafts.cells import DayOrder, find_day_order, parse_count, parse_day, parse_degrees, parse_number
from sim.drafts.completion import complete_draft, link_places
from sim.drafts.draft import Draft, DraftedClaim, DraftedPlace, DraftedSide, DraftError
from sim.drafts.file_kinds import describe_file
from sim.drafts.foreign_file import ForeignFile, read_foreign_file
from sim.drafts.ids import clean_text, make_id, make_name
from sim.drafts.recognition import FORMATS, describe_formats, draft_file
from sim.drafts.repair import repair_draft
from sim.drafts.writer import format_bibliography, format_scenario, list_unread
from sim.drafts.yaml_text import format_block
from sim.scenario import load
from sim.scenario.lint import run_rules
from sim.scenario.yaml_parser import parse_yaml

# Text in scripts, with marks, quotes and characters that no scenario may have.
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    [
        "دير الزور",
        "東部戦線",
        "Köln",
        "a\x00b",
        "\ufffe",
        "#",
        "{}",
        "null",
        "- x",
        "a: b",
        "false",
        "No",
        "on",
        "'",
        '"',
        "\\",
        "=1+1",
        "",
    ]
)


def load_draft(draft, folder, name="drafted"):
    """The scenario that is written of a draft, read again."""
    path = folder / f"{name}.yaml"
    completed = complete_draft(draft)
    path.write_text(format_scenario(completed, name, "schema.json"), encoding="utf-8")
    path.with_suffix(".bib").write_text(format_bibliography(completed, name, "file", "2026-01-01"), encoding="utf-8")
    return load(path)


def make_file(data, name="file.csv"):
    """A file with these bytes or this text."""
    return ForeignFile(Path(name), data if isinstance(data, bytes) else data.encode())


# --- Cells


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("12", 12), ("1,200", 1200), ("1.200", 1200), ("1 200", 1200), ("1,5", 1.5), ("1.5", 1.5), ("-3", -3)],
        *[("1.200.300", 1200300), ("0,123", 0.123), ("1e3", 1000), ("1,200,", None), ("", None), ("nan", None)],
        *[("inf", None), ("1e999", None), ("12 men", None), ("٣", None), ("=1+1", None), ("10000000000", None)],
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert parse_number(text) == number


@given(st.text(max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_a_cell_fail(text):
    count, degrees = parse_count(text), parse_degrees(text)
    assert count is None or 0 <= count <= 1e9
    assert degrees is None or abs(degrees) < 1000
    assert parse_day(text, find_day_order([text])) is None or isinstance(parse_day(text, DayOrder()), date | None)


@pytest.mark.parametrize(
    "text",
    [
        *["2014-12-03", "2014-12-03 00:00:00.000", "2014-12-03T14:30", "3 December 2014", "03 Dec 2014", "3. Dec 2014"],
        *["December 3, 2014", "Dec 3 2014", "3/12/2014", "03.12.2014", "3-12-2014"],
    ],
)
def test_days_as_people_write_them(text):
    assert parse_day(text, DayOrder()) == date(2014, 12, 3)


@pytest.mark.parametrize("text", ["2014-13-03", "31/2/2014", "3 Dezember 2014", "December 2014", "41976", "3/12/14"])
def test_what_is_no_day_is_none(text):
    assert parse_day(text, DayOrder()) is None


def test_the_order_of_day_and_month_is_that_of_the_column():
    assert find_day_order(["3/12/2014", "13/12/2014"]) == DayOrder(day_first=True)
    assert find_day_order(["3/12/2014", "12/13/2014"]) == DayOrder(day_first=False)
    assert find_day_order(["3/12/2014"]).is_ambiguous
    assert not find_day_order(["3/3/2014", "2014-12-03"]).is_ambiguous
    assert find_day_order(["13/12/2014", "12/13/2014"]).is_contradictory
    assert parse_day("12/3/2014", DayOrder(day_first=False)) == date(2014, 12, 3)


# --- Names and ids


@given(st.lists(ANY_TEXT, max_size=8))
@settings(max_examples=100, deadline=None)
def test_ids_are_ids_and_differ_whatever_the_names(names):
    ids = []
    for name in names:
        ids.append(make_id(name, ids, "place"))
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", id) for id in ids)
    assert all(len(make_name(name, "place")) >= 3 for name in names)


@given(
    st.dictionaries(st.sampled_from("abcdef"), ANY_TEXT | st.integers() | st.lists(ANY_TEXT, max_size=3), min_size=1)
)
@settings(max_examples=100, deadline=None)
def test_yaml_says_what_was_meant(data):
    cleaned = {
        key: [clean_text(each) for each in value] if isinstance(value, list) else clean_text(value)
        for key, value in data.items()
        if not isinstance(value, int)
    } | {key: value for key, value in data.items() if isinstance(value, int)}
    assert dict(parse_yaml("\n".join(format_block(cleaned)) + "\n", "text")) == cleaned


# --- Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_in_any_encoding_is_the_same_table(encoding):
    table = make_file("Place;Tote\r\nKöln;3\r\n".encode(encoding)).table
    assert [row.cells for row in table.rows] == [{"place": "Köln", "tote": "3"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tables_in_any_dialect_are_the_same(delimiter):
    file = io.StringIO()
    rows = [["Place Name", "note"], ["a", f'one{delimiter} "two"\nlines'], [], ["", ""], ["b", "x"]]
    csv.writer(file, delimiter=delimiter).writerows(rows)
    table = make_file("\n" + file.getvalue()).table
    assert table.columns == ("place_name", "note")
    assert [row.cells["note"].splitlines() for row in table.rows] == [[f'one{delimiter} "two"', "lines"], ["x"]]
    assert make_file(f"sep={delimiter}\n{file.getvalue()}").table.columns == table.columns


def zip_of(*names):
    """A ZIP archive with empty files of these names, the same bytes at any moment (it is part of a test's name)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        *[(b"", "an empty file"), (b"%PDF-1.7 \xff\xfe", "a PDF"), (b"\x89PNG\r\n\x1a\n\0", "an image (PNG)")],
        *[(b"\xff\xd8\xff\xe0\0\0", "an image (JPEG)"), (b"<!DOCTYPE html><p>", "an HTML page")],
        *[(b"<osm><node/></osm>", "XML whose root is <osm>"), (b'{"a": 1, "b": 2}', "JSON with the keys a, b")],
        *[(b"[1, 2]", "a JSON list of 2 entries"), (b"{oops", "text that looks like JSON and is none")],
        *[
            (b"colour,size\nred,3\n", "a table whose columns are colour, size"),
            (b"One. Two.\nx\n", "a text of 3 lines"),
        ],
        *[(b"schema: 2\nclaims: {}\n", "a scenario already (sim check reads it)"), (b"\x7fELF\0\1", "a program")],
        *[(zip_of("a", "b"), "a ZIP archive of 2 files"), (zip_of("word/document.xml"), "a Word document")],
        *[(b"PK\x03\x04rubbish", "a damaged ZIP archive"), (b"PAR1\0\0", "a Parquet table (save it as CSV)")],
        *[(b"\0\1\2\3" * 9, "no text"), (b"[" * 100_000, "text that looks like JSON and is none")],
    ],
)
def test_a_file_of_another_kind_is_named_in_one_sentence(data, words, call, tmp_path):
    assert describe_file(make_file(data)) == words
    path = tmp_path / "file"
    path.write_bytes(data)
    code, out, err = call("new", "a", f"from={path}", f"folder={tmp_path}")
    assert (code, out) == (2, "")
    assert err.startswith(f"sim: from: {path}: seems to be {words}, which is not read (allowed: ")
    assert err.count("\n") == 1
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "nothing", "NUL", "large"])
def test_what_is_no_ordinary_file_of_some_size_is_refused(kind, tmp_path, monkeypatch):
    path = tmp_path / "file"
    if kind == "link":
        (tmp_path / "target").write_text("a,b\n")
        path.symlink_to(tmp_path / "target")
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "NUL":
        path = tmp_path / "a\0b"
    elif kind == "large":
        monkeypatch.setattr("sim.drafts.foreign_file.MAX_BYTES", 10)
        path.write_text("a" * 11)
    words = {"link": "a link", "folder": "a folder", "pipe": "no ordinary file", "nothing": "no such file"}
    with pytest.raises(DraftError, match=words.get(kind, "can't be read|too large")):
        read_foreign_file(path)


# --- What is added, and marked


def test_a_draft_of_nothing_is_a_scenario_in_which_all_is_to_be_read(tmp_path):
    scenario = load_draft(Draft("a file", "A battle"), tmp_path)
    assert len(scenario.sides) == 2
    assert [
        finding.path
        for verdict in run_rules(scenario, {})
        for finding in verdict.findings
        if verdict.rule.name == "unread_items"
    ][-1] == ("to_read",)


def test_reading_an_item_changes_no_digest(tmp_path):
    scenario = load_draft(Draft("a file", "A battle"), tmp_path)
    assert scenario.to_read
    read = scenario.model_copy(update={"to_read": {}})
    assert read.compute_digest() == scenario.compute_digest()


def test_results_of_a_draft_say_that_it_is_one(call, tmp_path):
    load_draft(Draft("a file", "A battle"), tmp_path)
    words = [f"scenario={tmp_path / 'drafted.yaml'}", "runs=4", "engine=simpy", "workers=1"]
    code, out, _ = call("run", *words, f"outputs={tmp_path / 'outputs'}")
    assert code == 0
    assert "The scenario is a draft: " in out
    folder = Path(out.splitlines()[-1])
    assert "nobody has read them against their sources" in (folder / "report.html").read_text(encoding="utf-8")


def test_an_item_that_is_not_there_can_not_be_read(call, tmp_path):
    load_draft(Draft("a file", "A battle"), tmp_path)
    path = tmp_path / "drafted.yaml"
    path.write_text(path.read_text() + "  claims.nobody: what nobody wrote\n")
    code, out, _ = call("check", str(path))
    assert code == 0
    assert "to_read.claims.nobody: names nothing that is there" in out
    assert "drafted items are still to be read" in out.splitlines()[-1]


@given(
    st.lists(ANY_TEXT, max_size=3),
    st.lists(st.tuples(ANY_TEXT, st.floats(-90, 90), st.floats(-180, 180)), max_size=4),
    st.lists(ANY_TEXT, max_size=3),
)
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])  # smaller ones take minutes
def test_any_draft_is_a_scenario_without_errors(tmp_path_factory, sides, places, statements):
    draft = Draft("a file", "A battle")
    for name in sides:
        draft.sides[make_id(name, draft.sides, "side")] = DraftedSide(make_name(name, "side"))
    for name, latitude, longitude in places:
        draft.places[make_id(name, draft.places, "place")] = DraftedPlace(make_name(name, "place"), latitude, longitude)
    for number, text in enumerate(statements, 1):
        draft.claims[f"claim_{number}"] = DraftedClaim(
            make_name(text, "claim"), f"file {number}.1", "file", reason="drafted: not scored"
        )
    scenario = load_draft(draft, tmp_path_factory.mktemp("draft"))
    errors = [verdict for verdict in run_rules(scenario, scenario.model_dump()) if verdict.status == "ERROR"]
    assert errors == []
    assert set(list_unread(complete_draft(draft))) == set(scenario.to_read)
    assert len(scenario.claims) == len(statements)
    assert len(scenario.places) == max(len(places), 1)


def test_places_are_linked_by_the_shortest_roads_that_reach_all():
    places = {
        id: DraftedPlace(id, 0.0, longitude) for id, longitude in [("a", 0.0), ("c", 3.0), ("b", 1.0), ("d", 3.5)]
    }
    assert [road.between for road in link_places(places).values()] == [("a", "b"), ("b", "c"), ("c", "d")]


def test_a_claim_of_what_the_file_lacks_is_kept_as_context(tmp_path):
    claim = DraftedClaim(
        "the bomb went off",
        "file 1.1",
        "file",
        observable={"measure": "outcome", "orders": ["bomb"], "outcome": "on_target", "until": "2001-06-01"},
        value="happened",
        role="calibration",
    )
    scenario = load_draft(Draft("a file", "A battle", claims={"bomb": claim}), tmp_path)
    assert scenario.claims["bomb"].role == "context"
    assert "bomb" in scenario.claims["bomb"].reason
    assert "left out" in scenario.to_read["claims.bomb"]


# --- Formats


def test_every_format_says_what_it_is_and_has_its_lines_in_the_docs():
    from sim import paths

    page = (paths.scenario_folder().parent / "docs" / "importing.md").read_text(encoding="utf-8")
    for name, words in describe_formats().items():
        assert f"### `{name}`" in page
        assert words[0].islower()
    assert FORMATS.list_names()


def test_a_file_that_could_be_two_asks_for_a_choice(tmp_path, monkeypatch):
    path = tmp_path / "file.csv"
    path.write_text("a,b\n1,2\n")
    for name in FORMATS.list_names()[:2]:
        monkeypatch.setattr(FORMATS.load(name), "recognise", lambda file: True)
    if len(FORMATS.list_names()) > 1:
        with pytest.raises(DraftError, match=r"more than one way \(allowed: format=\w+ or format=\w+\)"):
            draft_file(path)


def test_words_that_do_not_fit_are_refused(call, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("a,b\n1,2\n")
    for words, message in [
        ([f"from={path}", "format=ucdp"], "format: unknown format (got 'ucdp'; did you mean ucdp_ged?"),
        (
            [f"from={path}", "format=ucdp_ged"],
            "is not a table of UCDP's georeferenced events (GED); it seems to be a table",
        ),
        (["format=ucdp_ged"], "format: goes with from=FILE, which is missing"),
        ([f"from={path}", "era=infantry_after_1945", "echelon=company"], "a draft takes its packs from the year"),
        (["from="], "from: is empty"),
    ]:
        code, out, err = call("new", "a", *words, f"folder={tmp_path}")
        assert (code, out) == (2, "")
        assert message in err


# --- UCDP GED

GED_ROW = {
    "id": "101",
    "type_of_violence": "1",
    "dyad_name": "Teal - Amber",
    "side_a": "Teal",
    "side_b": "Amber",
    "where_prec": "1",
    "where_coordinates": "the ford",
    "latitude": "50.01",
    "longitude": "10.02",
    "date_prec": "1",
    "date_start": "2001-06-01 00:00:00.000",
    "date_end": "2001-06-02 00:00:00.000",
    "deaths_a": "3",
    "deaths_b": "4",
    "deaths_civilians": "0",
    "deaths_unknown": "0",
    "best": "7",
    "low": "5",
    "high": "9",
    "code_status": "Clear",
    "source_office": "the Gazette",
}


def draft_ged(*changes, folder):
    """The draft of rows of GED, each with its changes."""
    path = folder / "ged.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, list(GED_ROW))
        rows.writeheader()
        rows.writerows(GED_ROW | {"id": str(number)} | change for number, change in enumerate(changes, 101))
    return draft_file(path)


def test_a_row_of_ged_is_a_claim_of_its_range_place_and_days(tmp_path):
    draft = draft_ged({}, folder=tmp_path)
    assert [side.name for side in draft.sides.values()] == ["Teal", "Amber"]
    claim = load_draft(draft, tmp_path).claims["ged_101"]
    assert (claim.value.low, claim.value.high, claim.role) == (5, 9, "calibration")
    assert claim.observable.places == ("the_ford",)
    assert (f"{claim.observable.since:%d}", f"{claim.observable.until:%d}") == ("01", "03")
    assert claim.statement == "7 killed at the ford, 5 to 9 (3 of Teal, 4 of Amber); reported by the Gazette"
    assert str(claim.citation) == "rows 2.1"


@pytest.mark.parametrize(
    ("change", "role", "words"),
    [
        ({"where_prec": "2"}, "calibration", "25 km"),
        ({"where_prec": "3"}, "context", "50 km is an assumption"),
        ({"date_prec": "4"}, "context", "within a month"),
        ({"deaths_civilians": "2"}, "context", "drafted"),
        ({"type_of_violence": "3"}, "context", "drafted"),
        ({"code_status": "Check deaths"}, "calibration", "Check deaths"),
        ({"latitude": ""}, "context", "drafted"),
    ],
)
def test_how_exactly_place_and_day_are_known_decides_the_role(change, role, words, tmp_path):
    scenario = load_draft(draft_ged(change, folder=tmp_path), tmp_path)
    assert scenario.claims["ged_101"].role == role
    assert words in scenario.to_read["claims.ged_101"]


def test_rows_that_are_no_use_are_left_out_and_named(tmp_path):
    draft = draft_ged(
        {},
        {"best": ""},
        {"date_start": "soon", "date_end": ""},
        {"dyad_name": "Others - Amber"},
        {"latitude": "140", "longitude": "50"},
        {"latitude": "200", "longitude": "300"},
        {"date_start": "2001-06-03", "date_end": "2001-06-01"},
        folder=tmp_path,
    )
    assert list(draft.claims) == ["ged_101", "ged_105", "ged_106", "ged_107"]
    notes = "\n".join(draft.notes)
    for words in (
        "Row 3 is left out",
        "Row 4 is left out",
        "Others - Amber (1)",
        "Row 6: latitude",
        "nowhere",
        "exchanged",
    ):
        assert words in notes
    assert load_draft(draft, tmp_path).claims["ged_107"].observable.since.day == 1


CELLS = st.one_of(
    st.sampled_from(["", "0", "-3", "nan", "inf", "1e400", "9" * 20, "7", "90", "-180", "Teal", "x\ny", "القلعة"]),
    st.sampled_from(["9999-12-31", "0001-01-01", "0000-00-00", "2001-06-01", "31/12/2014", "2001-06-31", "1990-01-01"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(st.sampled_from(sorted(GED_ROW)), CELLS, max_size=4), min_size=1, max_size=3))
def test_any_rows_of_ged_are_a_scenario_or_refused(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("rows")
    with suppress(DraftError):
        repair_draft(complete_draft(draft_ged(*changes, folder=folder)), "drawn")


def test_days_at_the_end_of_the_calendar_are_refused(tmp_path):
    with pytest.raises(DraftError, match="the end of the calendar"):
        complete_draft(draft_ged({"date_start": "9999-12-31", "date_end": "9999-12-31"}, folder=tmp_path))


def test_a_table_of_which_no_row_can_be_read_is_refused(tmp_path):
    with pytest.raises(DraftError, match=r"no row of it can be read\. Row 2 is left out"):
        draft_ged({"best": "many"}, {"date_start": "soon", "date_end": ""}, folder=tmp_path)


def test_simulated_events_are_no_record(tmp_path):
    with pytest.raises(DraftError, match="simulated, and no record"):
        draft_ged({"code_status": "Simulated"}, folder=tmp_path)
