"""Tables in any dialect of CSV, or in an Excel workbook, as rows of text."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from sim.drafts.workbooks import is_workbook, read_sheet

MAX_ROWS = 2_000  # each is an item that somebody is to read
MAX_COLUMNS = 300
MAX_CELL = 20_000  # characters
DELIMITERS = ",;\t|"
OTHER_BEGINNINGS = tuple("{[<")  # of JSON, XML and wikitext
SEPARATOR_LINE = "sep="  # the first line of some files of Excel's: what follows separates


@dataclass(frozen=True)
class TableRow:
    """A row: its number in the file, counted from 1 with the headings, and its cells by column."""

    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """A cell without spaces around it; empty if there is none."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class ForeignTable:
    """A table; columns are in small letters, with underscores for spaces."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    n_whole: int = 0  # rows that have a cell for each column

    def has(self, *columns: str) -> bool:
        """Whether all of these columns are there."""
        return set(columns) <= set(self.columns)

    @property
    def is_regular(self) -> bool:
        """Whether it looks like a table at all: several columns, and most rows have a cell for each."""
        return len(self.columns) > 1 and self.n_whole > len(self.rows) / 2

    def list_values(self, column: str) -> list[str]:
        """The cells of a column that are not empty."""
        return [value for row in self.rows if (value := row.get(column))]


def parse_table(path: Path, data: bytes, text: str | None) -> ForeignTable | None:
    """The table in a file, None if there is none; raise DraftError for a damaged workbook."""
    if is_workbook(data):
        return make_table(*read_sheet(path, data, MAX_ROWS + 2, MAX_COLUMNS))
    if text is None or text.lstrip()[:1] in OTHER_BEGINNINGS:
        return None
    lines = split_lines(text)
    return None if lines is None else make_table(lines, [])


def make_table(lines: list[list[str]], notes: list[str]) -> ForeignTable | None:
    """A table of lines, the first that is not empty being the headings; None if there are no headings."""
    start = next((number for number, line in enumerate(lines) if any(cell.strip() for cell in line)), None)
    if start is None:
        return None
    headings = [normalise_heading(cell) for cell in lines[start]][:MAX_COLUMNS]
    rows, too_wide, n_whole = [], [], 0
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if not any(cell.strip() for cell in line):
            continue
        if any(cell.strip() for cell in line[len(headings) :]):
            too_wide.append(number)
        n_whole += len(line) == len(headings)
        cells = {name: cell for name, cell in zip(headings, line, strict=False) if name}
        rows.append(TableRow(number, {name: cell[:MAX_CELL] for name, cell in cells.items()}))
    if too_wide:
        named = ", ".join(map(str, too_wide[:8]))
        notes = [*notes, f"Rows with more cells than there are columns, whose last cells are left out: {named}."]
    return ForeignTable(tuple(heading for heading in headings if heading), tuple(rows), tuple(notes), n_whole)


def normalise_heading(text: str) -> str:
    """A heading in small letters, with underscores for spaces and hyphens."""
    return "_".join(text.replace("-", " ").replace("\ufeff", "").strip().strip('"').lower().split())


def split_lines(text: str) -> list[list[str]] | None:
    """The cells of CSV in whatever dialect; None if the text is no CSV."""
    first, _, rest = text.lstrip("\n").partition("\n")
    if first.lower().startswith(SEPARATOR_LINE) and len(first) == len(SEPARATOR_LINE) + 1:
        text, delimiter = "\n" + rest, first[-1]
    else:
        delimiter = find_delimiter(text)
    try:
        lines = []
        for line in csv.reader(io.StringIO(text), delimiter=delimiter):
            lines.append(line)
            if len(lines) > MAX_ROWS + 2:
                break
    except csv.Error:
        return None
    return lines


def find_delimiter(text: str) -> str:
    """What separates the cells of the first line that is not empty: what it has most of outside quotes."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    outside = "".join(part for number, part in enumerate(first.split('"')) if number % 2 == 0)
    return max(DELIMITERS, key=outside.count)
