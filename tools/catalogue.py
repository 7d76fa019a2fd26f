"""`python -m tools.catalogue`: the catalogue of battles, counted anew: scenarios/catalogue.csv and scenarios/README.md.

The file's columns `readers`, `calibrated` and `page` are written by hand, and stay; the others come from the scenarios.
A new battle begins as a row with its name and these three.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from sim import paths
from sim.scenario import load
from sim.scenario.catalogue import FILE, NUMBER_WORDS, CatalogueEntry
from tools.page_tables import replace_table

TABLE_HEAD = (
    "| battle | year | sources | claims | of them scored | read by | calibrated |\n"
    "| --- | --- | --: | --: | --: | --- | --- |\n"
)


def count_entries() -> list[CatalogueEntry]:
    """The battles of the file with everything counted anew, oldest first."""
    with (paths.scenario_folder() / FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = [
        CatalogueEntry.from_scenario(
            load(row["name"]), readers=int(row["readers"]), calibrated=row["calibrated"] == "yes", page=row["page"]
        )
        for row in rows
    ]
    return sorted(entries, key=lambda entry: (entry.year, entry.name))


def format_file(entries: Sequence[CatalogueEntry]) -> str:
    """The text of the file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(CatalogueEntry)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(entry.to_row() for entry in entries)
    return text.getvalue()


def format_table(entries: Sequence[CatalogueEntry]) -> str:
    """The table of the page."""
    return TABLE_HEAD + "".join(f"{format_row(entry)}\n" for entry in entries)


def format_row(entry: CatalogueEntry) -> str:
    """A battle as a row of the table, with a link to its page."""
    cells = (
        f"[{entry.title}](../docs/{entry.page}), `{entry.name}`",
        entry.year,
        entry.sources,
        entry.claims,
        entry.scored_claims,
        NUMBER_WORDS.get(entry.readers, f"{entry.readers} readers"),
        "yes" if entry.calibrated else "not yet",
    )
    return f"| {' | '.join(map(str, cells))} |"


def write_catalogue(folder: Path) -> None:
    """Write the file and the page's table into the folder of scenarios."""
    entries = count_entries()
    page = folder / "README.md"
    text = replace_table(page.read_text(encoding="utf-8"), TABLE_HEAD, format_table(entries), "battles")
    (folder / FILE).write_text(format_file(entries), encoding="utf-8")
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_catalogue(paths.scenario_folder())
