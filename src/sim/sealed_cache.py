"""Plain data that took long to make and can be made again, kept between calls of the program.

An entry is a file of JSON in a folder of the user's own, sealed with its key and content: one that is damaged, cut
short or of another key is none, and is made again. Only data are kept, nothing that could be run.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim import paths
from sim.paths import CacheError
from sim.regular_files import read_regular_file

MAX_ENTRY_BYTES = 5_000_000
MAX_ENTRIES = 100  # of a kind; the oldest make room


def make_key(*parts: bytes | str) -> str:
    """The key of what depends on these parts alone: a digest of them, of which no two lists have the same."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(f"{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()


def read_entry(kind: str, key: str) -> Any | None:
    """What is kept under a key; None if there is nothing, or not what was written.

    Parameters
    ----------
    kind
        Name of the folder.
    key
        Digest of all that the data depend on, from `make_key`.

    Returns
    -------
    Any or None
        The data as JSON has them.
    """
    try:
        paths.ensure_private_folder(paths.cache_folder())
        entry = json.loads(read_regular_file(find_entry(kind, key), MAX_ENTRY_BYTES))
        content = entry["content"]
        return json.loads(content) if entry["seal"] == make_key(key, content) else None
    except (CacheError, OSError, RuntimeError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None  # RuntimeError: there is no home folder


def write_entry(kind: str, key: str, data: Any) -> None:
    """Keep data under a key, whole or not at all; not where nothing can be kept, nor what JSON does not give back."""
    with suppress(CacheError, OSError, RuntimeError, ValueError, TypeError, RecursionError):
        content = json.dumps(data, allow_nan=False)
        if json.loads(content) != data or len(content) > MAX_ENTRY_BYTES // 4:
            return
        folder = paths.ensure_private_folder(paths.cache_folder()) / kind
        folder.mkdir(exist_ok=True)
        remove_oldest(folder)
        partial = folder / f"{key}.{os.getpid()}.partial"
        partial.write_text(json.dumps({"content": content, "seal": make_key(key, content)}), encoding="utf-8")
        os.replace(partial, find_entry(kind, key))


def find_entry(kind: str, key: str) -> Path:
    """The file of an entry."""
    return paths.cache_folder() / kind / f"{key}.json"


def remove_oldest(folder: Path) -> None:
    """Make room for an entry more."""
    files = sorted(folder.iterdir(), key=lambda path: path.lstat().st_mtime)
    for path in files[: max(0, len(files) - MAX_ENTRIES + 1)]:
        path.unlink(missing_ok=True)
