"""Files that are written whole or not at all, and files that begin with a checksum of their content."""

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.regular_files import read_regular_file


def write_atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name, flush it to the disk, and only then give it its own name."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)  # if it is a link, we would write elsewhere
    try:
        write(partial)
        publish_file(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)  # it takes room on a full disk
        raise


def publish_file(partial: Path, path: Path) -> None:
    """Flush a file to the disk and give it its name."""
    fsync_path(partial, os.O_RDWR)
    os.replace(partial, path)
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Flush the names of a folder's files to the disk, where the system can do that."""
    if os.name == "posix":
        fsync_path(folder, os.O_RDONLY)


def fsync_path(path: Path, mode: int) -> None:
    """Flush what was written to the disk."""
    handle = os.open(path, mode)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


MAX_CHECKSUMMED_BYTES = 2_000_000_000
CHECKSUM_BYTES = hashlib.sha256().digest_size  # at the beginning of a file


def write_checksummed(path: Path, content: bytes) -> None:
    """Write a checksum and content, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    checksummed = hashlib.sha256(content).digest() + content
    write_atomic(path, lambda partial: partial.write_bytes(checksummed))


def read_checksummed(path: Path) -> bytes | None:
    """The content of a checksummed file; None if it is missing or damaged."""
    try:
        checksummed = read_regular_file(path, MAX_CHECKSUMMED_BYTES)
    except OSError:
        return None
    checksum, content = checksummed[:CHECKSUM_BYTES], checksummed[CHECKSUM_BYTES:]
    return content if hashlib.sha256(content).digest() == checksum else None


def write_checksummed_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write named arrays, whole or not at all."""
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_checksummed(path, content.getvalue())


def read_checksummed_arrays(path: Path) -> dict[str, np.ndarray] | None:
    """The arrays of a checksummed file by name; None if it is missing or damaged."""
    content = read_checksummed(path)
    if content is None:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive_file:
            if sum(member.file_size for member in archive_file.infolist()) > MAX_CHECKSUMMED_BYTES:
                return None
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile):
        return None
