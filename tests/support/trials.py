"""What the long trials and the verification found: tables for `docs/reliability.md` and `docs/validation.md`."""

from dataclasses import dataclass, field
from pathlib import Path

from sim.report.validation_page import fill_block, format_markdown_table
from support.exact import Check

HEADINGS = {
    "random battles": ("law", "scenarios", "battles", "events", "unsound"),
    "changed battles": ("law", "changes", "battles", "events", "unsound"),
    "spoilt scenarios": ("file", "spoilt as", "tried", "refused, with place", "sound, and fought", "tracebacks"),
    "limits": ("what was at a limit, or beyond it", "tried", "refused, with place", "fought, and sound"),
    "limits of fields": ("through", "fields", "smallest and largest legal values, all sound", "tracebacks"),
    "hostile files": ("file", "what is said", "CPU, s", "memory, MB"),
    "settings that name code": ("command", "settings tried", "refused, and nothing made"),
    "settings that lead outside": ("command", "group", "settings tried", "refused, and nothing made"),
    "random settings": ("command", "calls tried", "refused in words", "sound", "tracebacks"),
    "odd names": ("command", "names tried", "taken without a fault"),
    "interrupted runs": ("command", "ended by", "tried", "went on to the same bits", "was complete", "had not begun"),
    "interrupted commands": ("command", "ended by", "tried", "was complete", "begun again to the same bits",
                             "tracebacks"),
    "damaged results": ("command", "tried", "named and refused"),
    "random damage": ("output of", "damaged", "named and refused", "forged, and sound", "tracebacks"),
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


DUELS = ("duel", "runs", "quantity", "exact", "simulated", "bound", "verdict")
RATES = ("law", "duels", "strengths", "fallen", "X, sound", "Y, sound", "Y, rate 1% too high", "verdict")


@dataclass
class Verdicts:
    """Rows of the tables as they come in."""

    duels: list[tuple[object, ...]] = field(default_factory=list)
    rates: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, name: str, runs: int, checks: list[Check], of_wrong: list[str]) -> None:
        """A duel beside its exact answer, and the checks that the answer of another law fails."""
        for check in checks:
            verdict = "agrees" if check.holds else "**DIFFERS**"
            if check.quantity == "survivors":
                row = ("-", f"p = {check.seen:.2g}", "p > 1e-6")
            else:
                row = (f"{check.exact:.4f}", f"{check.seen:.4f}", f"± {check.bound:.4f}")
            self.duels.append((name, f"{runs}", check.quantity, *row, verdict))
        failed = ", ".join(of_wrong) or "nothing: **NOT SEEN**"
        self.duels.append((name, f"{runs}", "another law's answer", "-", "-", "-", f"refused by {failed}"))

    def add_rates(
        self,
        name: str,
        runs: int,
        start: tuple[int, int],
        fallen: int,
        right: tuple[float, float],
        wrong: tuple[float, float],
    ) -> None:
        """The excess of a sound and of a damaged rate in standard deviations."""
        seen = "seen" if wrong[1] > 4.892 else "**NOT SEEN**"
        strengths = f"{start[0]} against {start[1]}"
        excess = (f"{right[0]:+.2f}", f"{right[1]:+.2f}", f"{wrong[1]:+.2f}")
        self.rates.append((name, runs, strengths, fallen, *excess, seen))

    def write(self, path: Path) -> None:
        """Put the tables into a page; a table that nothing came in for is left as it was."""
        page = path.read_text(encoding="utf-8") if path.exists() else ""
        for name, headings, rows in (("verified duels", DUELS, self.duels), ("verified rates", RATES, self.rates)):
            if rows:
                page = fill_block(page, name, format_markdown_table(headings, rows))
        path.write_text(page, encoding="utf-8")
