"""The files of an output held against their descriptions: names of columns, variables or keys, and types."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sim.outputs.columns import PLACEHOLDER, OutputTable

# Our name of a type, and the names that readers of the files have.
TYPES = {
    "integer": ("int64", "int32", "uint64"),
    "number": ("double", "float", "float64"),
    "boolean": ("bool",),
    "string": ("string", "null", "str"),
    "date": ("date32[day]",),
    "datetime": ("timestamp[us]", "datetime"),
    "list": ("list",),
}


def list_files(folder: Path, table: OutputTable) -> list[Path]:
    """The files of one description: several, if there is one for each cutoff."""
    return sorted(folder.glob(f"{PLACEHOLDER.sub('*', table.name)}.{table.format}"))


def read_columns(path: Path) -> dict[str, str]:
    """The columns, variables or keys of a file, and their types."""
    return READERS[path.suffix](path)


def read_parquet_columns(path: Path) -> dict[str, str]:
    """The columns of a table."""
    kinds = {field.name: str(field.type) for field in pq.read_schema(path)}
    return {name: "string" if kind.startswith("dictionary") else kind for name, kind in kinds.items()}


def read_netcdf_variables(path: Path) -> dict[str, str]:
    """The variables of all groups, and the attributes of the file."""
    import xarray as xr

    with xr.open_datatree(path, engine="h5netcdf") as tree:
        groups = {name: group.data_vars for name, group in tree.children.items()}
        variables = {
            f"{name}/{each}": str(value.dtype) for name, group in groups.items() for each, value in group.items()
        }
        return variables | {name: type(value).__name__ for name, value in tree.attrs.items()}


def read_json_keys(path: Path) -> dict[str, str]:
    """The keys of a sealed forecast."""
    return {name: type(parse_datetime(value)).__name__ for name, value in json.loads(path.read_text()).items()}


def parse_datetime(value: Any) -> Any:
    """A value as a date and time, if it is one."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


READERS = {".parquet": read_parquet_columns, ".nc": read_netcdf_variables, ".json": read_json_keys}


def find_faults(table: OutputTable, columns: dict[str, str]) -> list[str]:
    """Where a file differs from its description: columns that are not described, have another type, or are missing."""
    faults, seen = [], set()
    for name, kind in columns.items():
        column = table.find_column(name)
        if column is None:
            faults.append(f"{name}: not described")
            continue
        seen.add(column.name)
        if column.type != "any" and kind not in TYPES[column.type]:
            faults.append(f"{name}: {kind}, not {column.type}")
    return faults + [f"{column.name}: missing" for column in table.columns if column.name not in seen]
