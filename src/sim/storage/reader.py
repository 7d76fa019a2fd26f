"""Reading an output folder: complete and unchanged, with its manifest, tables and scenario."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from sim.scenario.model import Scenario
from sim.storage.manifest import SCENARIO, StoredError, read_manifest


@dataclass(frozen=True)
class StoredOutput:
    """The complete output of a command."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def command(self) -> str:
        """The name of the command that wrote it."""
        return str(self.manifest["command"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario when the output was written, with all that the settings changed in it."""
        try:
            return Scenario.model_validate_json((self.folder / SCENARIO).read_bytes())
        except (OSError, ValidationError) as error:
            raise StoredError(f"{self.folder}: damaged: {SCENARIO} can't be read ({type(error).__name__})") from error

    @property
    def table_names(self) -> list[str]:
        """The names of its tables."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def read_schema(self, name: str) -> pa.Schema:
        """The schema of one table; raise StoredError if it is missing or can't be read."""
        try:
            return pq.read_schema(self.folder / f"{name}.parquet")
        except (OSError, pa.ArrowException) as error:
            raise StoredError(f"{self.folder}: damaged: {name}.parquet can't be read") from error

    def read_table(self, name: str) -> pa.Table:
        """One table; raise StoredError if it is missing or can't be read."""
        return read_table(self.folder, name)


def read_table(folder: Path, name: str) -> pa.Table:
    """One table of a folder; raise StoredError if it is missing or can't be read."""
    try:
        return pq.read_table(folder / f"{name}.parquet")
    except (OSError, pa.ArrowException) as error:
        raise StoredError(f"{folder}: damaged: {name}.parquet: {' '.join(str(error).split())[:200]}") from error


def open_output(folder: Path) -> StoredOutput:
    """A complete and unchanged output; raise StoredError for anything else."""
    return StoredOutput(folder, read_manifest(folder))
