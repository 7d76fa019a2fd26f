"""Our own warnings as one line on standard error each, however often they are given in a call."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def print_own_warnings() -> Iterator[None]:
    """Print warnings of classes of this package as messages, each once; those of libraries are shown as ever."""
    printed: set[str] = set()
    with warnings.catch_warnings():
        show = warnings.showwarning

        def print_once(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if category.__module__.partition(".")[0] != "sim":
                show(message, category, filename, lineno, file, line)
            elif str(message) not in printed:
                printed.add(str(message))
                print(f"sim: {message}", file=sys.stderr)

        warnings.showwarning = print_once
        yield
