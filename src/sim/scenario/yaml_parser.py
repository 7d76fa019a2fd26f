"""YAML 1.2 to plain data with the line and column of everything in it, and a cache of sound texts."""

import hashlib
import json
import os
import unicodedata
import warnings
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLWarning

from sim import paths
from sim.regular_files import read_regular_file
from sim.scenario.problems import DataPath, LocatedProblem, Problem, ScenarioError

MAX_BYTES = 1_000_000  # a documented battle is some hundred kilobytes, and the parser reads 30 of them a second
MAX_NODES = 500_000  # once every alias is written out
MAX_DEPTH = 40  # a scenario has seven levels
CACHE_VERSION = 2  # raise it when `to_plain_data` comes to give other data for the same text


class StringDateConstructor(RoundTripConstructor):
    """Leaves dates as strings: what is wrong with one is reported where it stands, with all other faults."""


StringDateConstructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


@dataclass(frozen=True)
class ScenarioDocument:
    """A scenario file: its text, its data, and the line and column of each part."""

    name: str
    text: str

    @cached_property
    def tree(self) -> Any:
        """The parsed text with its lines and columns; raise ScenarioError if it is no YAML mapping."""
        return parse_yaml(self.text, self.name)

    def with_tree(self, tree: CommentedMap) -> "ScenarioDocument":
        """The same document, parsed already."""
        self.__dict__["tree"] = tree
        return self

    @cached_property
    def data(self) -> Any:
        """The plain data: from the cache if this very text was sound before, since parsing is slow."""
        return get_cached_data(self.text) or to_plain_data(self.tree)

    def locate(self, path: DataPath) -> tuple[int, int]:
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

    def make_error(self, problems: list[Problem]) -> ScenarioError:
        """The problems as one exception, in the order of the file."""
        located = sorted(
            (self.locate_problem(problem) for problem in problems), key=lambda it: (it.line, it.column, str(it))
        )
        return ScenarioError([str(problem) for problem in located], tuple(located))

    def locate_problem(self, problem: Problem) -> LocatedProblem:
        """A problem with its place in the file."""
        return LocatedProblem(problem, self.name, *self.locate(problem.path))


def to_plain_data(node: Any) -> Any:
    """The document as dictionaries, lists and scalars."""
    if isinstance(node, dict):
        return {key: to_plain_data(value) for key, value in node.items()}
    if isinstance(node, list):
        return [to_plain_data(value) for value in node]
    return node


def find_oversize(node: Any) -> str | None:
    """What makes a document too large to be written out in full: aliases within aliases, or its depth."""
    pending, seen = [(node, 1)], 0
    while pending:
        node, depth = pending.pop()
        seen += 1
        if depth > MAX_DEPTH:
            return f"more than {MAX_DEPTH} levels deep"
        if seen + len(pending) > MAX_NODES:
            return f"more than {MAX_NODES:,} values with every alias written out"
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        pending += [(child, depth + 1) for child in children]
    return None


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


def parse_yaml(text: str, name: str) -> CommentedMap:
    """Parse the text of a scenario; raise ScenarioError with line and column if it is no YAML mapping."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = StringDateConstructor
    try:
        with warnings.catch_warnings():  # of a name that is given anew, which YAML allows, as no line of ours says it
            warnings.simplefilter("ignore", YAMLWarning)
            data = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = (error.problem or error.context or "unreadable").split("\n")[0].split(" with value ")[0]
        raise make_parse_error(name, f"not valid YAML: {message}", line, column) from error
    except Exception as error:  # the parser lets many kinds through for what no scenario has: tags, odd keys, depth
        message = (str(error).splitlines() or [type(error).__name__])[0]
        raise make_parse_error(name, f"not valid YAML: {message}") from error
    if not isinstance(data, CommentedMap):
        got = "nothing" if data is None else "a list" if isinstance(data, list) else type(data).__name__
        raise make_parse_error(name, f"not a scenario (got {got}; allowed: a mapping)")
    if fault := find_oversize(data):
        raise make_parse_error(name, fault)
    if path := find_control_character(data):
        raise ScenarioDocument(name, text).with_tree(data).make_error([Problem(path, "a control character")])
    return data


def find_control_character(tree: CommentedMap) -> DataPath | None:
    """The path of a key or text with a control character or a lone surrogate; line ends and tabs are allowed."""
    pending: list[tuple[DataPath, Any]] = [((), tree)]
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


def get_cached_data(text: str) -> Any:
    """The plain data of a text from the cache, None if it is not there; it is checked like any other data."""
    try:
        body = read_cache_file(find_cache_path(text))
        data = None if body is None else json.loads(body)
    except (OSError, ValueError, RuntimeError, RecursionError, paths.CacheError):
        return None
    return data if isinstance(data, dict) else None


def cache_data(text: str, data: Any) -> None:
    """Put the plain data of a sound text into the cache; where that is impossible, nothing is lost but time."""
    # RuntimeError: there is no home folder
    with suppress(OSError, TypeError, ValueError, RuntimeError, paths.CacheError):
        paths.ensure_private_folder(paths.cache_folder())
        path = find_cache_path(text)
        with suppress(OSError):
            if read_cache_file(path) is not None:
                return
        partial = path.with_suffix(f".{os.getpid()}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            body = json.dumps(data).encode()
            partial.write_bytes(compute_cache_digest(path, body).encode() + b"\n" + body)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)


def read_cache_file(path: Path) -> bytes | None:
    """What is remembered of a text; None if nothing is, or something else than was written."""
    if not path.exists():
        return None
    paths.ensure_private_folder(paths.cache_folder())
    digest, _, body = read_regular_file(path, 100 * MAX_BYTES).partition(b"\n")
    return body if digest.decode("ascii", "replace") == compute_cache_digest(path, body) else None


def compute_cache_digest(path: Path, body: bytes) -> str:
    """The digest of remembered data under the name of its text: those of another text are not taken for them."""
    return hashlib.sha256(path.name.encode() + body).hexdigest()


def find_cache_path(text: str) -> Path:
    """The cache file of a text: by its digest, and another for each version of the parser."""
    name = hashlib.sha256(f"{CACHE_VERSION} {version('ruamel.yaml')} {text}".encode()).hexdigest()
    return paths.cache_folder() / "scenarios" / f"{name}.json"
