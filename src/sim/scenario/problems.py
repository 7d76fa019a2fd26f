"""Faults of a scenario, each with its path, file, line and column, and the exception that carries them all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sim.errors import SimError
from sim.nearest_name import find_nearest

DataPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One fault at a dotted path: what is wrong, what was found, what is allowed."""

    path: DataPath
    message: str
    got: str | None = None
    allowed: str | None = None

    def __str__(self) -> str:
        detail = "; ".join(
            part for part in (self.got and f"got {self.got}", self.allowed and f"allowed {self.allowed}") if part
        )
        return f"{format_path(self.path)}: {self.message}" + (f" ({detail})" if detail else "")


@dataclass(frozen=True)
class LocatedProblem:
    """A problem and where in which file it stands; line and column from 1."""

    problem: Problem
    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.problem}"


class ScenarioError(SimError):
    """A scenario that can't be used: a message for each problem, and the problems that have a place in a file."""

    def __init__(self, messages: list[str], located: tuple[LocatedProblem, ...] = ()):
        super().__init__(messages)
        self.located = located


def format_path(path: DataPath) -> str:
    """A path as users write it."""
    return ".".join(format_key(str(step)) for step in path) or "(whole file)"


def format_key(step: str, max_length: int = 80) -> str:
    """A key in one line, without control characters."""
    text = step if step.isprintable() else step.encode("unicode_escape").decode("ascii")
    return text if len(text) <= max_length else text[: max_length - 3] + "..."


def shorten(value: Any, max_length: int = 60) -> str:
    """A value as it appears in a message."""
    try:
        text = repr(value) if not isinstance(value, dict | list) else type(value).__name__
    except ValueError:  # Python writes no number of so many digits
        text = "a number of thousands of digits"
    return text if len(text) <= max_length else text[: max_length - 3] + "..."


def name_nearest(message: str, name: str, known: Iterable[str]) -> str:
    """A message that something is not known, with the known name that is most like it, if one is."""
    nearest = find_nearest(name, known)
    return f"{message}; did you mean {nearest}?" if nearest else message
