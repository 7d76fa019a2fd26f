"""From a file to a checked scenario, or to every problem at once."""

import copy
import os
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from sim import files
from sim.scenario import consistency, edits
from sim.scenario.memory import remember
from sim.scenario.model import Scenario
from sim.scenario.problems import Path, Problem, ScenarioError, shorten
from sim.scenario.reading import Document, read
from sim.scenario.references import unknown_ids
from sim.schema import Edit


def find(name: str) -> FilePath:
    """The file of a scenario given by name (`teaching`) or by path; raise ScenarioError if there is none."""
    if name.endswith((".yaml", ".yml")) or os.sep in name:
        if not os.path.exists(name):
            raise ScenarioError([f"{name}: no such file"])
        return FilePath(name)
    folder = files.scenario_folder()
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        raise ScenarioError([f"scenario: unknown scenario (got {name!r}; allowed {', '.join(known)}, or a path)"])
    return folder / f"{name}.yaml"


def load(name: str | os.PathLike[str], changes: tuple[Edit, ...] = ()) -> Scenario:
    """Read and check a scenario by name or path, with edits if any; raise ScenarioError with every problem."""
    document = read(find(os.fspath(name)))
    if not changes:
        scenario = checked(document.data, document)
        remember(document.text, document.data)
        return scenario
    problems = edits.conflicts(changes)
    data, refused = edits.applied(document.data, changes)
    if problems + refused:
        raise ScenarioError([f"edit {problem}" for problem in problems + refused])
    return checked(data, document)


def checked(data: Any, document: Document) -> Scenario:
    """The scenario of plain data; raise ScenarioError with schema, reference and consistency problems together."""
    problems = unknown_ids(data)
    lost: frozenset[str] = frozenset()
    try:
        scenario: Scenario | None = Scenario.model_validate(data)
    except ValidationError as error:
        faults = schema_problems(error, data)
        problems += faults
        lost = frozenset(str(fault.path[0]) for fault in faults if fault.path)
        scenario = remainder(data, [fault.path for fault in faults])
    if scenario is not None:
        problems += consistency.check(scenario, data, lost)
    if problems or scenario is None:
        raise document.error(problems)
    return scenario


def schema_problems(error: ValidationError, data: Any) -> list[Problem]:
    """Pydantic's findings as problems, with the path as the file has it."""
    problems = []
    for fault in error.errors(include_url=False):
        path = written_path(fault["loc"], data, fault["type"] == "missing")
        context = fault.get("ctx", {})
        allowed = context.get("expected") or context.get("expected_tags")
        message = fault["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        if fault["type"] == "missing":
            problems.append(Problem(path, "is missing"))
        elif fault["type"] == "union_tag_not_found":
            problems.append(Problem((*path, tag_of(context)), "is missing"))
        elif fault["type"] == "union_tag_invalid":
            tag, known = tag_of(context), str(allowed).replace("'", "")
            problems.append(Problem((*path, tag), f"unknown {tag}", shorten(context["tag"]), known))
        elif fault["type"] == "extra_forbidden":
            problems.append(Problem(path, "is not a key known here", shorten(path[-1])))
        else:
            whole = fault["type"] == "value_error" and isinstance(fault["input"], dict)
            got = None if whole else shorten(fault["input"])
            problems.append(Problem(path, message, got, str(allowed) if allowed else None))
    return problems


def tag_of(context: dict[str, Any]) -> str:
    """The key that tells the members of a union apart."""
    return str(context["discriminator"]).strip("'")


def written_path(location: tuple[str | int, ...], data: Any, missing: bool) -> Path:
    """A pydantic location without the names of union members, which the file does not have, nor has what is missing."""
    path: list[str | int] = []
    for number, step in enumerate(location):
        last = number == len(location) - 1
        if isinstance(data, dict):
            if step in data:
                path.append(step)
                data = data[step]
            elif last and missing:
                path.append(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            path.append(step)
            data = data[step]
    return tuple(path)


def remainder(data: dict[str, Any], faulty: list[Path]) -> Scenario | None:
    """The scenario without its faulty entries, for checks that need whole entries; None if too little is left."""
    healthy = copy.deepcopy(data)
    for path in faulty:
        section = healthy.get(str(path[0])) if path else None
        if isinstance(section, dict) and len(path) > 1:
            section.pop(path[1], None)
    try:
        return Scenario.model_validate(healthy)
    except ValidationError:
        return None
