"""The first sheet of an Excel workbook as rows of text; formulas are never computed."""

import io
import warnings
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sim.drafts.draft import DraftError

MAX_UNPACKED = 100_000_000  # bytes of all that is in a workbook: a small archive may unpack to gigabytes
MIDNIGHT = time()


def is_workbook(data: bytes) -> bool:
    """Whether bytes are a workbook of Excel 2007 and later."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_sheet(path: Path, data: bytes, max_rows: int, max_columns: int) -> tuple[list[list[str]], list[str]]:
    """The cells of the first sheet with anything in it, and notes; raise DraftError for a damaged workbook."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MAX_UNPACKED:
            raise DraftError(f"{path}: a workbook that unpacks to more than {MAX_UNPACKED:,} bytes")
    limits = {"max_row": max_rows, "max_col": max_columns}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which say nothing of the cells
            stored = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            written = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            for name in (sheet.title for sheet in stored.worksheets):
                values = [list(row) for row in stored[name].iter_rows(values_only=True, **limits)]
                formulas = [list(row) for row in written[name].iter_rows(values_only=True, **limits)]
                if any(cell is not None for row in formulas for cell in row):
                    notes = describe_sheets(name, [sheet.title for sheet in stored.worksheets])
                    return [[format_cell(cell) for cell in row] for row in values], [
                        *notes,
                        *find_uncomputed(values, formulas),
                    ]
    except DraftError:
        raise
    except Exception as error:  # the library lets through whatever its parsers raise
        raise DraftError(f"{path}: a damaged Excel workbook ({type(error).__name__})") from error
    return [], []


def describe_sheets(name: str, names: list[str]) -> list[str]:
    """A note if a workbook has more sheets than the one that is read."""
    others = [each for each in names if each != name]
    return [f"Of the workbook the sheet {name} is read; not read: {', '.join(others)}."] if others else []


def find_uncomputed(values: list[list[Any]], formulas: list[list[Any]]) -> list[str]:
    """A note for formulas without a stored value, and for cells that hold an error."""
    cells = [
        (number, value, formula)
        for number, (row, written) in enumerate(zip(values, formulas, strict=False), 1)
        for value, formula in zip(row, written, strict=False)
    ]
    empty = {number for number, value, formula in cells if value is None and is_formula(formula)}
    wrong = {number for number, value, _ in cells if is_error(value)}
    return [
        f"Formulas {fault} in row{'s' * (len(rows) > 1)} {', '.join(map(str, sorted(rows)[:8]))} are taken as empty."
        for fault, rows in (("without a stored value", empty), ("that end in an error", wrong))
        if rows
    ]


def is_formula(cell: object) -> bool:
    """Whether a cell is written as a formula."""
    return (isinstance(cell, str) and cell.startswith("=")) or type(cell).__name__.endswith("Formula")


def is_error(cell: object) -> bool:
    """Whether a cell holds an error of Excel's."""
    return isinstance(cell, str) and cell.startswith("#") and cell.endswith(("!", "?", "/0!", "N/A"))


def format_cell(cell: object) -> str:
    """A cell as text: days and times as ISO 8601, whole numbers without a point."""
    if cell is None or is_error(cell):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
