"""Figures drawn again from what a command left behind: one file for each command, of its name."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.experiment.stored import Output, StoredError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Drawing = Callable[[], "Figure"]


def names() -> list[str]:
    """Every command whose figures can be drawn again."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))


def figures(output: Output, asked: Mapping[str, str]) -> dict[str, Drawing]:
    """The figures of an output by name, each to be drawn when it is wanted.

    `asked` may say what the figure of conditions is about. Raise StoredError for an output that has no figures.
    """
    if output.command not in names():
        raise StoredError(f"{output.folder}: sim {output.command} has no figures (allowed: sim {', '.join(names())})")
    module = importlib.import_module(f"{__name__}.{output.command.replace('-', '_')}")
    drawings: dict[str, Drawing] = module.figures(output, asked)
    return drawings


def drawn(name: str, drawing: Drawing, output: Output) -> "Figure":
    """Draw one; raise StoredError if the tables are not what such an output has."""
    from sim.plots.style import look

    try:
        with look():
            return drawing()
    except (KeyError, IndexError, ValueError) as error:
        raise StoredError(
            f"{output.folder}: {name} can't be drawn from it ({type(error).__name__}: {error})"
        ) from error
