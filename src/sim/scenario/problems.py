"""What is wrong with a scenario: every problem at once, each with file, line and column."""

from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One fault at a dotted path: what is wrong, what was found, what is allowed."""

    path: Path
    message: str
    got: str | None = None
    allowed: str | None = None

    def __str__(self) -> str:
        detail = "; ".join(
            part for part in (self.got and f"got {self.got}", self.allowed and f"allowed {self.allowed}") if part
        )
        return f"{dotted(self.path)}: {self.message}" + (f" ({detail})" if detail else "")


@dataclass(frozen=True)
class Placed:
    """A problem and where in which file it stands; line and column from 1."""

    problem: Problem
    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.problem}"


class ScenarioError(Exception):
    """A scenario that can't be used; `lines` are the messages, one for each problem, `placed` those with a place."""

    def __init__(self, lines: list[str], placed: tuple[Placed, ...] = ()):
        super().__init__("\n".join(lines))
        self.lines = lines
        self.placed = placed


def dotted(path: Path) -> str:
    """A path as the user writes it."""
    return ".".join(written(str(step)) for step in path) or "(whole file)"


def written(step: str, longest: int = 80) -> str:
    """A key as it can stand in one line."""
    text = step if step.isprintable() else step.encode("unicode_escape").decode("ascii")
    return text if len(text) <= longest else text[: longest - 3] + "..."


def shorten(value: Any, longest: int = 60) -> str:
    """A value as it appears in a message."""
    try:
        text = repr(value) if not isinstance(value, dict | list) else type(value).__name__
    except ValueError:  # Python writes no number of so many digits
        text = "a number of thousands of digits"
    return text if len(text) <= longest else text[: longest - 3] + "..."
