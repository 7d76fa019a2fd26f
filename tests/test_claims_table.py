"""Tables of claims: out and in again they are the same; of any table comes a scenario or a sentence."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from support.drafts import build_drafted

from sim import paths
from sim.drafts.draft import DraftError
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.recognition import FORMATS, draft_file
from sim.drafts.writer import make_claim
from sim.events.observables import OBSERVABLES
from sim.scenario import load
from sim.scenario.claim_table import CLAIM_COLUMNS, iterate_claim_rows, list_claim_columns
from sim.scenario.evidence import Claim

SCENARIOS = sorted(path.stem for path in paths.scenario_folder().glob("*.yaml"))
HEADINGS = [
    "id",
    "statement",
    "source",
    "measure",
    "side",
    "place",
    "places",
    "since",
    "until",
    "value",
    "low",
    "high",
    "role",
]


def write_csv(path, rows, columns):
    """A table in a file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        table.writerows(rows)
    return path


def write_workbook(path, rows, columns):
    """The same as an Excel workbook."""
    book = Workbook()
    book.active.append(list(columns))
    for row in rows:
        book.active.append([row.get(column) for column in columns])
    book.save(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "write"), [("csv", write_csv), ("xlsx", write_workbook)])
@pytest.mark.parametrize("name", SCENARIOS)
def test_claims_that_go_out_come_in_the_same(name, suffix, write, tmp_path):
    scenario = load(name)
    path = write(tmp_path / f"claims.{suffix}", list(iterate_claim_rows(scenario)), list(list_claim_columns()))
    draft = draft_file(path)
    assert list(draft.claims) == list(scenario.claims)
    for id, claim in draft.claims.items():
        read = Claim.model_validate(make_claim(claim))
        if read.value is not None:
            read = read.model_copy(update={"value": read.value.relative_to(scenario.begins)})
        assert read == scenario.claims[id], id
    assert {id: (source.name, source.kind, source.side) for id, source in draft.sources.items()} == {
        id: (source.name, source.kind, source.side)
        for id, source in scenario.sources.items()
        if id in {claim.source for claim in scenario.claims.values()}
    }
    drafted = build_drafted(draft)
    assert list(drafted.claims) == list(scenario.claims)


def test_a_changed_claim_is_seen(tmp_path):
    scenario = load("teaching")
    rows = list(iterate_claim_rows(scenario))
    rows[0]["value"] = "exactly 3"
    claim = next(iter(draft_file(write_csv(tmp_path / "c.csv", rows, list(list_claim_columns()))).claims.values()))
    assert Claim.model_validate(make_claim(claim)) != next(iter(scenario.claims.values()))


def test_every_field_of_claims_and_observables_has_its_column():
    columns = set(list_claim_columns())
    assert {name for model in OBSERVABLES.values() for name in model.model_fields} <= columns
    assert set(Claim.model_fields) - columns == {"observable"}
    assert set(CLAIM_COLUMNS) <= columns


