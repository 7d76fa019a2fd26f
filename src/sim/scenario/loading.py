"""Loads a scenario: from a file to the checked model, or to all its problems at once."""

import copy
import os
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from sim import paths
from sim.nearest_name import find_nearest
from sim.scenario import checks, edits
from sim.scenario.checks import find_unknown_ids
from sim.scenario.fault_words import describe_value_fault, list_expected, list_known_keys
from sim.scenario.migration import SCHEMA, SCHEMA_KEY, drop_schema
from sim.scenario.model import Scenario
from sim.scenario.prior_packs import expand_prior_packs
from sim.scenario.prior_pools import find_pool_problems, load_pool, move_priors
from sim.scenario.problems import DataPath, LocatedProblem, Problem, ScenarioError, format_path, name_nearest, shorten
from sim.scenario.yaml_parser import ScenarioDocument, read_document
from sim.types import Edit


def find_scenario_file(name: str) -> FilePath:
    """The file of a scenario given by name (`teaching`) or by path; raise ScenarioError if there is none."""
    if name.endswith((".yaml", ".yml")) or os.sep in name:
        if not os.path.exists(name):
            raise ScenarioError([f"{name}: no such file"])
        return FilePath(name)
    folder = paths.scenario_folder()
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        nearest = find_nearest(name, known)
        suggestion = f"did you mean {nearest}? " if nearest else ""
        allowed = f"{', '.join(known)}, or a path"
        raise ScenarioError([f"scenario: unknown scenario (got {name!r}; {suggestion}allowed: {allowed})"])
    return folder / f"{name}.yaml"


def load(name: str | os.PathLike[str], changes: tuple[Edit, ...] = ()) -> Scenario:
    """Read and check a scenario by name or path, with edits if any; raise ScenarioError with every problem.

    Parameters
    ----------
    name
        Name of a scenario (`teaching`), or the path of its YAML file.
    changes
        Edits of its plain data, made before it is checked.

    Returns
    -------
    Scenario
        The checked scenario, which can't be changed.

    Raises
    ------
    ScenarioError
        There is no such scenario, or it has problems: all of them, with their places in the file.

    Examples
    --------
    >>> import sim
    >>> list(sim.load("teaching").sides)
    ['teal', 'amber']
    """
    document = read_document(find_scenario_file(os.fspath(name)))
    if not changes:
        return build_scenario(document.data, document)
    problems = edits.find_conflicts(changes)
    data, refused = edits.apply_edits(read_packs(document.data, document), changes)
    if problems + refused:
        raise ScenarioError([f"edit {problem}" for problem in problems + refused])
    try:
        return build_scenario(data, document)
    except ScenarioError as error:
        raise place_in_edits(error, changes) from None


def place_in_edits(error: ScenarioError, changes: tuple[Edit, ...]) -> ScenarioError:
    """The same problems: one of what an edit has set is the edit's, since nothing like it stands in the file."""
    edited = tuple(f"{edit.path}." for edit in changes)
    in_edits: list[LocatedProblem] = []
    in_file: list[LocatedProblem] = []
    for located in error.located:
        is_edited = f"{format_path(located.problem.path)}.".startswith(edited)
        (in_edits if is_edited else in_file).append(located)
    return ScenarioError([*(f"edit {it.problem}" for it in in_edits), *map(str, in_file)], tuple(in_file))


def require_schema(data: dict[str, Any], document: ScenarioDocument) -> dict[str, Any]:
    """The data without their `schema`; raise ScenarioError if that is another one than this version reads."""
    schema = data.get(SCHEMA_KEY, 1)
    if schema == SCHEMA:
        return drop_schema(data)
    if schema == 1 and not isinstance(schema, bool):
        advice = f"sim migrate {document.name} rewrites it"
        raise document.make_error([Problem((SCHEMA_KEY,), f"this is a scenario of schema 1: {advice}")])
    raise document.make_error([Problem((SCHEMA_KEY,), "unknown schema", shorten(schema), str(SCHEMA))])


def read_packs(data: Any, document: ScenarioDocument) -> Any:
    """The data with the priors of their packs written out; raise ScenarioError for a pack that there is not."""
    expanded, unknown_packs = expand_prior_packs(data)
    if unknown_packs:
        raise document.make_error(unknown_packs)
    return expanded


def build_scenario(data: Any, document: ScenarioDocument) -> Scenario:
    """The scenario of plain data; raise ScenarioError with schema, reference and consistency problems together."""
    data = read_packs(require_schema(data, document), document)
    problems = find_unknown_ids(data)
    incomplete_sections: frozenset[str] = frozenset()
    try:
        scenario: Scenario | None = Scenario.model_validate(data)
    except ValidationError as error:
        faults = make_schema_problems(error, data)
        problems += faults
        incomplete_sections = frozenset(str(fault.path[0]) for fault in faults if fault.path)
        scenario = drop_faulty_entries(data, [fault.path for fault in faults])
    if scenario is not None:
        problems += checks.check_consistency(scenario, data, incomplete_sections)
        problems += find_pool_problems(scenario)
    if problems or scenario is None:
        raise document.make_error(problems)
    return scenario if scenario.prior_pool is None else move_priors(scenario, load_pool(scenario.prior_pool))


def make_schema_problems(error: ValidationError, data: Any) -> list[Problem]:
    """Pydantic's errors as problems, with the path as in the file."""
    problems = []
    for fault in error.errors(include_url=False):
        path = convert_location(fault["loc"], data, fault["type"] == "missing")
        context = fault.get("ctx", {})
        message, allowed = describe_value_fault(fault)
        if fault["type"] == "missing":
            problems.append(Problem(path, "is missing"))
        elif fault["type"] == "union_tag_not_found":
            problems.append(Problem((*path, find_union_tag(context)), "is missing"))
        elif fault["type"] == "union_tag_invalid":
            tag, known = find_union_tag(context), list_expected(context["expected_tags"])
            message = name_nearest(f"unknown {tag}", str(context["tag"]), known)
            problems.append(Problem((*path, tag), message, shorten(context["tag"]), ", ".join(known)))
        elif fault["type"] == "extra_forbidden":
            known = list_known_keys(Scenario, fault["loc"][:-1])
            message = name_nearest("is not a key known here", str(path[-1]), known)
            problems.append(Problem(path, message, shorten(path[-1])))
        else:
            whole = fault["type"] == "value_error" and isinstance(fault["input"], dict)
            got = None if whole else shorten(fault["input"])
            if fault["type"] == "literal_error":
                message = name_nearest(message, str(fault["input"]), allowed.split(", "))
            problems.append(Problem(path, message, got, allowed or None))
    return problems


def find_union_tag(context: dict[str, Any]) -> str:
    """The key by which a member of a union is selected."""
    return str(context["discriminator"]).strip("'")


def convert_location(location: tuple[str | int, ...], data: Any, is_missing: bool) -> DataPath:
    """A location of pydantic as a path of the file, which has no names of union members."""
    path: list[str | int] = []
    for number, step in enumerate(location):
        last = number == len(location) - 1
        if isinstance(data, dict):
            if step in data:
                path.append(step)
                data = data[step]
            elif last and is_missing:
                path.append(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            path.append(step)
            data = data[step]
    return tuple(path)


def drop_faulty_entries(data: dict[str, Any], faulty: list[DataPath]) -> Scenario | None:
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
