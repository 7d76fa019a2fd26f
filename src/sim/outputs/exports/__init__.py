"""Exports, one file each: a stored output in a format that others read. A new file here is found by its name."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from sim.outputs.datapackage import FileWriter
from sim.registry import PluginRegistry
from sim.storage.reader import StoredOutput
from sim.storage.seal import StoredError

ExportProgress = Callable[[Iterable[Any], int, str], Iterable[Any]]


class ExportFormat(Protocol):
    """A format: the commands whose outputs it takes (of all if it names none), and how its files are written."""

    COMMANDS: tuple[str, ...]

    def list_files(self, output: StoredOutput) -> Mapping[str, FileWriter]:
        """The files by name, each with a function that writes it."""


FORMATS: PluginRegistry[ExportFormat] = PluginRegistry(__name__)


def list_formats() -> list[str]:
    """Every format's name, which is the name of its file."""
    return FORMATS.list_names()


def load_format(name: str) -> ExportFormat:
    """A format by its name."""
    return FORMATS.load(name)


def accepts(export_format: ExportFormat, command: str) -> bool:
    """Whether a format is for the outputs of a command."""
    return not export_format.COMMANDS or command in export_format.COMMANDS


def export_output(name: str, output: StoredOutput, folder: Path, progress: ExportProgress) -> list[Path]:
    """Write an output in a format; return the files.

    Raise StoredError, and write nothing, for an output that the format is not for, or if a file is there already.
    """
    format_ = load_format(name)
    if not accepts(format_, output.command):
        allowed_formats = [each for each in list_formats() if accepts(load_format(each), output.command)]
        allowed = f"allowed for sim {output.command}: {', '.join(allowed_formats)}"
        raise StoredError(f"format: {name} is of sim {', '.join(format_.COMMANDS)} only ({allowed})")
    files = format_.list_files(output)
    if existing := [file for file in files if (folder / file).exists()]:
        raise StoredError(f"to: {folder} holds {', '.join(existing)} already, which stay (allowed: another folder)")
    folder.mkdir(parents=True, exist_ok=True)
    return [write_new_file(folder / file, write) for file, write in progress(files.items(), len(files), "Exporting")]


def write_new_file(path: Path, write: FileWriter) -> Path:
    """Write a file under another name, and give it its own, unless a file of that name has appeared meanwhile."""
    partial = path.with_name(f"{path.name}.partial")
    write(partial)
    try:
        os.link(partial, path)
    except FileExistsError as error:
        raise StoredError(f"to: {path} is there already, and stays") from error
    finally:
        partial.unlink()
    return path
