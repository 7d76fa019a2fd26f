"""Exports, one file each: a stored output in a format that others read. A new file here is found by its name."""

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from sim.experiment.stored import Output, StoredError

SHARED = ("descriptor", "counts")  # what exports share, and no formats themselves

Watch = Callable[[Iterable[Any], int, str], Iterable[Any]]
Writer = Callable[[Path], object]


class Format(Protocol):
    """A format: of which commands it takes the outputs (none named: all), and how the files are made."""

    COMMANDS: tuple[str, ...]

    def files(self, output: Output) -> Mapping[str, Writer]:
        """The files by name, each with what writes it."""


def names() -> list[str]:
    """Every format's name, which is the name of its file."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name not in SHARED)


def load(name: str) -> Format:
    """A format by its name."""
    module: Any = importlib.import_module(f"{__name__}.{name}")
    found: Format = module
    return found


def export(name: str, output: Output, folder: Path, watch: Watch) -> list[Path]:
    """Write an output in a format; return the files.

    Raise StoredError, and write nothing, for an output that the format is not for, or if a file is there already.
    """
    format_ = load(name)
    if format_.COMMANDS and output.command not in format_.COMMANDS:
        fits = [each for each in names() if not (of := load(each).COMMANDS) or output.command in of]
        allowed = f"allowed for sim {output.command}: {', '.join(fits)}"
        raise StoredError(f"format: {name} is of sim {', '.join(format_.COMMANDS)} only ({allowed})")
    files = format_.files(output)
    if there := [file for file in files if (folder / file).exists()]:
        raise StoredError(f"to: {folder} holds {', '.join(there)} already, which stay (allowed: another folder)")
    folder.mkdir(parents=True, exist_ok=True)
    return [put(folder / file, write) for file, write in watch(files.items(), len(files), "Exporting")]


def put(path: Path, write: Writer) -> Path:
    """Let something write a file under another name, and give it its own, unless that has come to be there."""
    partial = path.with_name(f"{path.name}.partial")
    write(partial)
    try:
        os.link(partial, path)
    except FileExistsError as error:
        raise StoredError(f"to: {path} is there already, and stays") from error
    finally:
        partial.unlink()
    return path
