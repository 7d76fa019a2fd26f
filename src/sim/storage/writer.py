"""Writing an output folder: each file whole or not at all, the manifest after all tables: it means complete results."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.scenario.model import Scenario
from sim.storage.atomic import publish_file, write_atomic
from sim.storage.manifest import Manifest
from sim.storage.seal import MANIFEST, SCENARIO, seal_manifest


def write_table(path: Path, table: pa.Table) -> None:
    """Write one table: under another name first, so that a killed process leaves no half file under this one."""
    write_atomic(path, lambda partial: pq.write_table(table, partial, compression="zstd"))


class TableWriter:
    """A table that is written piece by piece, and gets its own name only once it is whole."""

    def __init__(self, path: Path):
        self.path = path
        self.partial = path.with_name(f"{path.name}.partial")
        self.writer: Any = None

    def write(self, piece: pa.Table) -> None:
        """Write more rows."""
        if self.writer is None:
            dictionary_columns = [column.name for column in piece.schema if pa.types.is_dictionary(column.type)]
            self.writer = pq.ParquetWriter(
                self.partial, piece.schema, compression="zstd", use_dictionary=dictionary_columns
            )
        self.writer.write_table(piece)

    def close(self) -> None:
        """Give the file its name."""
        self.writer.close()
        publish_file(self.partial, self.path)


def write_scenario(folder: Path, scenario: Scenario) -> None:
    """Write the scenario beside its results, so that these can be reported without the file it came from."""
    text = json.dumps(scenario.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n"
    write_atomic(folder / SCENARIO, lambda partial: partial.write_text(text, encoding="utf-8"))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, sealed with a digest of each file and of itself: its presence means complete results."""
    text = json.dumps(seal_manifest(folder, manifest.to_plain_data()), indent=2) + "\n"
    write_atomic(folder / MANIFEST, lambda partial: partial.write_text(text, encoding="utf-8"))
