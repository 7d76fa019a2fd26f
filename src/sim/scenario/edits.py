"""Edits of a scenario: a list of (path, value) applied to its plain data."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sim.scenario.migration import rename_path
from sim.scenario.problems import Problem, name_nearest, shorten
from sim.types import Edit

QUANTITY_KEYS = {"value", "prior"}
OPTIONAL_KEYS = ("prior_pool",)  # of the whole file
EDIT_REASON = "set by an edit"  # the origin of a number that somebody changed


def find_conflicts(edits: tuple[Edit, ...]) -> list[Problem]:
    """Edits that set one path twice, or a path and something inside it, to different values."""
    problems = []
    values: dict[str, Any] = {}
    for edit in edits:
        if edit.path in values and values[edit.path] != edit.value:
            problems.append(
                Problem(
                    split_path(edit),
                    "is set twice",
                    f"{shorten(values[edit.path])} and {shorten(edit.value)}",
                )
            )
        values[edit.path] = edit.value
    for path in Counter(edit.path for edit in edits):
        problems += [
            Problem(tuple(inner.split(".")), f"is set inside {path}, which is set too")
            for inner in values
            if inner.startswith(f"{path}.")
        ]
    return problems


def apply_edits(data: dict[str, Any], edits: tuple[Edit, ...]) -> tuple[dict[str, Any], list[Problem]]:
    """The data with every edit made on a copy, and the edits that name nothing in it.

    Only what an edit changes is copied: the rest is that of the original, which nobody may change either.
    """
    edited, problems = dict(data), []
    for edit in edits:
        if find_parent(edited, edit) is None:
            problems.append(make_unresolved_problem(edit, edited))
            continue
        *parent_path, key = split_path(edit)
        node = copy_mappings(edited, parent_path)
        if key == "value" and (whole := convert_value(node, edit.value)) != edit.value:
            node.clear()  # the number and where it came from go together
            node.update(whole)
        else:
            node[key] = convert_value(node.get(key), edit.value)
            if "distribution" in node and key not in ("reason", "basis", "reference", "unit"):
                node["reason"] = EDIT_REASON
                node.pop("basis", None)
                node.pop("reference", None)
    return edited, problems


def copy_mappings(data: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """The mapping at the end of a path in data, with a copy of its own in the place of each mapping on the way."""
    for step in path:
        data[step] = data = dict(data[step])
    return data


def find_unresolved_edits(data: dict[str, Any], edits: tuple[Edit, ...]) -> list[Problem]:
    """The edits that name nothing in the data; nothing is changed."""
    return [make_unresolved_problem(edit, data) for edit in edits if find_parent(data, edit) is None]


def find_parent(data: dict[str, Any], edit: Edit) -> dict[str, Any] | None:
    """The mapping in which an edit sets its last step; None if the edit names nothing."""
    *parent_path, key = split_path(edit)
    node: Any = data
    for step in parent_path:
        node = node.get(step) if isinstance(node, dict) else None
    if not isinstance(node, dict) or (key not in node and not is_addable(parent_path, key)):
        return None
    return node


def split_path(edit: Edit) -> tuple[str, ...]:
    """The steps of an edit's path."""
    return tuple(edit.path.split("."))


def is_addable(parent_path: list[str], key: str) -> bool:
    """Whether a key that is not in the file may be set there: optional fields of an entry, never a new section."""
    is_optional = not parent_path and key in OPTIONAL_KEYS
    return is_optional or len(parent_path) >= 2 or parent_path in (["weather"], ["orders"], ["forces"], ["roads"])


def convert_value(old: Any, new: Any) -> Any:
    """The new value in the form of the old one: a bare number becomes a quantity, or a fixed prior."""
    number = isinstance(new, int | float) and not isinstance(new, bool)
    if number and isinstance(old, dict) and "distribution" in old:
        return {"distribution": "fixed", "value": new, "unit": old.get("unit", ""), "reason": EDIT_REASON}
    if number and isinstance(old, dict) and QUANTITY_KEYS & old.keys():
        return {"value": new, "assumption": EDIT_REASON}
    return new


def make_unresolved_problem(edit: Edit, data: dict[str, Any]) -> Problem:
    """The problem of an edit that names nothing: the first step that is not there, and what is."""
    if (present_path := rename_path(split_path(edit))) != split_path(edit):
        return Problem(split_path(edit), f"now called {'.'.join(present_path)}")
    node: Any = data
    path: tuple[str, ...] = ()
    for step in split_path(edit):
        if not isinstance(node, dict) or step not in node:
            ids = sorted(map(str, node)) if isinstance(node, dict) else []
            allowed = ", ".join(ids[:12]) + (", ..." if len(ids) > 12 else "") if ids else "nothing below it"
            return Problem((*path, step), name_nearest("does not exist", step, ids), shorten(edit.path), allowed)
        path, node = (*path, step), node[step]
    return Problem(path, "can't be set", shorten(edit.path))
