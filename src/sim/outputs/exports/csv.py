"""Every table of an output as CSV, with a `datapackage.json` that describes each column."""

import csv
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from sim.outputs.datapackage import FileWriter, make_descriptor_writer
from sim.storage.reader import StoredOutput

COMMANDS: tuple[str, ...] = ()


def list_files(output: StoredOutput) -> Mapping[str, FileWriter]:
    """A file for each table, and their descriptor."""
    tables = {f"{name}.csv": name for name in output.table_names}
    csv_files = sorted(path.name for path in output.folder.glob("*.csv"))
    columns = {file: output.read_schema(name).names for file, name in tables.items()}
    columns |= {file: read_headings(output.folder / file) for file in csv_files}
    written: dict[str, FileWriter] = {file: partial(write_csv, output, name) for file, name in tables.items()}
    copied: dict[str, FileWriter] = {file: partial(copy_csv, output.folder / file) for file in csv_files}
    return written | copied | make_descriptor_writer(output, "csv", columns)


def read_headings(path: Path) -> list[str]:
    """The headings of a table that is CSV already."""
    with path.open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def copy_csv(source: Path, path: Path) -> None:
    """Copy a table that is CSV already."""
    shutil.copyfile(source, path)


def write_csv(output: StoredOutput, name: str, path: Path) -> None:
    """Write one table; dictionaries are spelled out, times are ISO 8601, and nothing is rounded."""
    pyarrow.csv.write_csv(expand_dictionaries(output.read_table(name)), path)


def expand_dictionaries(table: pa.Table) -> pa.Table:
    """A table whose dictionary columns are plain strings."""
    result = table
    for number, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            result = result.set_column(number, field.name, table[field.name].cast(pa.string()))
    return result
