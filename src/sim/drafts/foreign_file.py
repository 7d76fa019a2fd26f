"""A foreign file: an ordinary one of a bounded size, its bytes, and its text in whatever encoding it is written."""

import os
import stat
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sim.drafts.draft import DraftError
from sim.drafts.tables import MAX_ROWS, ForeignTable, parse_table

MAX_BYTES = 20_000_000  # a battle's part of any data set is smaller; the whole of one is no battle
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
WESTERN = "cp1252"  # what Windows wrote before UTF-8
MAX_NUL_SHARE = 0.4  # of the even or the odd bytes of a sample, above which Latin text is UTF-16
SAMPLE_BYTES = 2_000


@dataclass(frozen=True)
class ForeignFile:
    """The bytes of a file; `text` is None if they are no text."""

    path: Path
    data: bytes

    @cached_property
    def encoding(self) -> str | None:
        """The encoding of its text; None if it is no text."""
        return find_encoding(self.data)

    @cached_property
    def text(self) -> str | None:
        """Its text with plain line ends; None if it is no text."""
        if self.encoding is None:
            return None
        return self.data.decode(self.encoding).replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def table(self) -> ForeignTable | None:
        """The table in it; None if there is none."""
        return parse_table(self.path, self.data, self.text)

    def require_table(self) -> ForeignTable:
        """The table in it, as one that rows are drafted from; raise DraftError if it can't be that."""
        table = self.table
        assert table is not None, "the file was not recognised as a table"
        if twice := sorted({name for name in table.columns if table.columns.count(name) > 1}):
            raise DraftError(f"{self.path}: has a column twice (got {', '.join(twice[:5])})")
        if len(table.rows) > MAX_ROWS:
            raise DraftError(f"{self.path}: a table of more than {MAX_ROWS:,} rows (allowed: those of one battle)")
        if not table.rows:
            raise DraftError(f"{self.path}: a table without rows")
        if self.encoding != WESTERN:
            return table
        note = "The file is no UTF-8 and was read as Windows-1252: look at names with accents."
        return replace(table, notes=(note, *table.notes))


def read_foreign_file(path: Path) -> ForeignFile:
    """Read a file whole; raise DraftError for a link, a folder, a pipe, and what is too large or can't be read."""
    try:
        if path.is_symlink():
            raise DraftError(f"{path}: a link, which is not followed (allowed: the file itself)")
        # without waiting: somebody may have put a pipe there meanwhile
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        try:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
                raise DraftError(f"{path}: {kind} (allowed: an ordinary file)")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError as error:
        raise DraftError(f"{path}: no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise DraftError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > MAX_BYTES:
        raise DraftError(f"{path}: too large (allowed: {MAX_BYTES:,} bytes): keep the rows of one battle")
    return ForeignFile(path, data)


def find_encoding(data: bytes) -> str | None:
    """The encoding of text: by its byte-order mark, else UTF-8, UTF-16 or Windows-1252; None if it is no text."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return encoding if is_text(data, encoding) else None
    sample = data[:SAMPLE_BYTES]
    if sample and b"\0" in sample:
        shares = [part.count(0) / max(len(part), 1) for part in (sample[::2], sample[1::2])]
        guess = "utf-16-be" if shares[0] > MAX_NUL_SHARE else "utf-16-le" if shares[1] > MAX_NUL_SHARE else None
        return guess if guess is not None and is_text(data, guess) else None
    return next((encoding for encoding in ("utf-8", WESTERN) if is_text(data, encoding)), None)


def is_text(data: bytes, encoding: str) -> bool:
    """Whether bytes can be read in an encoding, and have no control characters that no text has."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not any(each < " " and each not in "\t\n\r\f\v" for each in set(text))
