"""Plain data of scenario texts that were found sound, remembered by the digest of the text: parsing YAML is slow."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from sim import files


def recall(text: str) -> Any:
    """The plain data of a text, if it is remembered, else None; it is checked like any other data."""
    try:
        return json.loads(kept(text).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def remember(text: str, data: Any) -> None:
    """Keep the plain data of a sound text; where nothing can be kept, nothing is lost but time."""
    path = kept(text)
    if path.exists():
        return
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(data), encoding="utf-8")
        os.replace(partial, path)
    except (OSError, TypeError, ValueError):
        partial.unlink(missing_ok=True)


def kept(text: str) -> Path:
    """Where the data of a text is kept."""
    return files.cache_folder() / "scenarios" / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
