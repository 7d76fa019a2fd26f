"""Reading a scenario file: YAML 1.2 to plain data, with the line and column of everything in it."""

import os
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLWarning

from sim.scenario.memory import recall
from sim.scenario.problems import Path, Placed, Problem, ScenarioError

LARGEST = 1_000_000  # bytes; a documented battle is some hundred kilobytes, and the parser reads 30 of them a second
MOST_NODES = 500_000  # once every alias is written out
DEEPEST = 40  # levels; a scenario has seven


class Constructor(RoundTripConstructor):
    """Leaves dates as they are written: what is wrong with one is said where it stands, with all other faults."""


Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


@dataclass(frozen=True)
class Document:
    """A file's text, what it says, and where in the file each part of that stands."""

    name: str
    text: str

    @cached_property
    def tree(self) -> Any:
        """The parsed text with its lines and columns; raise ScenarioError if it is no YAML mapping."""
        return parse(self.text, self.name)

    def with_tree(self, tree: CommentedMap) -> "Document":
        """The same document, parsed already."""
        self.__dict__["tree"] = tree
        return self

    @cached_property
    def data(self) -> Any:
        """The plain data: remembered if this very text was found sound before, since parsing is slow."""
        return recall(self.text) or plain(self.tree)

    def locate(self, path: Path) -> tuple[int, int]:
        """Line and column (from 1) of the deepest part of the path that the file has."""
        node, line, column = self.tree, 1, 1
        for step in path:
            try:
                if isinstance(node, CommentedMap) and step in node:
                    line, column = (n + 1 for n in node.lc.key(step))
                    node = node[step]
                elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                    line, column = (n + 1 for n in node.lc.item(step))
                    node = node[step]
                else:
                    break
            except (KeyError, AttributeError, TypeError):
                break
        return line, column

    def error(self, problems: list[Problem]) -> ScenarioError:
        """The problems as one exception, in the order of the file."""
        placed = sorted((self.placed(problem) for problem in problems), key=lambda it: (it.line, it.column, str(it)))
        return ScenarioError([str(problem) for problem in placed], tuple(placed))

    def placed(self, problem: Problem) -> Placed:
        """A problem with its place in the file."""
        return Placed(problem, self.name, *self.locate(problem.path))


def plain(node: Any) -> Any:
    """The document as dictionaries, lists and scalars."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return node


def oversized(node: Any) -> str | None:
    """What makes a document too large to be written out in full: aliases within aliases, or its depth."""
    pending, seen = [(node, 1)], 0
    while pending:
        node, depth = pending.pop()
        seen += 1
        if depth > DEEPEST:
            return f"more than {DEEPEST} levels deep"
        if seen + len(pending) > MOST_NODES:
            return f"more than {MOST_NODES:,} values with every alias written out"
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        pending += [(child, depth + 1) for child in children]
    return None


def read(path: str | os.PathLike[str]) -> Document:
    """Read a scenario file; raise ScenarioError if it can't be read as text."""
    name = os.fspath(path)
    try:
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            raise ScenarioError(
                [f"{name}: can't be read: not an ordinary file"]
            )  # a pipe may have no end, or no beginning
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ScenarioError([f"{name}: too large for a scenario (allowed: {LARGEST:,} bytes)"])
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise ScenarioError([f"{name}: can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{name}: not text (a byte that is not UTF-8 at offset {error.start})"]) from error
    return Document(name, text)


def unreadable(name: str, what: str, line: int = 1, column: int = 1) -> ScenarioError:
    """The error for a text that is no scenario at all."""
    return ScenarioError([f"{name}:{line}:{column}: {what}"], (Placed(Problem((), what), name, line, column),))


def parse(text: str, name: str) -> CommentedMap:
    """Parse the text of a scenario; raise ScenarioError with line and column if it is no YAML mapping."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = Constructor
    try:
        with warnings.catch_warnings():  # of a name that is given anew, which YAML allows, as no line of ours says it
            warnings.simplefilter("ignore", YAMLWarning)
            data = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = (error.problem or error.context or "unreadable").split("\n")[0].split(" with value ")[0]
        raise unreadable(name, f"not valid YAML: {what}", line, column) from error
    except Exception as error:  # the parser lets many kinds through for what no scenario has: tags, odd keys, depth
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise unreadable(name, f"not valid YAML: {what}") from error
    if not isinstance(data, CommentedMap):
        got = "nothing" if data is None else "a list" if isinstance(data, list) else type(data).__name__
        raise unreadable(name, f"not a scenario (got {got}; allowed: a mapping)")
    if fault := oversized(data):
        raise unreadable(name, fault)
    if path := unprintable(data):
        raise Document(name, text).with_tree(data).error([Problem(path, "a control character")])
    return data


def unprintable(tree: CommentedMap) -> Path | None:
    """Where a key or a text has a character that orders a screen about, or is none; lines and tabs are allowed."""
    pending: list[tuple[Path, Any]] = [((), tree)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, str) and any(
            unicodedata.category(each) in ("Cc", "Cs") for each in node if each not in "\n\t"
        ):
            return path
        if isinstance(node, dict):
            pending += [((*path, key), part) for key, value in node.items() for part in (key, value)]
        elif isinstance(node, list):
            pending += [((*path, place), value) for place, value in enumerate(node)]
    return None
