"""Pages with numbers and pictures are of today's scenario and rules, or say in their first lines that they are not."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim.paths import posterior_folder
from sim.plots.playback.animation import PLAYBACK
from sim.plots.registry import FOLDERS, find_figures, find_optional_figures
from tools import provenance
from tools.provenance import NOTE, ROOT, describe_fault, find_page, is_current, read_provenance

ENTRIES = read_provenance()
IMAGES = ROOT / "docs" / "images"
SHOWN = re.compile(r"!\[[^\]]*\]\((?:docs/)?(?:\.\./)*images/([^)]+)\)")
GALLERY_ROW = re.compile(r"^\| `sim ([a-z-]+)` \| (.*) \|$", re.MULTILINE)
# Pages whose numbers are of battles, even where they show no picture.
PAGES_OF_BATTLES = ("battles*.md", "record*.md", "findings*.md", "counterfactuals*.md")


def list_images(page: str) -> set[str]:
    """The pictures that came with a page."""
    return {path.relative_to(IMAGES).as_posix() for each in ENTRIES[page].images for path in IMAGES.glob(each)}


@pytest.mark.parametrize("page", ENTRIES)
def test_a_page_is_of_todays_rules_or_says_that_it_is_not(page):
    text = find_page(page).read_text(encoding="utf-8")
    assert describe_fault(page, text, current=is_current(ENTRIES[page])) is None


def test_every_page_of_battles_says_what_it_was_made_from():
    pages = {path.name for pattern in PAGES_OF_BATTLES for path in (ROOT / "docs").glob(pattern)}
    assert pages - {*ENTRIES} == set()


def test_every_picture_came_with_one_page_and_every_page_shows_its_own():
    owners = [image for page in ENTRIES for image in list_images(page)]
    assert sorted(owners) == sorted(path.relative_to(IMAGES).as_posix() for path in IMAGES.rglob("*.png"))
    for page in ENTRIES:
        assert list_images(page) <= set(SHOWN.findall(find_page(page).read_text(encoding="utf-8"))), page


def test_a_picture_of_earlier_rules_is_shown_with_the_note():
    outdated = {image for page, entry in ENTRIES.items() if not is_current(entry) for image in list_images(page)}
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    showing = {path for path in pages if outdated & {*SHOWN.findall(path.read_text(encoding="utf-8"))}}
    assert [path.name for path in showing if f"\n{NOTE}" not in path.read_text(encoding="utf-8")] == []


def test_the_gallery_has_every_figure_and_its_commands():
    text = find_page("gallery.md").read_text(encoding="utf-8")
    rows = {match[1]: set(re.findall(r"`(\w+)`", match[2])) for match in GALLERY_ROW.finditer(text)}
    listed = {(command, figure) for command, figures in rows.items() for figure in figures}
    drawn = {
        (command, name) for command in FOLDERS for name in (*find_figures(command), *find_optional_figures(command))
    }
    assert listed == {*drawn, ("run", PLAYBACK)}


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page, entry in ENTRIES.items() if entry.scenario])
def test_another_scenario_or_other_rules_are_noticed(page):
    current = ENTRIES[page].model_copy(
        update={
            "scenario_digest": provenance.compute_scenario_digest(ENTRIES[page].scenario),
            "rules": provenance.read_rules_digest(),
        }
    )
    assert is_current(current)
    assert not is_current(current.model_copy(update={"scenario_digest": "00000000"}))
    assert not is_current(current.model_copy(update={"rules": "00000000"}))


@pytest.mark.parametrize(
    ("text", "current", "fault"),
    [
        ("# A\n", True, None),
        (f"# A\n\n{NOTE} Since then ...\n", False, None),
        ("# A\n", False, "make it anew"),
        (f"# A\n\n{NOTE} Since then ...\n", True, "take the note away"),
        ("# A\n" + "\n" * 20 + f"{NOTE} too late\n", False, "make it anew"),
    ],
)
def test_a_page_that_says_the_wrong_thing_is_noticed(text, current, fault):
    found = describe_fault("a.md", text, current=current)
    assert (found is None) if fault is None else (found is not None and fault in found)


def test_a_page_is_entered_with_todays_digests(monkeypatch, tmp_path: Path):
    file = tmp_path / "provenance.yaml"
    file.write_text(provenance.FILE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(provenance, "FILE", file)
    provenance.enter_pages(["record.md"])
    entry = read_provenance()["record.md"]
    assert is_current(entry)
    assert entry.images == ENTRIES["record.md"].images
    others = {page: each for page, each in read_provenance().items() if page != "record.md"}
    assert others == {page: each for page, each in ENTRIES.items() if page != "record.md"}


def format_headline(row: dict) -> str:
    """A headline of the shipped calibration as a cell of the page's table."""
    factor = 100 if row["is_chance"] else 1
    value, low, high = (f"{factor * row[name]:.0f}" for name in ("value", "low", "high"))
    return f"| {value} ({low} to {high}) |"


def test_the_findings_in_short_begin_with_the_calibration_that_is_shipped():
    rows = pq.read_table(posterior_folder() / "dec2014" / "headlines.parquet").to_pylist()
    text = find_page("findings_in_short.md").read_text(encoding="utf-8")
    assert len(rows) >= 4
    assert [row["headline"] for row in rows if not row["variant"] and format_headline(row) not in text] == []
