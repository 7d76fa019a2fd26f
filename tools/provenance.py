"""`python -m tools.provenance PAGE ...`: enters that pages and their pictures are of today's scenario and rules.

`docs/provenance.yaml` says of which scenario and rules the numbers of each page are. A page whose scenario or rules
have changed since has to say so in its first lines, with `NOTE`; the tests hold it to that.
"""

import datetime
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from sim.scenario import load

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "provenance.yaml"
GOLDEN = ROOT / "tests" / "golden" / "digests.json"
GOLDEN_RUN = "dec2014 by the square law"
NOTE = "> **Of earlier rules.**"
LINES_OF_NOTE = 8  # within which a page says that it is of earlier rules
LENGTH = 8  # characters of a digest


class Provenance(BaseModel):
    """What a page's numbers and pictures were made from: see the head of the file."""

    model_config = ConfigDict(extra="forbid")

    made: datetime.date
    command: str
    scenario: str | None = None  # none: of several
    scenario_digest: str | None = None
    rules: str
    images: tuple[str, ...] = ()  # patterns below docs/images


def read_provenance() -> dict[str, Provenance]:
    """The entry of each page, by its path below `docs/` (README.md is that of the repository)."""
    entries = YAML(typ="safe").load(FILE)
    return {page: Provenance.model_validate(entry) for page, entry in entries.items()}


def find_page(name: str) -> Path:
    """The file of a page."""
    return ROOT / name if name == "README.md" else ROOT / "docs" / name


def read_rules_digest() -> str:
    """The digest of the golden run, which changes when a battle does."""
    digests = json.loads(GOLDEN.read_text(encoding="utf-8"))["digests"]
    return str(digests[GOLDEN_RUN][:LENGTH])


def compute_scenario_digest(name: str) -> str:
    """The digest of a scenario as it is today."""
    return load(name).compute_digest()[:LENGTH]


def is_current(entry: Provenance) -> bool:
    """Whether scenario and rules are still those that the page was made from."""
    is_same = entry.scenario is None or compute_scenario_digest(entry.scenario) == entry.scenario_digest
    return is_same and entry.rules == read_rules_digest()


def has_note(text: str) -> bool:
    """Whether the first lines of a page say that it is of earlier rules."""
    return any(line.startswith(NOTE) for line in text.splitlines()[:LINES_OF_NOTE])


def describe_fault(page: str, text: str, *, current: bool) -> str | None:
    """What is wrong with what a page says of its rules, and what to do; None if nothing is.

    >>> describe_fault("a.md", "# A", current=True)
    >>> describe_fault("a.md", "# A", current=False)
    "docs/a.md: make it anew and call `python -m tools.provenance a.md`, or begin it with '> **Of earlier rules.**'"
    """
    if current and has_note(text):
        return f"docs/{page}: it is of today's scenario and rules: take the note away"
    if not current and not has_note(text):
        remedy = f"make it anew and call `python -m tools.provenance {page}`, or begin it with {NOTE!r}"
        return f"docs/{page}: {remedy}"
    return None


def enter_pages(pages: Iterable[str]) -> None:
    """Write into the file that pages are of today; raise KeyError for one that has no entry."""
    yaml = YAML()
    yaml.width = 120
    entries: dict[str, Any] = yaml.load(FILE)
    for page in pages:
        entry = entries[page]
        entry |= {"made": datetime.date.today(), "rules": read_rules_digest()}
        if "scenario" in entry:
            entry["scenario_digest"] = compute_scenario_digest(entry["scenario"])
    yaml.dump(entries, FILE)


if __name__ == "__main__":
    enter_pages(sys.argv[1:])
