"""Every table of an output as CSV, with a `datapackage.json` that says what each column is."""

import csv
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from sim.experiment.stored import Output
from sim.exports import Writer
from sim.exports.descriptor import described

COMMANDS: tuple[str, ...] = ()


def files(output: Output) -> Mapping[str, Writer]:
    """A file for each table, and what their columns mean."""
    tables = {f"{name}.csv": name for name in output.tables}
    ready = sorted(path.name for path in output.folder.glob("*.csv"))
    columns = {file: output.schema(name).names for file, name in tables.items()}
    columns |= {file: headings(output.folder / file) for file in ready}
    written: dict[str, Writer] = {file: partial(write, output, name) for file, name in tables.items()}
    copied: dict[str, Writer] = {file: partial(copy, output.folder / file) for file in ready}
    return written | copied | described(output, "csv", columns)


def headings(path: Path) -> list[str]:
    """The headings of a table that is CSV already."""
    with path.open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def copy(source: Path, path: Path) -> None:
    """Copy a table that is CSV already."""
    shutil.copyfile(source, path)


def write(output: Output, name: str, path: Path) -> None:
    """Write one table; words are spelled out, times are ISO 8601, and nothing is rounded."""
    pyarrow.csv.write_csv(plain(output.table(name)), path)


def plain(table: pa.Table) -> pa.Table:
    """A table whose words are words, not codes of words, and whose truths and times are as JSON has them."""
    found = table
    for number, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            found = found.set_column(number, field.name, table[field.name].cast(pa.string()))
    return found
