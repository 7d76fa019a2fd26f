"""Batches on disk while their study is under way: a Parquet file each, which says what it is and is checked when read.

A shard holds all that the batch does, to the bit. Its metadata name the inputs of the study (a digest), the part of it
and the replications, and carry the digest of what is in it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.daily import calendar, days_of
from sim.events import ROW
from sim.experiment.durable import put
from sim.experiment.provenance import results_digest
from sim.experiment.replicate import SERIES, Batch, Kept, Study

FIELDS = ("parameters", "claims", "sentences")


class DamagedError(Exception):
    """A shard that can't be read, or that does not hold what its digest says."""


class ForeignError(Exception):
    """A shard of other inputs, or another file where shards are."""


@dataclass(frozen=True)
class Label:
    """What a shard says that it is."""

    inputs: str
    part: str
    first: int
    last: int

    def plain(self) -> dict[str, str]:
        """As Parquet has it."""
        return {"inputs": self.inputs, "part": self.part, "first": str(self.first), "last": str(self.last)}

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"{self.first:09}-{self.last:09}.parquet"


def write_shard(folder: Path, label: Label, batch: Batch) -> None:
    """Write a batch: on the disk and whole, or not there."""
    logs: list[bytes | None] = [None] * len(batch.replications)
    for run in batch.kept:
        logs[run.replication - label.first] = run.log.tobytes()
    columns = {"replication": pa.array(batch.replications), "phases": pa.array(batch.phases)}
    arrays = {name: getattr(batch, name) for name in FIELDS} | batch.daily
    columns |= {name: rows_of(array) for name, array in arrays.items() if array[0].size}
    columns["log"] = pa.array(logs, type=pa.binary())
    table = pa.table(columns).replace_schema_metadata(label.plain() | {"digest": results_digest(batch)})
    put(
        folder / label.name,
        lambda path: pq.write_table(table, path, compression="zstd", use_dictionary=False, write_statistics=False),
    )


def rows_of(array: np.ndarray) -> pa.Array:
    """An array as a column with its first axis as rows."""
    return pa.FixedSizeListArray.from_arrays(pa.array(array.reshape(-1)), int(array[0].size))


def check_label(path: Path, label: Label) -> None:
    """Raise DamagedError for a file that is no whole shard, ForeignError for a shard of something else."""
    try:
        found = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError) as error:
        raise DamagedError(f"is no whole Parquet file ({type(error).__name__})") from error
    if any(found.get(key.encode()) != value.encode() for key, value in label.plain().items()):
        raise ForeignError("is not a part of this study")


def read_shard(path: Path, label: Label, study: Study) -> Batch:
    """The batch of a shard, to the bit; raise DamagedError if it is not what was written."""
    check_label(path, label)
    try:
        table = pq.read_table(path)
        batch = batch_of(table, study)
        digest = results_digest(batch)
    except (pa.ArrowException, OSError, KeyError, ValueError, IndexError) as error:
        raise DamagedError(f"can't be read ({type(error).__name__})") from error
    wanted = (table.schema.metadata or {}).get(b"digest", b"").decode()
    if digest != wanted or batch.replications.tolist() != list(range(label.first, label.last)):
        raise DamagedError("holds other numbers than were written")
    return batch


def batch_of(table: pa.Table, study: Study) -> Batch:
    """The columns of a shard as a batch."""
    names, ends = study.stage.tables.names, study.stage.ends
    midnight, _, days = days_of(names, ends)
    cells = (days, len(names.places), len(names.sides))
    kept = [
        Kept(number, np.frombuffer(log.as_py(), dtype=ROW))
        for number, log in zip(table["replication"].to_pylist(), table["log"], strict=True)
        if log.is_valid
    ]
    return Batch(
        replications=table["replication"].to_numpy(),
        **{name: array_of(table, name, (-1,)) for name in FIELDS},
        phases=table["phases"].to_numpy(),
        daily={name: array_of(table, name, cells) for name in SERIES},
        days=calendar(midnight, days),
        kept=tuple(kept),
    )


def array_of(table: pa.Table, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A column as an array; one without cells was not written."""
    if name not in table.column_names and name in FIELDS:
        return np.zeros((table.num_rows, 0))
    flat: np.ndarray = table[name].combine_chunks().flatten().to_numpy()
    return flat.reshape(table.num_rows, *shape)
