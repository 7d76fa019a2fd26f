"""Which fields of a model can hold something, by their types: who looks for it in data passes by all the others."""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.types import Reference


@cache
def is_model(expected_type: Any) -> bool:
    """Whether a type is a class of validated data."""
    return isinstance(expected_type, type) and issubclass(expected_type, BaseModel)


def build_annotated_type(field: FieldInfo) -> Any:
    """A field's type with the marks that pydantic keeps beside it."""
    kept = [mark for mark in field.metadata if isinstance(mark, Reference)]
    return Annotated[(field.annotation, *kept)] if kept else field.annotation


@cache
def list_field_types(model: type[BaseModel]) -> dict[str, Any]:
    """The types of all fields of a model."""
    return {name: build_annotated_type(field) for name, field in model.model_fields.items()}


@cache
def list_reference_fields(model: type[BaseModel]) -> dict[str, Any]:
    """The types of the fields that can hold an id which refers to something."""
    return {name: each for name, each in list_field_types(model).items() if may_hold(each, Reference)}


@cache
def list_fields_holding(model: type[BaseModel], wanted: type[BaseModel]) -> tuple[str, ...]:
    """The fields that can hold an instance of a class, themselves or in what they hold."""
    return tuple(name for name, each in list_field_types(model).items() if may_hold(each, wanted))


@cache
def split_type(expected_type: Any) -> tuple[Any, tuple[Any, ...]]:
    """What a type is made with, such as a union, and of what."""
    return get_origin(expected_type), get_args(expected_type)


@cache
def may_hold(expected_type: Any, wanted: type[Any]) -> bool:
    """Whether data of a type can hold a model of a class, or what a mark of that class stands at."""
    pending, seen = [expected_type], set()
    while pending:
        each = pending.pop()
        if each is Any or each is object or isinstance(each, wanted):
            return True
        if is_model(each):
            if issubclass(each, wanted) or issubclass(wanted, each):
                return True
            if each not in seen:
                seen.add(each)
                pending += list_field_types(each).values()
        elif get_origin(each) in (Annotated, dict, tuple, Union, UnionType):
            pending += get_args(each)
    return False
