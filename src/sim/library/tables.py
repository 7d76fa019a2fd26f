"""Tables of an output as pandas or polars have them, with the unit and the meaning of each column."""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from sim.cli.errors import SettingsError, make_choice_error
from sim.outputs.described_tables import NO_UNIT

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.storage.reader import StoredOutput

TableLibrary = Literal["pandas", "polars"]
TABLE_LIBRARIES = ("pandas", "polars")
EXTRA = "library"  # of the package: what these need


def read_frame(output: "StoredOutput", name: str, library: str) -> Any:
    """One table as a data frame; raise SimError for an unknown one, or a library that is not installed."""
    if name not in output.table_names:
        raise make_choice_error("table", "table", name, output.table_names)
    if library not in TABLE_LIBRARIES:
        raise make_choice_error("library", "library", library, TABLE_LIBRARIES)
    require_module(library, f"library={library!r}")
    return convert_table(output.read_table(name), library)


def convert_table(table: "pa.Table", library: str) -> Any:
    """An Arrow table as a data frame; that of pandas has `units` and `descriptions` of its columns in `attrs`."""
    if library == "polars":
        return import_module("polars").from_arrow(table)
    frame = table.to_pandas()
    frame.attrs = {"units": find_units(table.schema), "descriptions": find_descriptions(table.schema)}
    return frame


def find_units(schema: "pa.Schema") -> dict[str, str]:
    """The unit of each column that has one."""
    units = read_metadata(schema, "unit")
    return {name: unit for name, unit in units.items() if unit != NO_UNIT}


def find_descriptions(schema: "pa.Schema") -> dict[str, str]:
    """What each column means."""
    return read_metadata(schema, "description")


def read_metadata(schema: "pa.Schema", key: str) -> dict[str, str]:
    """What the fields of a schema say of themselves under a key, by column."""
    found = {field.name: (field.metadata or {}).get(key.encode()) for field in schema}
    return {name: text.decode() for name, text in found.items() if text is not None}


def require_module(module: str, feature: str) -> None:
    """Raise SimError if an optional library is not installed."""
    if find_spec(module) is None:
        raise SettingsError([f"{feature} needs {module}: pip install 'sim[{EXTRA}]'"])
