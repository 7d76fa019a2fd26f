"""Ids that must exist: found by walking the plain data along the models' types, so that no fault hides another."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.model import Scenario
from sim.scenario.problems import Path, Problem, shorten
from sim.schema import Refers


def unknown_ids(data: dict[str, Any]) -> list[Problem]:
    """Every id in the data that refers to something the data does not have."""
    problems = []
    for path, section, written in references(Scenario, data, ()):
        known = data.get(section)
        ids = list(known) if isinstance(known, dict) else []
        if written not in ids:
            allowed = (
                ", ".join(map(str, ids[:12])) + (", ..." if len(ids) > 12 else "") or f"none: there are no {section}"
            )
            problems.append(Problem(path, f"unknown id, not in `{section}`", shorten(written), allowed))
    return problems


def references(expected: Any, data: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Path, section and text of every id in the data that the expected type marks with `Refers`."""
    origin, arguments = get_origin(expected), get_args(expected)
    if origin is Annotated:
        for mark in arguments[1:]:
            if isinstance(mark, Refers) and isinstance(data, str):
                yield path, mark.section, data
        yield from references(arguments[0], data, path)
    elif isinstance(expected, type) and issubclass(expected, BaseModel):
        if isinstance(data, dict):
            for name, field in expected.model_fields.items():
                if name in data:
                    yield from references(whole_type(field), data[name], (*path, name))
    elif origin is dict and isinstance(data, dict):
        for key, value in data.items():
            yield from references(arguments[0], key, (*path, key))
            yield from references(arguments[1], value, (*path, key))
    elif origin is tuple and isinstance(data, list):
        for place, value in enumerate(data):
            member = (
                arguments[0] if len(arguments) == 2 and arguments[1] is Ellipsis else arguments[place % len(arguments)]
            )
            yield from references(member, value, (*path, place))
    elif origin in (Union, UnionType):
        for choice in choices(arguments, data):
            yield from references(choice, data, path)


def whole_type(field: FieldInfo) -> Any:
    """A field's type with the marks that pydantic keeps beside it."""
    kept = [mark for mark in field.metadata if isinstance(mark, Refers)]
    return Annotated[(field.annotation, *kept)] if kept else field.annotation


def choices(arguments: tuple[Any, ...], data: Any) -> list[Any]:
    """The members of a union that this data can be meant for: told by `kind`, `measure` or `distribution`."""
    models = [choice for choice in arguments if isinstance(choice, type) and issubclass(choice, BaseModel)]
    if len(models) < 2 or not isinstance(data, dict):
        return [choice for choice in arguments if choice is not type(None)]
    for tag in ("kind", "measure", "distribution"):
        fitting = [model for model in models if tag in model.model_fields and data.get(tag) in literals(model, tag)]
        if fitting:
            return fitting
    return []


def literals(model: type[BaseModel], tag: str) -> tuple[Any, ...]:
    """The values that a model's tag allows."""
    return get_args(model.model_fields[tag].annotation)
