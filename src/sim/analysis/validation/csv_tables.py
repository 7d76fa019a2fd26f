"""The CSV tables of the historical data sets, read with a message that names file and line of each fault."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from sim.regular_files import read_regular_file

CsvRow = dict[str, str]
MAX_BYTES = 200_000_000  # of a table


class DataError(Exception):
    """Data that can't be used; `messages` has one for each fault."""

    def __init__(self, messages: Sequence[str]):
        super().__init__("\n".join(messages))
        self.messages = list(messages)


def read_rows(path: Path, columns: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> list[CsvRow]:
    """The rows of a table that has these columns and maybe others; raise DataError for any other."""
    try:
        text = read_regular_file(path, MAX_BYTES).decode(encoding)
    except FileNotFoundError:
        raise DataError([f"{path}: there is no such file (see docs/validation.md for the tables)"]) from None
    except OSError as error:
        raise DataError([f"{path}: can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise DataError([f"{path}: can't be read: {error}"]) from error
    lines = text.splitlines()
    header = [name.strip() for name in next(csv.reader(lines[:1], delimiter=delimiter), [])]
    if missing := [name for name in columns if name not in header]:
        missing_names = ", ".join(missing)
        raise DataError([f"{path}:1: no column {missing_names} (got {', '.join(header[:8]) or 'nothing'})"])
    rows = list(csv.DictReader(lines, fieldnames=header, delimiter=delimiter))[1:]
    if not rows:
        raise DataError([f"{path}: a table without rows"])
    return rows


def parse_column(path: Path, rows: Sequence[CsvRow], column: str, low: float = -math.inf) -> list[float]:
    """A column as numbers of at least `low`; raise DataError with the line of each cell that is none."""
    values, faults = [], []
    for line, row in enumerate(rows, 2):
        try:
            value = float(row[column])
        except (TypeError, ValueError):
            value = math.nan
        if not value >= low or not math.isfinite(value):
            allowed = "a number" if low == -math.inf else f"a number of at least {low:g}"
            faults.append(f"{path}:{line}: {column} is not {allowed} (got {row[column]!r})")
        values.append(value)
    if faults:
        raise DataError(faults[:5])
    return values


def require_names(path: Path, column: str, found: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise DataError if a column lacks a name that is read by it."""
    if missing := [name for name in wanted if name not in found]:
        raise DataError([f"{path}: no row whose {column} is {', '.join(missing)} (got {', '.join(found[:8])})"])
