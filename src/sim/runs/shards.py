"""Batches on disk while their study is running: a Parquet file each, labelled, and checked when it is read."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.events.log import LOG_DTYPE
from sim.events.time_steps import find_time_steps
from sim.runs.replicate import SERIES_NAMES, Batch, SavedLog, Study
from sim.runs.results_digest import compute_results_digest
from sim.storage.atomic import write_atomic
from sim.storage.tables import open_table

ARRAY_COLUMNS = {"parameters": "parameters", "claims": "claims", "headline_outputs": "sentences"}  # of a Batch's fields


class DamagedShardError(Exception):
    """A shard that can't be read, or whose content does not have its digest."""


class ForeignShardError(Exception):
    """A shard of other inputs, or a file that is no shard."""


@dataclass(frozen=True)
class ShardLabel:
    """Which replications of which study a shard holds."""

    inputs: str
    part: str
    first: int
    last: int

    def to_metadata(self) -> dict[str, str]:
        """The label as metadata of Parquet."""
        return {"inputs": self.inputs, "part": self.part, "first": str(self.first), "last": str(self.last)}

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return f"{self.first:09}-{self.last:09}.parquet"


def write_shard(folder: Path, label: ShardLabel, batch: Batch) -> None:
    """Write a batch: on the disk and whole, or not there."""
    logs: list[bytes | None] = [None] * len(batch.replications)
    for run in batch.saved_logs:
        logs[run.replication - label.first] = run.log.tobytes()
    columns = {"replication": pa.array(batch.replications), "phases": pa.array(batch.phases)}
    arrays = {column: getattr(batch, name) for name, column in ARRAY_COLUMNS.items()} | batch.daily
    columns |= {name: make_binary_column(array) for name, array in arrays.items() if array[0].size}
    columns["log"] = pa.array(logs, type=pa.binary())
    table = pa.table(columns).replace_schema_metadata(label.to_metadata() | {"digest": compute_results_digest(batch)})
    write_atomic(
        folder / label.file_name,
        lambda path: pq.write_table(table, path, compression="zstd", use_dictionary=False, write_statistics=False),
    )


def make_binary_column(array: np.ndarray) -> pa.Array:
    """An array as a column of bytes, a row for each element of its first axis: lists take twice as long to write."""
    numbers = np.ascontiguousarray(array, dtype=np.float64)
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(numbers[0].nbytes), len(numbers), [None, pa.py_buffer(numbers)]
    )


def check_label(path: Path, label: ShardLabel) -> None:
    """Raise DamagedShardError for a file that is no whole shard, ForeignShardError for a shard of something else."""
    try:
        metadata = open_table(path).schema_arrow.metadata or {}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedShardError(f"is no whole Parquet file ({type(error).__name__})") from error
    if any(metadata.get(key.encode()) != value.encode() for key, value in label.to_metadata().items()):
        raise ForeignShardError("is not a part of this study")


def read_shard(path: Path, label: ShardLabel, study: Study) -> Batch:
    """The batch of a shard, to the bit; raise DamagedShardError if it is not what was written."""
    check_label(path, label)
    try:
        table = pq.read_table(path)
        batch = make_batch(table, study)
        digest = compute_results_digest(batch)
    except (pa.ArrowException, OSError, KeyError, ValueError, IndexError) as error:
        raise DamagedShardError(f"can't be read ({type(error).__name__})") from error
    expected_digest = (table.schema.metadata or {}).get(b"digest", b"").decode()
    if digest != expected_digest or batch.replications.tolist() != list(range(label.first, label.last)):
        raise DamagedShardError("holds other numbers than were written")
    return batch


def make_batch(table: pa.Table, study: Study) -> Batch:
    """The columns of a shard as a batch."""
    names, ends = study.simulation.compiled_scenario.labels, study.simulation.end_hours
    steps = find_time_steps(names, ends)
    daily_shape = (steps.count, len(names.places), len(names.sides))
    saved_logs = [
        SavedLog(number, np.frombuffer(log.as_py(), dtype=LOG_DTYPE))
        for number, log in zip(table["replication"].to_pylist(), table["log"], strict=True)
        if log.is_valid
    ]
    return Batch(
        replications=table["replication"].to_numpy(),
        **{name: read_array(table, column, (-1,)) for name, column in ARRAY_COLUMNS.items()},
        phases=table["phases"].to_numpy(),
        daily={name: read_array(table, name, daily_shape) for name in SERIES_NAMES},
        steps=steps,
        saved_logs=tuple(saved_logs),
    )


def read_array(table: pa.Table, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A column as an array; one without numbers was not written."""
    if name not in table.column_names and name in ARRAY_COLUMNS.values():
        return np.zeros((table.num_rows, 0))
    rows = b"".join(table[name].to_pylist())
    return np.frombuffer(rows, dtype=np.float64).reshape(table.num_rows, *shape)
