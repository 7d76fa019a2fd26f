"""The files of an output beside what is said of them: names of their columns, variables or keys, and types."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sim.experiment.columns import MANY, Table

# What a type is called here, and by those who read the files.
TYPES = {
    "integer": ("int64", "int32", "uint64"),
    "number": ("double", "float", "float64"),
    "boolean": ("bool",),
    "string": ("string", "null", "str"),
    "date": ("date32[day]",),
    "datetime": ("timestamp[us]", "datetime"),
    "list": ("list",),
}


def files_of(folder: Path, table: Table) -> list[Path]:
    """The files that a description is of: several, if one is left for each cut."""
    return sorted(folder.glob(f"{MANY.sub('*', table.name)}.{table.format}"))


def found_in(path: Path) -> dict[str, str]:
    """The columns, variables or keys of a file, and their types."""
    return READERS[path.suffix](path)


def in_parquet(path: Path) -> dict[str, str]:
    """The columns of a table."""
    kinds = {field.name: str(field.type) for field in pq.read_schema(path)}
    return {name: "string" if kind.startswith("dictionary") else kind for name, kind in kinds.items()}


def in_netcdf(path: Path) -> dict[str, str]:
    """The variables of all groups, and the attributes of the file."""
    import xarray as xr

    with xr.open_datatree(path, engine="h5netcdf") as tree:
        groups = {name: group.data_vars for name, group in tree.children.items()}
        found = {f"{name}/{each}": str(value.dtype) for name, group in groups.items() for each, value in group.items()}
        return found | {name: type(value).__name__ for name, value in tree.attrs.items()}


def in_json(path: Path) -> dict[str, str]:
    """The keys of a statement."""
    return {name: type(dated(value)).__name__ for name, value in json.loads(path.read_text()).items()}


def dated(value: Any) -> Any:
    """A value as a date and time, if it is one."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


READERS = {".parquet": in_parquet, ".nc": in_netcdf, ".json": in_json}


def unlike(table: Table, found: dict[str, str]) -> list[str]:
    """Where a file is not as it is said to be: what is not described, has another type, or is missing."""
    faults, seen = [], set()
    for name, kind in found.items():
        column = table.column(name)
        if column is None:
            faults.append(f"{name}: not described")
            continue
        seen.add(column.name)
        if column.type != "any" and kind not in TYPES[column.type]:
            faults.append(f"{name}: {kind}, not {column.type}")
    return faults + [f"{column.name}: missing" for column in table.columns if column.name not in seen]
