"""Pages of the reference that are made from the program: the public names, and the help of each command."""

import io
import os
from collections.abc import Iterator
from contextlib import redirect_stdout
from itertools import groupby

from sim.cli.commands import COMMANDS
from sim.cli.main import run_safely
from tools.site.public_names import list_module_names, list_package_names

PYTHON_HEAD = """# From Python

The names of `import sim`, then what scripts and plug-ins are written against. All else is internal and may change.
"""
COMMANDS_HEAD = """# Every command and its settings

What `sim COMMAND --help` prints. [Commands by question](commands.md) says which one answers what.
"""
HELP_WIDTH = "100"  # columns


def format_python_page() -> str:
    """The page of the public names, for mkdocstrings to fill."""
    parts = [PYTHON_HEAD, "## `import sim`\n"]
    parts += [format_entry(place, shown_name=name) for name, place in list_package_names().items()]
    for package, names in groupby(sorted(list_module_names()), key=get_package):
        parts.append(f"## `{package}`\n")
        parts += [format_entry(name, shown_name=name.removeprefix("sim.")) for name in names]
    return "\n".join(parts)


def get_package(name: str) -> str:
    """The package of a dotted name: `sim.laws` of `sim.laws.square.rates`."""
    return ".".join(name.split(".")[:2])


def format_entry(place: str, shown_name: str) -> str:
    """One public name: where it is defined, and what it is called in its heading."""
    return f"::: {place}\n    options:\n      heading: {shown_name}\n      toc_label: {shown_name}\n"


def format_commands_page() -> str:
    """The help of every command."""
    return "\n".join([COMMANDS_HEAD, *iterate_command_sections()])


def iterate_command_sections() -> Iterator[str]:
    """A section for each command, in the order of `sim --help`."""
    for name in COMMANDS:
        yield f"## sim {name}\n\n```text\n{read_help(name)}\n```\n"


def read_help(command: str) -> str:
    """What `sim COMMAND --help` prints; raise RuntimeError if it fails."""
    os.environ["COLUMNS"] = HELP_WIDTH
    with redirect_stdout(io.StringIO()) as printed:
        code = run_safely([command, "--help"])
    if code != 0:
        raise RuntimeError(f"sim {command} --help ends with exit code {code}")
    return printed.getvalue().strip()
