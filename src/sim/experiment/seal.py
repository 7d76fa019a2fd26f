"""The seal of an output: `run.json` names every file beside it with its digest, and bears a digest of itself.

Whoever reads an output asks for its manifest and its files here, so that what is damaged, edited or foreign is named
and never taken for a result. The digests are no secret: they show damage and mistakes, not forgery with skill.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from sim.experiment.identity import digest_of

MANIFEST = "run.json"
LARGEST = 50_000_000  # bytes of a manifest
UNDER_WAY = ("study.json", ".lock")  # files that only an unfinished run has
SHOWN = (".html",)  # pages for people, which can be drawn again


class DamagedOutputError(Exception):
    """An output that is not complete, or not what was written; the message names the folder and the file."""


def sealed(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with the digests of all files that stand in the folder, and its own."""
    files = {path.name: file_digest(path) for path in sorted(folder.iterdir()) if is_result(path)}
    plain: dict[str, Any] = json.loads(json.dumps(manifest | {"files": files}, default=str))
    return plain | {"seal": digest_of(plain)}


def is_result(path: Path) -> bool:
    """Whether a file is a part of the results."""
    passing = path.name in (MANIFEST, *UNDER_WAY) or path.suffix in (".partial", *SHOWN)
    return path.is_file() and not passing


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a complete output says of itself; raise DamagedOutputError if it is not complete, or was changed."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise DamagedOutputError(f"{folder}: no such folder")
    if not path.exists():
        raise DamagedOutputError(f"{folder}: not a complete output (there is no {MANIFEST})")
    check_ordinary(path)
    try:
        if path.stat().st_size > LARGEST:
            raise DamagedOutputError(f"{path}: damaged: too large for a manifest")
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedOutputError(f"{path}: damaged: can't be read ({type(error).__name__})") from error
    if not isinstance(manifest, dict) or "seal" not in manifest:
        raise DamagedOutputError(f"{path}: not the manifest of an output of this version of sim")
    if manifest["seal"] != digest_of({name: value for name, value in manifest.items() if name != "seal"}):
        raise DamagedOutputError(f"{path}: was changed after it was written")
    return manifest


def result_file(folder: Path, manifest: dict[str, Any], name: str) -> Path:
    """The path of a file of an output; raise DamagedOutputError if it is not the one that was written."""
    path = folder / name
    if name not in manifest["files"]:
        raise DamagedOutputError(f"{path}: is not a part of this output")
    check_ordinary(path)
    try:
        digest = file_digest(path)
    except OSError as error:
        raise DamagedOutputError(f"{path}: damaged: {error.strerror}") from error
    if digest != manifest["files"][name]:
        raise DamagedOutputError(f"{path}: damaged: it holds something else than was written")
    return path


def whole(folder: Path) -> dict[str, Any]:
    """The manifest of an output of which every file is the one that was written; else raise DamagedOutputError."""
    manifest = manifest_of(folder)
    for name in manifest["files"]:
        result_file(folder, manifest, name)
    return manifest


def check_ordinary(path: Path) -> None:
    """Refuse what is no ordinary file of this very folder."""
    if path.is_symlink():
        raise DamagedOutputError(f"{path}: damaged: it is a link to somewhere else")
    if not path.exists():
        raise DamagedOutputError(f"{path}: damaged: the file is gone")
    if not path.is_file():
        raise DamagedOutputError(f"{path}: damaged: it is no ordinary file")


def links(folder: Path) -> list[Path]:
    """The links in a folder, at any depth: a run makes none."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink())
