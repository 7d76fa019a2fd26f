"""The seal of an output folder: a digest of each file and of the manifest itself, which shows damage and edits.

The digests are no secret: they show damage and mistakes, not skilled forgery.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import SimError
from sim.regular_files import check_regular_file, open_regular_file, read_regular_file
from sim.scenario.fault_words import describe_first_fault
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import MANIFESTS, Manifest
from sim.storage.tables import MAX_FILE_BYTES

MANIFEST = "run.json"
SCENARIO = "scenario.json"
OUTPUT_SCHEMA = 2  # of the names of tables, columns and manifest keys; raise it when older outputs can't be read
SEALED_SUFFIXES = (".parquet", ".csv", ".nc", SCENARIO)  # of files of which there is a digest
MAX_MANIFEST_BYTES = 50_000_000
SEAL_KEYS = ("schema", "files", "seal")  # of the file of a manifest, beside those of its model


class StoredError(SimError):
    """An output folder that can't be read; the message says why, and what to do."""


def read_sealed_manifest(folder: Path) -> tuple[Manifest, dict[str, str]]:
    """The manifest of an output, and the digest of each file that it seals.

    Raise StoredError if the output is incomplete, not what was written, or of another schema.
    """
    data = read_plain_manifest(folder)
    check_schema(folder, data)
    files = check_seal(folder, data)
    if data["command"] not in MANIFESTS:
        raise StoredError(f"{folder}: {MANIFEST} names no command that leaves an output (got {data['command']!r:.80})")
    try:
        manifest = MANIFESTS[data["command"]].model_validate(
            {name: value for name, value in data.items() if name not in SEAL_KEYS}
        )
    except (ValidationError, RecursionError) as error:
        raise StoredError(
            f"{folder}: {MANIFEST} is no manifest of sim {data['command']} ({describe_validation_error(error)}): "
            "run it again"
        ) from error
    return manifest, files


def describe_validation_error(error: Exception) -> str:
    """The first fault in a few words."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    return describe_first_fault(error)[:200]


def read_plain_manifest(folder: Path) -> dict[str, Any]:
    """The manifest as plain data; raise StoredError if there is none."""
    if not folder.is_dir():
        raise StoredError(f"{folder}: no such folder")
    if not (folder / MANIFEST).exists() and not (folder / MANIFEST).is_symlink():
        raise StoredError(f"{folder}: not a complete output (there is no {MANIFEST})")
    check_own_file(folder, MANIFEST)
    try:
        data = json.loads(read_regular_file(folder / MANIFEST, MAX_MANIFEST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise StoredError(
            f"{folder}: damaged: {MANIFEST} can't be read ({describe_reading_error(error)}): run it again"
        ) from error
    if not isinstance(data, dict):
        raise StoredError(f"{folder}: damaged: {MANIFEST} is no manifest: run it again")
    if not isinstance(data.get("command"), str):
        raise StoredError(f"{folder}: written by an earlier version of sim, which sealed nothing: run it again")
    return data


def describe_reading_error(error: Exception) -> str:
    """Why a file can't be read, in a few words."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


def check_seal(folder: Path, data: dict[str, Any]) -> dict[str, str]:
    """The digests of the sealed files; raise StoredError if one, or the manifest, is not what was written."""
    files = data.get("files")
    if not isinstance(files, dict) or "seal" not in data or compute_seal(data) != data["seal"]:
        raise StoredError(f"{folder}: {MANIFEST} was changed after it was written: run it again")
    for name, expected_digest in files.items():
        check_own_file(folder, name)
        try:
            digest = compute_file_digest(folder / name)
        except OSError as error:
            raise StoredError(f"{folder}: {name} can't be read: {error.strerror}") from error
        if digest != expected_digest:
            raise StoredError(f"{folder}: {name} was changed or cut short after it was written: run it again")
    return files


def check_schema(folder: Path, data: dict[str, Any]) -> None:
    """Raise StoredError for an output whose tables and columns have the names of another version."""
    schema = data.get("schema", 1)
    if schema != OUTPUT_SCHEMA:
        raise StoredError(
            f"{folder}: written by sim {data.get('version', 'of an unknown version')!s:.40} with output schema "
            f"{schema!s:.40}, and this version reads schema {OUTPUT_SCHEMA} only: run it again"
        )


def check_own_file(folder: Path, name: str) -> None:
    """Raise StoredError for anything but a regular file of this very folder."""
    path = folder / name
    if path.name != name or not name.isprintable():
        raise StoredError(f"{folder}: {MANIFEST} names a file elsewhere (got {name!r:.80})")
    if path.is_symlink():
        raise StoredError(f"{folder}: {name} is a link to somewhere else: put the file itself there, or run it again")
    if not path.exists():
        raise StoredError(f"{folder}: {name} is missing: run it again")
    try:
        check_regular_file(path, MAX_FILE_BYTES)
    except OSError as error:
        raise StoredError(f"{folder}: {name} is no ordinary file ({error.strerror})") from error


def list_symlinks(folder: Path) -> list[Path]:
    """The symbolic links in a folder, at any depth: no command makes any."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink())


def seal_manifest(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest with its schema, the digests of the files beside it, and its own, which shows a change by hand."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name.endswith(SEALED_SUFFIXES))
    unsealed = manifest | {"schema": OUTPUT_SCHEMA, "files": {path.name: compute_file_digest(path) for path in paths}}
    return unsealed | {"seal": compute_seal(unsealed)}


def compute_seal(manifest: dict[str, Any]) -> str:
    """The digest of a manifest without its seal."""
    return compute_digest({name: value for name, value in manifest.items() if name != "seal"})


def compute_file_digest(path: Path) -> str:
    """SHA-256 of a file, read in chunks."""
    with open_regular_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
