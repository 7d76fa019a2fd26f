"""Tables of Parquet that somebody else may have made: regular files, of a size that fits into memory."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.regular_files import check_regular_file

MAX_FILE_BYTES = 20_000_000_000
MAX_TABLE_BYTES = 4_000_000_000  # in memory; the claims of a million battles take half of it
TEXT_BYTES = 8  # of a value of text or bytes in memory, beside what the file holds of it


class TableSizeError(ValueError):
    """A table that is too large to be read; the message says how large."""


def open_table(path: Path) -> pq.ParquetFile:
    """Open a table; raise OSError, ArrowException or TableSizeError for one that can't be read."""
    check_regular_file(path, MAX_FILE_BYTES)
    table = pq.ParquetFile(path)
    size = compute_table_size(table)
    if size > MAX_TABLE_BYTES:
        found = f"{table.metadata.num_rows:,} rows, {size / 1e9:.1f} GB in memory"
        raise TableSizeError(f"too large (got {found}; allowed: {MAX_TABLE_BYTES / 1e9:g} GB)")
    return table


def compute_table_size(table: pq.ParquetFile) -> int:
    """What a table takes in memory, in bytes: few bytes of a file can stand for any number of rows."""
    metadata = table.metadata
    stored = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    return int(stored + metadata.num_rows * sum(compute_width(field.type) for field in table.schema_arrow))


def compute_width(kind: pa.DataType) -> float:
    """The bytes of one value of a type."""
    if pa.types.is_fixed_size_list(kind):
        return float(kind.list_size * compute_width(kind.value_type))
    return float(kind.bit_width / 8) if pa.types.is_primitive(kind) else TEXT_BYTES
