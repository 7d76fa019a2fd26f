"""The manifest of an output folder: settings, versions and digests, and the seal that shows damage and edits."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sim.storage.fingerprint import compute_digest

MANIFEST = "run.json"
SCENARIO = "scenario.json"
OUTPUT_SCHEMA = 2  # of the names of tables, columns and manifest keys; raise it when older outputs can't be read
CHECKSUMMED_SUFFIXES = (".parquet", ".csv", ".nc", SCENARIO)  # of files of which the manifest holds a digest


class StoredError(Exception):
    """An output folder that can't be read; the message says why."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an output; raise StoredError if it is incomplete, not what was written, or of another schema.

    The digests are no secret: they show damage and mistakes, not skilled forgery.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise StoredError(f"{folder}: no such folder")
    if not path.exists():
        raise StoredError(f"{folder}: not a complete output (there is no {MANIFEST})")
    check_regular_file(folder, MANIFEST)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StoredError(f"{folder}: damaged: {MANIFEST} can't be read ({type(error).__name__})") from error
    if not isinstance(manifest, dict):
        raise StoredError(f"{folder}: damaged: {MANIFEST} is no manifest")
    check_seal(folder, manifest)
    check_schema(folder, manifest)
    return manifest


def check_seal(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise StoredError if the manifest, or a file of which it has a digest, is not what was written."""
    if "command" not in manifest:
        raise StoredError(f"{folder}: written by an earlier version of sim, which sealed nothing: run it again")
    if (
        "seal" not in manifest
        or not isinstance(manifest.get("files"), dict)
        or compute_seal(manifest) != manifest["seal"]
    ):
        raise StoredError(f"{folder}: {MANIFEST} was changed after it was written")
    for name, expected_digest in manifest["files"].items():
        check_regular_file(folder, name)
        try:
            digest = compute_file_digest(folder / name)
        except OSError as error:
            raise StoredError(f"{folder}: {name} can't be read: {error.strerror}") from error
        if digest != expected_digest:
            raise StoredError(f"{folder}: {name} was changed or cut short after it was written")


def check_schema(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise StoredError for an output whose tables and columns have the names of another version."""
    schema = manifest.get("schema", 1)
    if schema != OUTPUT_SCHEMA:
        raise StoredError(
            f"{folder}: written by sim {manifest.get('version', 'of an unknown version')} with output schema {schema}, "
            f"and this version reads schema {OUTPUT_SCHEMA} only: run it again"
        )


def check_regular_file(folder: Path, name: str) -> None:
    """Raise StoredError for anything but a regular file of this folder."""
    path = folder / name
    if path.is_symlink():
        raise StoredError(f"{folder}: {name} is a link to somewhere else")
    if not path.exists():
        raise StoredError(f"{folder}: {name} is missing")
    if not path.is_file():
        raise StoredError(f"{folder}: {name} is no ordinary file")


def list_symlinks(folder: Path) -> list[Path]:
    """The symbolic links in a folder, at any depth: no command makes any."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink())


def seal_manifest(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest with its schema, the digests of the files beside it, and its own, which shows a change by hand."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name.endswith(CHECKSUMMED_SUFFIXES))
    unsealed = manifest | {"schema": OUTPUT_SCHEMA, "files": {path.name: compute_file_digest(path) for path in paths}}
    return unsealed | {"seal": compute_seal(unsealed)}


def compute_seal(manifest: dict[str, Any]) -> str:
    """The digest of a manifest without its seal."""
    data = json.loads(json.dumps({name: value for name, value in manifest.items() if name != "seal"}, default=str))
    return compute_digest(data)


def compute_file_digest(path: Path) -> str:
    """SHA-256 of a file, read in chunks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
