"""The catalogue of battles: what it says of each is what the scenario has, and no battle is left out."""

import pytest

from sim import paths
from sim.scenario import load
from sim.scenario.catalogue import FILE, CatalogueEntry, read_catalogue
from tools.catalogue import TABLE_HEAD, count_entries, format_file, format_row, format_table, write_catalogue

FOLDER = paths.scenario_folder()
DOCS = FOLDER.parent / "docs"
ENTRIES = read_catalogue()


def test_the_catalogue_is_what_the_scenarios_have():
    assert count_entries() == ENTRIES, "run `make catalogue`"
    assert (FOLDER / FILE).read_text(encoding="utf-8") == format_file(ENTRIES)
    assert format_table(ENTRIES) in (FOLDER / "README.md").read_text(encoding="utf-8"), "run `make catalogue`"


def test_every_documented_battle_is_in_the_catalogue():
    battles = {path.stem for path in FOLDER.glob("*.yaml") if not load(path.stem).fictional}
    assert {entry.name for entry in ENTRIES} == battles


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_page_of_a_battle_bears_out_what_the_catalogue_says(entry):
    text = (DOCS / entry.page).read_text(encoding="utf-8")
    assert ("calibrat" in text.lower()) or not entry.calibrated
    assert entry.readers >= 1


def test_the_list_of_scenarios_says_how_each_is_documented(call):
    code, out, _ = call("list", "scenarios")
    assert code == 0
    for entry in ENTRIES:
        assert f"{entry.name}  " in out
        assert entry.describe() in out


@pytest.mark.parametrize(
    "damage", [("sources", 1), ("claims", -1), ("scored_claims", 1), ("title", "!"), ("year", 100)]
)
def test_a_wrong_entry_is_noticed(damage):
    name, change = damage
    for entry in ENTRIES:
        damaged = CatalogueEntry(**vars(entry) | {name: getattr(entry, name) + change})
        assert format_row(damaged) != format_row(entry)
        assert format_file([damaged]) != format_file([entry])


def test_a_catalogue_is_written_as_it_was_read(tmp_path):
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    (tmp_path / "README.md").write_text(page.replace(format_table(ENTRIES), TABLE_HEAD), encoding="utf-8")
    write_catalogue(tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == page
    assert (tmp_path / FILE).read_text(encoding="utf-8") == (FOLDER / FILE).read_text(encoding="utf-8")


def test_one_reader_alone_is_named():
    entry = CatalogueEntry(**vars(ENTRIES[0]) | {"readers": 1})
    assert "one reader" in entry.describe()
    assert "one reader" in format_row(entry)
