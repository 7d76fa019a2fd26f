"""Which format a file is in, and the draft that comes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sim.drafts.draft import Draft, DraftError
from sim.drafts.file_kinds import describe_file
from sim.drafts.foreign_file import ForeignFile, read_foreign_file
from sim.registry import PluginRegistry


class DraftFormat(Protocol):
    """A format: what it is in words, whether a file is in it, and the draft of a file that is."""

    DESCRIPTION: str
    recognise: Callable[[ForeignFile], bool]
    draft_scenario: Callable[[ForeignFile], Draft]


FORMATS: PluginRegistry[DraftFormat] = PluginRegistry("sim.drafts.formats")


def list_formats() -> list[str]:
    """The name of every format."""
    return FORMATS.list_names()


def describe_formats() -> dict[str, str]:
    """Every format by its name, in words."""
    return {name: format_.DESCRIPTION for name, format_ in FORMATS.load_all().items()}


def draft_file(path: Path, format_name: str | None = None) -> Draft:
    """The draft of a file, in the format that is named, else the one it is in; raise DraftError if it is in none."""
    file = read_foreign_file(path)
    known = FORMATS.load_all()
    if format_name is not None:
        if not known[format_name].recognise(file):
            raise DraftError(f"{path}: is not {known[format_name].DESCRIPTION}; it seems to be {describe_file(file)}")
        return known[format_name].draft_scenario(file)
    names = [name for name, format_ in known.items() if format_.recognise(file)]
    if len(names) > 1:
        raise DraftError(f"{path}: can be read in more than one way (allowed: format={' or format='.join(names)})")
    if not names:
        descriptions = "; ".join(format_.DESCRIPTION for format_ in known.values())
        raise DraftError(f"{path}: seems to be {describe_file(file)}, which is not read (allowed: {descriptions})")
    return known[names[0]].draft_scenario(file)
