"""Every field of a scenario at the smallest and the largest value that a scenario may have there.

The fields are those of the models, with their bounds; what is legal is what `sim check` lets through.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from annotated_types import Ge, Gt, Interval, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel

from sim.scenario import Scenario, ScenarioError
from support.battles import validated

Path = tuple[Any, ...]
LOWEST = (-1e300, -1e9, -1.0, -1e-9, 0.0, 5e-324, 1e-300, 1e-9, 1e-6, 1e-3)
HIGHEST = (1e300, 1e15, 1e9, 1e6, 1e4, 1e3, 100.0, 10.0, 1.0)
SHORTEST = ("", " ", "x", "xyz")
LONGEST = ("x" * 100_000, "x" * 2_000, "x" * 100)


def iterate_fields(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any, list[Any]]]:
    """Each leaf of a scenario: its path, its value and the bounds of its field."""
    if isinstance(node, BaseModel):
        for name, field in type(node).model_fields.items():
            bounds = [*field.metadata, *list_bounds(field.annotation)]
            yield from iterate_value(getattr(node, name), (*path, field.alias or name), bounds)
    else:
        yield from iterate_value(node, path, [])


def iterate_value(value: Any, path: Path, bounds: list[Any]) -> Iterator[tuple[Path, Any, list[Any]]]:
    """The leaves of one value."""
    if isinstance(value, BaseModel):
        yield from iterate_fields(value, path)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from iterate_value(each, (*path, key), bounds)
    elif isinstance(value, list | tuple):
        yield path, value, bounds
        for number, each in enumerate(value):
            yield from iterate_value(each, (*path, number), bounds)
    elif isinstance(value, int | float | str) and not isinstance(value, bool):
        yield path, value, bounds


def list_bounds(annotation: Any) -> list[Any]:
    """The bounds that stand in a type."""
    own = list(annotation.__metadata__) if get_origin(annotation) is Annotated else []
    return own + [bound for part in get_args(annotation) for bound in list_bounds(part)]


def list_candidates(value: Any, bounds: list[Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Small values, the smallest first, and large ones, the largest first, with those at the field's own bounds."""
    if isinstance(value, str):
        lengths = [each.min_length for each in bounds if isinstance(each, MinLen)]
        return (*SHORTEST, *("x" * length for length in lengths)), (*LONGEST,)
    if isinstance(value, list | tuple):
        return ([], list(value)[:1]), (list(value) * 50, list(value) * 2)
    ends = [end for each in bounds for end in list_ends(each)]
    return tuple(sorted({*LOWEST, *ends})), tuple(sorted({*HIGHEST, *ends}, reverse=True))


def list_ends(bound: Any) -> list[float]:
    """The values at and next to a bound."""
    if isinstance(bound, Interval):
        return [end for part in bound for end in list_ends(part)]
    if isinstance(bound, Ge | Le):
        return [float(bound.ge if isinstance(bound, Ge) else bound.le)]  # type: ignore[arg-type]
    if isinstance(bound, Gt):
        return [math.nextafter(float(bound.gt), math.inf)]  # type: ignore[arg-type]
    return [math.nextafter(float(bound.lt), -math.inf)] if isinstance(bound, Lt) else []  # type: ignore[arg-type]


def has_limit(bounds: list[Any]) -> bool:
    """Whether a list or text has a greatest length of its own."""
    return any(isinstance(each, MaxLen) for each in bounds)


def change(data: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Plain data with one value changed; what does not lie on the path is shared."""
    if not path:
        return value  # type: ignore[no-any-return]
    if not isinstance(data, dict | list):
        raise KeyError(path[0])  # written in another form in the file
    copy = list(data) if isinstance(data, list) else dict(data)
    copy[path[0]] = change(data[path[0]], path[1:], value)
    return copy  # type: ignore[return-value]


def find_extremes(data: dict[str, Any], path: Path, value: Any, bounds: list[Any]) -> list[tuple[Any, Scenario]]:
    """The smallest and the largest legal value of a field, each with the scenario that has it; no refusal is another
    error than ScenarioError.
    """
    found = []
    for candidates in list_candidates(value, bounds):
        for candidate in candidates:
            number = int(candidate) if isinstance(value, int) and abs(candidate) >= 1 else candidate
            try:
                found.append((number, validated(change(data, path, number))))
                break
            except ScenarioError:
                continue
            except (KeyError, IndexError):  # written in another form in the file
                return found
    return found
