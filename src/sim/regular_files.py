"""Files from a folder of somebody's: only regular ones are read, and only up to a size.

A pipe may never begin or end, a device may have no end, and a file with holes may be larger than any memory.
"""

import os
import stat
from io import BufferedReader
from pathlib import Path


class IrregularFileError(OSError):
    """A file that is not read; `strerror` says why, as that of other errors of reading does."""

    def __init__(self, path: Path, reason: str):
        super().__init__(0, reason, str(path))


def check_regular_file(path: Path, max_bytes: int) -> None:
    """Raise OSError for a file that is missing, no regular one, or larger than allowed; links are followed."""
    check_status(path, path.stat(), max_bytes)


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """The content of a regular file of at most so many bytes; raise OSError for any other."""
    check_regular_file(path, max_bytes)
    with open_regular_file(path) as file:
        check_status(path, os.fstat(file.fileno()), max_bytes)  # it may have been another one a moment before
        return file.read(max_bytes)


def open_regular_file(path: Path) -> BufferedReader:
    """Open a file without waiting for whoever writes into it, as a pipe would have one do."""
    return os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")


def check_status(path: Path, status: os.stat_result, max_bytes: int) -> None:
    """Raise IrregularFileError by what the system knows of a file."""
    if stat.S_ISDIR(status.st_mode):
        raise IrregularFileError(path, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise IrregularFileError(path, "not an ordinary file")
    if status.st_size > max_bytes:
        raise IrregularFileError(path, f"too large (got {status.st_size:,} bytes; allowed: {max_bytes:,})")
