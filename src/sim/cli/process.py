"""The process and its streams: those that are closed, warnings on standard error, and how it ends by a signal."""

import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TextIO

STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))  # by file descriptor


def open_closed_streams() -> None:
    """Open those of standard input, output and error that are closed (`sim ... >&-`), to discard what goes there.

    Otherwise the next file that is opened would get the number of a closed one, and what is printed.
    """
    for number, (name, mode) in enumerate(STREAMS):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 (until the end)


def escape_unencodable(stream: IO[str]) -> None:
    """Have a stream write what its encoding lacks as an escape, like `\\u4e2d`, where it would refuse the whole.

    A name may have any letters, and a terminal, a pipe or PYTHONIOENCODING any encoding.
    """
    if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="backslashreplace")


def print_text(text: str, stream: TextIO | None = None) -> None:
    """Print words for a reader, with what is written from right to left isolated.

    Parameters
    ----------
    text
        The words: no path or document alone, which programs read.
    stream
        Where to; standard output if None.
    """
    if not text.isascii():
        from sim.report.text_direction import isolate_runs

        text = isolate_runs(text)
    print(text, file=stream)


def redirect_to_devnull(stream: IO[str]) -> None:
    """Discard what Python still flushes to a stream that can't be written."""
    with suppress(OSError, ValueError):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)


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
                print_text(f"sim: {message}", sys.stderr)

        warnings.showwarning = print_once
        yield


def describe_ending(signal_number: int, folder: Path | None) -> str:
    """What is said when a signal ends the program.

    Parameters
    ----------
    signal_number
        The signal.
    folder
        The folder of results of a run that has begun.

    Returns
    -------
    str
        One line; how the run goes on, if it has begun.

    Examples
    --------
    >>> describe_ending(15, Path("outputs/base/x"))
    'ended by SIGTERM; what is finished is kept, and goes on with: sim resume outputs/base/x'
    """
    name = "interrupted" if signal_number == signal.SIGINT else f"ended by {signal.Signals(signal_number).name}"
    return name if folder is None else f"{name}; what is finished is kept, and goes on with: sim resume {folder}"


def get_exit_code(signal_number: int) -> int:
    """The exit code of a program that a signal ended, as shells count it: 130 for Ctrl-C."""
    return 128 + signal_number
