"""Pages with numbers and pictures are of today's scenario and rules, or say in their first lines that they are not."""

import re
from pathlib import Path

import pytest

from tools import provenance
from tools.provenance import NOTE, ROOT, describe_fault, find_page, is_current, read_provenance

ENTRIES = read_provenance()
IMAGES = ROOT / "docs" / "images"
SHOWN = re.compile(r"!\[[^\]]*\]\((?:docs/)?(?:\.\./)*images/([^)]+)\)")
# Pages whose numbers are of battles, even where they show no picture.
PAGES_OF_BATTLES = ("battles*.md", "record.md", "findings*.md", "counterfactuals.md")


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