def test_a_table_of_ones_own_needs_two_columns(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("Statement;Source\nThe bridge was lost at dawn;Diary of Captain Müller\n", encoding="cp1252")
    draft = draft_file(path)
    assert draft.sources["diary_of_captain_muller"].name == "Diary of Captain Müller"
    assert "Windows-1252" in draft.notes[0]
    claim = build_drafted(draft).claims["claim_1"]
    assert (claim.role, str(claim.citation)) == ("context", "rows 2.1")


def test_names_dates_and_ranges_of_a_table_of_ones_own(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "statement,source,measure,side,places,since,until,low,high,place,latitude,longitude\n"
        'Many fell,a letter,killed,The Red Army,Старый мост; Mill,3/12/2001,4/12/2001,10,20,Mill,"50,5","10,25"\n'
        "Few fell,a letter,killed,Blue,Mill,,5/12/2001,3,3,,,\n",
        encoding="utf-16",
    )
    draft = draft_file(path)
    assert any("two ways" in note for note in draft.notes)
    scenario = build_drafted(draft)
    first, second = scenario.claims.values()
    assert (first.value.phrase, second.value.phrase) == ("10 to 20", "exactly 3")
    assert first.observable.side == "the_red_army"
    assert (first.observable.since.day, first.observable.since.month) == (3, 12)
    assert [scenario.places[id].name for id in first.observable.places] == ["Старый мост", "Mill"]
    assert (scenario.places["mill"].coordinates.lat, scenario.places["mill"].coordinates.lon) == (50.5, 10.25)
    assert scenario.begins.month == 12


def test_the_template_is_a_scenario_and_nothing_of_it_is_left_out():
    scenario = build_drafted(draft_file(paths.scenario_folder() / "templates" / "claims.csv"))
    assert [claim.role for claim in scenario.claims.values()] == ["calibration", "context", "context"]
    assert not any("left out" in note for note in scenario.to_read.values())
    assert (
        "its role in the file: calibration; no order brings blue to bridge" in scenario.to_read["claims.bridge_taken"]
    )
    assert scenario.places["town"].coordinates.lat == 50.0


def test_formulas_and_errors_of_a_workbook_are_never_computed(tmp_path):
    book = Workbook()
    book.active.append(["statement", "source", "value"])
    book.active.append(["=1+1", "a letter", "#DIV/0!"])
    book.active.append(["a fact", '=HYPERLINK("http://example.org")', 3.0])
    book.create_sheet("notes")
    book.save(tmp_path / "book.xlsx")
    draft = draft_file(tmp_path / "book.xlsx")
    assert len(draft.claims) == 1
    notes = "\n".join(draft.notes)
    assert "without a stored value in rows 2, 3" in notes
    assert "not read: notes" in notes


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: data.replace(b"xl/worksheets", b"xl/worksheetx")]
)
def test_a_damaged_workbook_is_one_sentence(damage, tmp_path, call):
    write_workbook(tmp_path / "whole.xlsx", [{"statement": "a fact", "source": "me"}], ["statement", "source"])
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(damage((tmp_path / "whole.xlsx").read_bytes()))
    code, out, err = call("new", "a", f"from={path}", f"folder={tmp_path}")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = write_workbook(tmp_path / "book.xlsx", [], ["statement", "source"])
    monkeypatch.setattr("sim.drafts.workbooks.MAX_UNPACKED", 100)
    with pytest.raises(DraftError, match="unpacks to more than 100 bytes"):
        draft_file(path)


def test_a_table_of_more_rows_than_anybody_reads_is_refused(tmp_path):
    path = write_csv(tmp_path / "c.csv", [{"statement": "a fact", "source": "me"}] * 2_001, ["statement", "source"])
    with pytest.raises(DraftError, match="more than 2,000 rows"):
        draft_file(path)


CELLS = st.sampled_from(
    [
        *[
            "",
            " ",
            "killed",
            "control",
            "outcome",
            "red",
            "blue",
            "Grün",
            "the mill",
            "мост; mill",
            "exactly 3",
            "over 20",
        ],
        *["7", "1e400", "NaN", "-1", "9" * 40, "2001-06-01", "2001-06-01T25:00", "3/4/2001", "calibration", "happened"],
        *["2001-06-03T04:00", "=1+1", "a\x00b", "0001-01-01", "9999-12-31", "false", "part"],
    ]
)


@given(
    st.lists(st.sampled_from(HEADINGS[3:]), unique=True),
    st.lists(st.lists(CELLS, max_size=13), max_size=4),
)
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_whatever_a_table_holds_a_scenario_comes_of_it_or_a_sentence(headings, rows):
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(["statement", "source", *headings])
    table.writerows([["a fact", "a letter", *row] for row in rows])
    foreign = ForeignFile(Path("table.csv"), file.getvalue().encode())
    claims_table = FORMATS.load("claims_table")
    if not claims_table.recognise(foreign):
        assert "\0" in file.getvalue()
    elif not rows:
        with pytest.raises(DraftError, match="a table without rows"):
            claims_table.draft_scenario(foreign)
    else:
        assert len(build_drafted(claims_table.draft_scenario(foreign)).claims) == len(rows)
