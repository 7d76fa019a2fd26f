"""Tables of other people's battles; every fault is told in one line: file, line, what was found and is allowed."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

Row = dict[str, str]


class DataError(Exception):
    """Data that can't be used; `lines` are the messages."""

    def __init__(self, lines: Sequence[str]):
        super().__init__("\n".join(lines))
        self.lines = list(lines)


def read_rows(path: Path, columns: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> list[Row]:
    """The rows of a table that has these columns and maybe others; raise DataError."""
    try:
        text = path.read_text(encoding=encoding)
    except FileNotFoundError:
        raise DataError([f"{path}: there is no such file (see docs/validation.md for the tables)"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError([f"{path}: can't be read: {error}"]) from error
    lines = text.splitlines()
    found = [name.strip() for name in next(csv.reader(lines[:1], delimiter=delimiter), [])]
    if missing := [name for name in columns if name not in found]:
        wanted = ", ".join(missing)
        raise DataError([f"{path}:1: no column {wanted} (got {', '.join(found[:8]) or 'nothing'})"])
    rows = [row for row in csv.DictReader(lines, fieldnames=found, delimiter=delimiter)][1:]
    if not rows:
        raise DataError([f"{path}: a table without rows"])
    return rows


def numbers(path: Path, rows: Sequence[Row], column: str, low: float = -math.inf) -> list[float]:
    """A column as numbers of at least `low`; raise DataError with the line of each that is none."""
    found, faults = [], []
    for line, row in enumerate(rows, 2):
        try:
            value = float(row[column])
        except (TypeError, ValueError):
            value = math.nan
        if not value >= low or not math.isfinite(value):
            allowed = "a number" if low == -math.inf else f"a number of at least {low:g}"
            faults.append(f"{path}:{line}: {column} is not {allowed} (got {row[column]!r})")
        found.append(value)
    if faults:
        raise DataError(faults[:5])
    return found
