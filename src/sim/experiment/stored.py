"""Reading what a command left behind: a folder that is whole and unchanged, with its manifest, tables and scenario."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from sim.experiment.identity import digest_of
from sim.scenario.model import Scenario

MANIFEST = "run.json"
SCENARIO = "scenario.json"
DIGESTED = (".parquet", ".csv", ".nc", SCENARIO)  # how files end of which the manifest holds a digest


class StoredError(Exception):
    """A folder that can't be read, in one message."""


@dataclass(frozen=True)
class Output:
    """What a command left behind. `command` is its name."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def command(self) -> str:
        """The command that wrote it."""
        return str(self.manifest["command"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was when the output was written, with all that the settings changed in it."""
        try:
            return Scenario.model_validate_json((self.folder / SCENARIO).read_bytes())
        except (OSError, ValidationError) as error:
            raise StoredError(f"{self.folder}: damaged: {SCENARIO} can't be read ({type(error).__name__})") from error

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def schema(self, name: str) -> pa.Schema:
        """The columns of one table."""
        try:
            return pq.read_schema(self.folder / f"{name}.parquet")
        except (OSError, pa.ArrowException) as error:
            raise StoredError(f"{self.folder}: damaged: {name}.parquet can't be read") from error

    def table(self, name: str) -> pa.Table:
        """One table; raise StoredError if it is not there or can't be read."""
        return table(self.folder, name)


def table(folder: Path, name: str) -> pa.Table:
    """One table of a folder; raise StoredError if it is not there or can't be read."""
    try:
        return pq.read_table(folder / f"{name}.parquet")
    except (OSError, pa.ArrowException) as error:
        raise StoredError(f"{folder}: damaged: {name}.parquet: {' '.join(str(error).split())[:200]}") from error


def opened(folder: Path) -> Output:
    """A complete output that nobody has changed; raise StoredError, in one message, for anything else."""
    return Output(folder, manifest_of(folder))


def manifest_of(folder: Path) -> dict[str, Any]:
    """What an output says of itself; raise StoredError if it is not complete, or not what was written.

    The digests are no secret: they show damage and mistakes, not forgery with skill.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise StoredError(f"{folder}: no such folder")
    if not path.exists():
        raise StoredError(f"{folder}: not a complete output (there is no {MANIFEST})")
    check_ordinary(folder, MANIFEST)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StoredError(f"{folder}: damaged: {MANIFEST} can't be read ({type(error).__name__})") from error
    if not isinstance(found, dict):
        raise StoredError(f"{folder}: damaged: {MANIFEST} is no manifest")
    check_seal(folder, found)
    return found


def check_seal(folder: Path, found: dict[str, Any]) -> None:
    """Raise StoredError if the manifest, or a file that it has a digest of, is not what was written."""
    if "command" not in found:
        raise StoredError(f"{folder}: written by an earlier version of sim, which sealed nothing: fight it again")
    if "seal" not in found or not isinstance(found.get("files"), dict) or seal_of(found) != found["seal"]:
        raise StoredError(f"{folder}: {MANIFEST} was changed after it was written")
    for name, wanted in found["files"].items():
        check_ordinary(folder, name)
        try:
            digest = digest_of_file(folder / name)
        except OSError as error:
            raise StoredError(f"{folder}: {name} can't be read: {error.strerror}") from error
        if digest != wanted:
            raise StoredError(f"{folder}: {name} was changed or cut short after it was written")


def check_ordinary(folder: Path, name: str) -> None:
    """Raise StoredError for what is no ordinary file of this very folder."""
    path = folder / name
    if path.is_symlink():
        raise StoredError(f"{folder}: {name} is a link to somewhere else")
    if not path.exists():
        raise StoredError(f"{folder}: {name} is missing")
    if not path.is_file():
        raise StoredError(f"{folder}: {name} is no ordinary file")


def links(folder: Path) -> list[Path]:
    """The links in a folder, at any depth: no command makes any."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink())


def sealed(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest with the digests of the files beside it, and its own, by which a change by hand is seen."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name.endswith(DIGESTED))
    whole = manifest | {"files": {path.name: digest_of_file(path) for path in paths}}
    return whole | {"seal": seal_of(whole)}


def seal_of(manifest: dict[str, Any]) -> str:
    """The digest of all of a manifest but its seal."""
    plain = json.loads(json.dumps({name: value for name, value in manifest.items() if name != "seal"}, default=str))
    return digest_of(plain)


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
