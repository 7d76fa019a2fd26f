"""What the long trials found, gathered into tables for `docs/reliability.md`."""

from dataclasses import dataclass, field
from pathlib import Path

from sim.report.validation_page import fill_block, format_markdown_table

HEADINGS = {
    "random battles": ("law", "scenarios", "battles", "events", "unsound"),
    "spoilt scenarios": ("file", "spoilt as", "tried", "refused, with place", "sound, and fought", "tracebacks"),
    "limits": ("what was at a limit, or beyond it", "tried", "refused, with place", "fought, and sound"),
    "hostile files": ("file", "what is said", "CPU, s", "memory, MB"),
    "settings that name code": ("command", "settings tried", "refused, and nothing made"),
    "settings that lead outside": ("command", "group", "settings tried", "refused, and nothing made"),
    "odd names": ("command", "names tried", "taken without a fault"),
    "interrupted runs": ("command", "ended by", "tried", "went on to the same bits", "was complete", "had not begun"),
    "damaged results": ("command", "tried", "named and refused"),
    "ties": ("preset or question", "battles", "shuffled anew", "moments with ties", "battles that ended otherwise"),
    "digests": ("what", "how it was fought", "digests", "differing"),
    "fresh installs": ("what", "where it was fought", "digests", "differing"),
}  # fmt: skip


@dataclass
class Tried:
    """Rows of the tables as they come in."""

    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)

    def note(self, name: str, *row: object) -> None:
        """One row of a table."""
        assert len(row) == len(HEADINGS[name]), (name, row)
        self.rows.setdefault(name, []).append(tuple(f"{cell:,}" if isinstance(cell, int) else cell for cell in row))

    def write(self, path: Path) -> None:
        """Put the tables into a page; a table that nothing came in for is left as it was."""
        page = path.read_text(encoding="utf-8") if path.exists() else ""
        for name, rows in self.rows.items():
            page = fill_block(page, name, format_markdown_table(HEADINGS[name], rows))
        path.write_text(page, encoding="utf-8")
