"""Writing results: each file whole or not at all, and `run.json` last, so that its presence means complete."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment.durable import put, settle
from sim.experiment.replicate import Batch, Study
from sim.experiment.stored import MANIFEST as MANIFEST
from sim.experiment.stored import SCENARIO, Output, opened, sealed
from sim.experiment.tables import claims_table, daily_table, events_table, runs_table
from sim.scenario.model import Scenario

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
    """Read the output of a run; raise StoredError if it is not complete, or not what was written."""
    return results_of(opened(folder))


def results_of(output: Output) -> Results:
    """The results of a run, from what it left behind; raise StoredError if a table can't be read."""
    return Results(**{name: output.table(name) for name in TABLES}, manifest=output.manifest)


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
            words = [column.name for column in piece.schema if pa.types.is_dictionary(column.type)]
            self.writer = pq.ParquetWriter(self.partial, piece.schema, compression="zstd", use_dictionary=words)
        self.writer.write_table(piece)

    def close(self) -> None:
        """Give the file its name."""
        self.writer.close()
        settle(self.partial, self.path)


def write_scenario(folder: Path, scenario: Scenario) -> None:
    """Write the scenario beside its results, so that they can be drawn and told without the file it came from."""
    text = json.dumps(scenario.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n"
    put(folder / SCENARIO, lambda partial: partial.write_text(text, encoding="utf-8"))


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Say what the output is and that it is complete, with a digest of each file and of the manifest itself."""
    text = json.dumps(sealed(folder, manifest), indent=2, default=str) + "\n"
    put(folder / MANIFEST, lambda partial: partial.write_text(text, encoding="utf-8"))
