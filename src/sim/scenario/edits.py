"""The one mechanism of change: a list of (path, value) on the scenario's plain data."""

import copy
from collections import Counter
from typing import Any

from sim.scenario.problems import Problem, shorten
from sim.schema import Edit

QUANTITY_KEYS = {"value", "prior"}
SET = "set by an edit"  # where a number comes from that somebody changed


def conflicts(changes: tuple[Edit, ...]) -> list[Problem]:
    """Edits that set one path twice, or a path and something inside it, to different values."""
    problems = []
    values: dict[str, Any] = {}
    for change in changes:
        if change.path in values and values[change.path] != change.value:
            problems.append(
                Problem(
                    path_of(change),
                    "is set twice",
                    f"{shorten(values[change.path])} and {shorten(change.value)}",
                )
            )
        values[change.path] = change.value
    for path in Counter(change.path for change in changes):
        problems += [
            Problem(tuple(inner.split(".")), f"is set inside {path}, which is set too")
            for inner in values
            if inner.startswith(f"{path}.")
        ]
    return problems


def applied(data: dict[str, Any], changes: tuple[Edit, ...]) -> tuple[dict[str, Any], list[Problem]]:
    """The data with every edit made on a copy, and the edits that name nothing in it."""
    changed, problems = copy.deepcopy(data), []
    for change in changes:
        node, last = holder(changed, change), path_of(change)[-1]
        if node is None:
            problems.append(unknown(change, changed))
        elif last == "value" and (whole := replacement(node, change.value)) != change.value:
            node.clear()  # the number and where it came from go together
            node.update(whole)
        else:
            node[last] = replacement(node.get(last), change.value)
            if "distribution" in node and last not in ("reason", "basis", "reference", "unit"):
                node["reason"] = SET
                node.pop("basis", None)
                node.pop("reference", None)
    return changed, problems


def misdirected(data: dict[str, Any], changes: tuple[Edit, ...]) -> list[Problem]:
    """The edits that name nothing in the data; nothing is changed."""
    return [unknown(change, data) for change in changes if holder(data, change) is None]


def holder(data: dict[str, Any], change: Edit) -> dict[str, Any] | None:
    """The mapping in which an edit sets its last step; None if the edit names nothing."""
    *outer, last = path_of(change)
    node: Any = data
    for step in outer:
        node = node.get(step) if isinstance(node, dict) else None
    if not isinstance(node, dict) or (last not in node and not addable(outer)):
        return None
    return node


def path_of(change: Edit) -> tuple[str, ...]:
    """The steps of an edit's path."""
    return tuple(change.path.split("."))


def addable(outer: list[str]) -> bool:
    """Whether a key that is not in the file may be set there: optional fields of an entry, never a new top level."""
    return len(outer) >= 2 or outer in (["weather"], ["orders"], ["forces"], ["links"])


def replacement(old: Any, new: Any) -> Any:
    """The new value in the form that the place wants: a bare number replaces a quantity, or fixes a prior."""
    number = isinstance(new, int | float) and not isinstance(new, bool)
    if number and isinstance(old, dict) and "distribution" in old:
        return {"distribution": "fixed", "value": new, "unit": old.get("unit", ""), "reason": SET}
    if number and isinstance(old, dict) and QUANTITY_KEYS & old.keys():
        return {"value": new, "assumption": SET}
    return new


def unknown(change: Edit, data: dict[str, Any]) -> Problem:
    """What to say of an edit that names nothing: the first step that is not there, and what is."""
    node: Any = data
    path: tuple[str, ...] = ()
    for step in path_of(change):
        if not isinstance(node, dict) or step not in node:
            ids = sorted(map(str, node)) if isinstance(node, dict) else []
            allowed = ", ".join(ids[:12]) + (", ..." if len(ids) > 12 else "") if ids else "nothing below it"
            return Problem((*path, step), "does not exist", shorten(change.path), allowed)
        path, node = (*path, step), node[step]
    return Problem(path, "can't be set", shorten(change.path))
