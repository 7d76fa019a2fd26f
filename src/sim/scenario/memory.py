"""Plain data of scenario texts that were found sound, remembered by the digest of the text: parsing YAML is slow."""

import hashlib
import json
import os
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim import files

READ_AS = 1  # raise it when `reading.plain` comes to give other data for the same text


def recall(text: str) -> Any:
    """The plain data of a text, if it is remembered, else None; it is checked like any other data."""
    try:
        path = kept(text)
        if not path.exists():
            return None
        files.private(files.cache_folder())
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError, files.CacheError):
        return None
    return data if isinstance(data, dict) else None


def remember(text: str, data: Any) -> None:
    """Keep the plain data of a sound text; where nothing can be kept, nothing is lost but time."""
    # RuntimeError: there is no home folder
    with suppress(OSError, TypeError, ValueError, RuntimeError, files.CacheError):
        files.private(files.cache_folder())
        path = kept(text)
        if path.exists():
            return
        partial = path.with_suffix(f".{os.getpid()}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_text(json.dumps(data), encoding="utf-8")
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)


def kept(text: str) -> Path:
    """Where the data of a text is kept: by its digest, apart for each version of how it is read."""
    name = hashlib.sha256(f"{READ_AS} {version('ruamel.yaml')} {text}".encode()).hexdigest()
    return files.cache_folder() / "scenarios" / f"{name}.json"
