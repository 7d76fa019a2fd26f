"""Files that are whole or not there, whenever the program or the power ends."""

import os
from collections.abc import Callable
from pathlib import Path


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file under another name, see it onto the disk, and only then give it its own name."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)  # were it a link, we would write elsewhere
    try:
        write(partial)
        settle(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)  # on a full disk it is in the way
        raise


def settle(partial: Path, path: Path) -> None:
    """See a file onto the disk and give it its name."""
    sync(partial, os.O_RDWR)
    os.replace(partial, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See the names of a folder's files onto the disk, where a system can do that."""
    if os.name == "posix":
        sync(folder, os.O_RDONLY)


def sync(path: Path, mode: int) -> None:
    """See what was written onto the disk."""
    handle = os.open(path, mode)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
