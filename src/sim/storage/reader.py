"""Reading an output folder: complete and unchanged, with its manifest, tables and scenario. Nothing else opens one."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from sim.regular_files import read_regular_file
from sim.scenario.model import Scenario
from sim.storage.manifest import Manifest
from sim.storage.seal import SCENARIO, StoredError, describe_reading_error, read_sealed_manifest
from sim.storage.tables import open_table

MAX_SCENARIO_BYTES = 50_000_000
MAX_TABLE_BYTES = 4_000_000_000  # in memory; the claims of a million battles take half of it
ManifestT = TypeVar("ManifestT", bound=Manifest)
TEXT_BYTES = 8  # of a value of text or bytes, beside what the file holds of it


@dataclass(frozen=True)
class StoredOutput:
    """The complete output of a command; `files` has the digest of each sealed file."""

    folder: Path
    manifest: Manifest
    files: dict[str, str]

    @property
    def command(self) -> str:
        """The name of the command that wrote it."""
        return self.manifest.command

    def require(self, *models: type[ManifestT]) -> ManifestT:
        """The manifest as one of some models; raise StoredError if it is that of another command."""
        if isinstance(self.manifest, models):
            return self.manifest
        allowed = ", ".join(model.model_fields["command"].default for model in models)
        raise StoredError(f"{self.folder}: the output of sim {self.command} (allowed: of sim {allowed})")

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario when the output was written, with all that the settings changed in it."""
        try:
            return Scenario.model_validate_json(read_regular_file(self.folder / SCENARIO, MAX_SCENARIO_BYTES))
        except (OSError, ValidationError) as error:
            raise StoredError(
                f"{self.folder}: damaged: {SCENARIO} can't be read ({describe_reading_error(error)}): run it again"
            ) from error

    @property
    def table_names(self) -> list[str]:
        """The names of its tables."""
        return sorted(name.removesuffix(".parquet") for name in self.files if name.endswith(".parquet"))

    def read_schema(self, name: str) -> pa.Schema:
        """The schema of one table; raise StoredError if it is missing or can't be read."""
        return self.open_table(name).schema_arrow

    def read_table(self, name: str, columns: list[str] | None = None, filters: Any = None) -> pa.Table:
        """One table, or some columns and rows of it; raise StoredError if it is missing or can't be read."""
        self.open_table(name)
        try:
            return pq.read_table(self.folder / f"{name}.parquet", columns=columns, filters=filters)
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise self.make_table_error(name, error) from error

    def open_table(self, name: str) -> pq.ParquetFile:
        """The file of one table, of a size that can be read."""
        file = f"{name}.parquet"
        if file not in self.files:
            raise StoredError(f"{self.folder}: sim {self.command} left no {file} there: run it again")
        try:
            return open_table(self.folder / file)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise self.make_table_error(name, error) from error

    def make_table_error(self, name: str, error: Exception) -> StoredError:
        """The error of a table that can't be read."""
        reason = " ".join(str(error).split())[:200]
        return StoredError(f"{self.folder}: damaged: {name}.parquet: {reason}: run it again")


def open_output(folder: Path) -> StoredOutput:
    """A complete and unchanged output; raise StoredError for anything else."""
    return StoredOutput(folder, *read_sealed_manifest(folder))
