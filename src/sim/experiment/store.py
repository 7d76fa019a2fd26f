"""Writing results: each file whole or not at all, and `run.json` last, so that its presence means complete."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment.durable import put, settle
from sim.experiment.replicate import Batch, Study
from sim.experiment.seal import MANIFEST as MANIFEST
from sim.experiment.seal import DamagedOutputError as DamagedOutputError
from sim.experiment.seal import manifest_of as manifest_of
from sim.experiment.seal import result_file, sealed
from sim.experiment.tables import claims_table, daily_table, events_table, runs_table

TABLES = {"runs": runs_table, "daily": daily_table, "claims": claims_table, "events": events_table}


@dataclass(frozen=True)
class Results:
    """What a study left behind: its tables and what they say of themselves."""

    runs: pa.Table
    daily: pa.Table
    claims: pa.Table
    events: pa.Table
    manifest: dict[str, Any]


def results(study: Study, batch: Batch, manifest: dict[str, Any]) -> Results:
    """The tables of a study."""
    return Results(**{name: make(study, batch) for name, make in TABLES.items()}, manifest=manifest)


def read(folder: Path) -> Results:
    """Read a complete output folder; raise DamagedOutputError if it is not complete, or not what was written."""
    manifest = manifest_of(folder)
    return Results(**{name: read_table(folder, manifest, name) for name in TABLES}, manifest=manifest)


def read_table(folder: Path, manifest: dict[str, Any], name: str) -> pa.Table:
    """One table of a complete output, to be used as it is; raise DamagedOutputError if it is another."""
    path = result_file(folder, manifest, f"{name}.parquet")
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise DamagedOutputError(f"{path}: damaged: {' '.join(str(error).split())[:200]}") from error


def write_tables(folder: Path, results: Results) -> None:
    """Write the four tables of a study as Parquet files."""
    for name in TABLES:
        write_table(folder / f"{name}.parquet", getattr(results, name))


def write_table(path: Path, table: pa.Table) -> None:
    """Write one table: under another name first, so that a killed run leaves no half file under this one."""
    put(path, lambda partial: pq.write_table(table, partial, compression="zstd"))


class GrowingTable:
    """A table that is written piece by piece, and stands under its own name only once it is whole."""

    def __init__(self, path: Path):
        self.path = path
        self.partial = path.with_name(f"{path.name}.partial")
        self.writer: Any = None

    def write(self, piece: pa.Table) -> None:
        """Write some more rows."""
        if self.writer is None:
            self.partial.unlink(missing_ok=True)
            words = [column.name for column in piece.schema if pa.types.is_dictionary(column.type)]
            self.writer = pq.ParquetWriter(self.partial, piece.schema, compression="zstd", use_dictionary=words)
        self.writer.write_table(piece)

    def close(self) -> None:
        """Give the file its name."""
        self.writer.close()
        settle(self.partial, self.path)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Say what the output is and that it is complete."""
    text = json.dumps(sealed(folder, manifest), indent=2) + "\n"
    put(folder / MANIFEST, lambda partial: partial.write_text(text, encoding="utf-8"))
