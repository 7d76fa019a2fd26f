"""A scenario file: its text, the plain data in it, and the line and column of every part."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.scenario.problems import DataPath, LocatedProblem, Problem, ScenarioError
from sim.scenario.yaml_events import YamlError
from sim.scenario.yaml_tree import LocatedMapping, find_control_character, find_position, read_tree, to_plain_data

MAX_BYTES = 4_000_000  # a documented battle is some hundred kilobytes, one of 5,000 claims two megabytes


@dataclass(frozen=True)
class ScenarioDocument:
    """A scenario file: its text, its data, and the line and column of each part."""

    name: str
    text: str

    @cached_property
    def tree(self) -> Any:
        """The parsed text with its lines and columns; raise ScenarioError if it is no YAML mapping."""
        return parse_yaml(self.text, self.name)

    @cached_property
    def data(self) -> Any:
        """The plain data, with every alias written out."""
        return to_plain_data(self.tree)

    def locate(self, path: DataPath) -> tuple[int, int]:
        """Line and column (from 1) of the deepest part of the path that the file has."""
        return find_position(self.tree, path)

    def make_error(self, problems: list[Problem]) -> ScenarioError:
        """The problems as one exception, in the order of the file."""
        located = sorted(
            (self.locate_problem(problem) for problem in problems), key=lambda it: (it.line, it.column, str(it))
        )
        return ScenarioError([str(problem) for problem in located], tuple(located))

    def locate_problem(self, problem: Problem) -> LocatedProblem:
        """A problem with its place in the file."""
        return LocatedProblem(problem, self.name, *self.locate(problem.path))


def read_document(path: str | os.PathLike[str]) -> ScenarioDocument:
    """Read a scenario file; raise ScenarioError if it can't be read as text."""
    name = os.fspath(path)
    try:
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            raise ScenarioError([f"{name}: can't be read: not an ordinary file"])  # a pipe may never begin, or end
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ScenarioError([f"{name}: too large for a scenario (allowed: {MAX_BYTES:,} bytes)"])
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise ScenarioError([f"{name}: can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{name}: not text (a byte that is not UTF-8 at offset {error.start})"]) from error
    return ScenarioDocument(name, text)


def make_parse_error(name: str, message: str, line: int = 1, column: int = 1) -> ScenarioError:
    """The error for a text that is no scenario at all."""
    return ScenarioError(
        [f"{name}:{line}:{column}: {message}"], (LocatedProblem(Problem((), message), name, line, column),)
    )


def parse_yaml(text: str, name: str) -> LocatedMapping:
    """Parse the text of a scenario; raise ScenarioError with line and column if it is no YAML mapping."""
    try:
        tree = read_tree(text)
    except YamlError as error:
        raise make_parse_error(name, error.message, error.line, error.column) from error
    if not isinstance(tree, LocatedMapping):
        got = "nothing" if tree is None else "a list" if isinstance(tree, list) else type(tree).__name__
        raise make_parse_error(name, f"not a scenario (got {got}; allowed: a mapping)")
    # Only an escape writes one, since those in the text itself are refused.
    if "\\" in text and (path := find_control_character(tree)):
        located = LocatedProblem(Problem(path, "a control character"), name, *find_position(tree, path))
        raise ScenarioError([str(located)], (located,))
    return tree
