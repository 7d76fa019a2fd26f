"""Faults that pydantic finds, in plain words: what is wrong with a value, what is allowed, which keys are known."""

import re
from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sim.types import PATTERN_MESSAGES

DATE, TIME = "2001-06-02", "2001-06-02T14:30"
# By the type of a fault; {} are of its context.
FAULT_WORDS = {
    "bool_parsing": ("not true or false", "true, false"),
    "bool_type": ("not true or false", "true, false"),
    "date_from_datetime_inexact": ("a time where a date belongs", DATE),
    "date_from_datetime_parsing": ("not a date", DATE),
    "date_parsing": ("not a date", DATE),
    "date_type": ("not a date", DATE),
    "datetime_from_date_parsing": ("not a date or time", f"{DATE}, or {TIME}"),
    "datetime_object_invalid": ("not a date or time", f"{DATE}, or {TIME}"),
    "datetime_parsing": ("not a date or time", f"{DATE}, or {TIME}"),
    "datetime_type": ("not a date or time", f"{DATE}, or {TIME}"),
    "dict_type": ("not a mapping", "{{NAME: VALUE}}"),
    "finite_number": ("not a finite number", ""),
    "float_parsing": ("not a number", ""),
    "float_type": ("not a number", ""),
    "greater_than": ("too small", "more than {gt}"),
    "greater_than_equal": ("too small", "at least {ge}"),
    "int_from_float": ("not a whole number", ""),
    "int_parsing": ("not a whole number", ""),
    "int_parsing_size": ("a number of too many digits", ""),
    "int_type": ("not a whole number", ""),
    "invalid_key": ("a key that is no text", ""),
    "json_invalid": ("not valid JSON", ""),
    "json_type": ("not a text", ""),
    "less_than": ("too large", "less than {lt}"),
    "less_than_equal": ("too large", "at most {le}"),
    "list_type": ("not a list", "[VALUE, ...]"),
    "missing": ("is missing", ""),
    "model_attributes_type": ("not a mapping", "{{NAME: VALUE}}"),
    "model_type": ("not a mapping", "{{NAME: VALUE}}"),
    "multiple_of": ("not a multiple of {multiple_of}", ""),
    "none_required": ("not empty", "null"),
    "recursion_loop": ("contains itself", ""),
    "string_too_long": ("too long", "at most {max_length} characters"),
    "string_too_short": ("empty", "a text"),
    "string_type": ("not a text", ""),
    "string_unicode": ("not a text", ""),
    "time_parsing": ("not a time of day", "14:30"),
    "time_type": ("not a time of day", "14:30"),
    "timezone_aware": ("a time without its offset from UTC", f"{TIME}+02:00"),
    "timezone_naive": ("a time with an offset from UTC", TIME),
    "too_long": ("too many entries", "at most {max_length}"),
    "too_short": ("too few entries", "at least {min_length}"),
    "tuple_type": ("not a list", "[VALUE, ...]"),
}
OF_OUR_VALIDATORS = {"value_error": "Value error, ", "assertion_error": "Assertion failed, "}
UNNAMED_FAULT = "can't stand here"  # of a type that no model of ours has


def describe_value_fault(fault: Any) -> tuple[str, str]:
    """What is wrong with a value, and what is allowed; the latter is empty if the message says it.

    Parameters
    ----------
    fault
        An entry of `ValidationError.errors()`.

    Examples
    --------
    >>> describe_value_fault({"type": "greater_than_equal", "msg": "", "ctx": {"ge": 0}})
    ('too small', 'at least 0')
    >>> describe_value_fault({"type": "literal_error", "msg": "", "ctx": {"expected": "'red', 'blue' or 'grey'"}})
    ('unknown value', 'red, blue, grey')
    """
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in OF_OUR_VALIDATORS:
        return fault["msg"].removeprefix(OF_OUR_VALIDATORS[kind]), ""
    if "pattern" in context:
        return PATTERN_MESSAGES.get(context["pattern"], UNNAMED_FAULT), ""
    if kind in ("literal_error", "enum"):
        return "unknown value", ", ".join(list_expected(context["expected"]))
    message, allowed = FAULT_WORDS.get(kind, (UNNAMED_FAULT, ""))
    context = {name: int(each) if is_whole(each) else each for name, each in context.items()}
    return message.format(**context), allowed.format(**context)


def is_whole(value: object) -> bool:
    """Whether a limit is a whole number, which is printed without a point."""
    return isinstance(value, float) and value.is_integer()


def list_expected(text: str) -> list[str]:
    """The values of pydantic's list `'red', 2 or 'blue'`, without the marks of texts."""
    return [quoted or plain for quoted, plain in re.findall(r"'([^']*)'|([^\s,']+)", text) if plain != "or"]


def describe_first_fault(error: Any) -> str:
    """The first fault of a `ValidationError` in a few words, with its path: `runs: not a whole number`."""
    fault = error.errors(include_url=False, include_input=False)[0]
    message, allowed = describe_value_fault(fault)
    path = ".".join(map(str, fault["loc"])) or "the whole"
    if fault["type"] == "extra_forbidden":
        return f"{path}: not a key known here"
    return f"{path}: {message}" + (f" (allowed: {allowed})" if allowed else "")


def list_known_keys(model: type[BaseModel], location: Sequence[Any]) -> list[str]:
    """The keys that may stand in the mapping at a location of pydantic, which has steps for members of unions too.

    Examples
    --------
    >>> class Unit(BaseModel):
    ...     strength: int
    >>> class Battle(BaseModel):
    ...     units: dict[str, Unit]
    >>> list_known_keys(Battle, ("units", "guard"))
    ['strength']
    """
    keys = [
        field.alias or name for each in list_models(model, tuple(location)) for name, field in each.model_fields.items()
    ]
    return list(dict.fromkeys(keys))


def list_models(annotation: Any, steps: tuple[Any, ...]) -> Iterator[type[BaseModel]]:
    """The models that an annotation has at some steps below it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from list_models(arguments[0], steps)
    elif origin in (Union, UnionType):
        for member in arguments:
            yield from list_models(member, steps[1:] if steps and has_tag(member, steps[0]) else steps)
    elif origin in (dict, list, tuple) and steps:
        yield from list_models(arguments[1 if origin is dict else 0], steps[1:])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not steps:
            yield annotation
        for name, field in annotation.model_fields.items() if steps else ():
            if steps[0] in (name, field.alias):
                yield from list_models(field.annotation, steps[1:])


def has_tag(annotation: Any, tag: Any) -> bool:
    """Whether a member of a union is the one of a tag: one of its fields may have this value alone."""
    fields = getattr(annotation, "model_fields", {}).values()
    return any(get_origin(each.annotation) is Literal and tag in get_args(each.annotation) for each in fields)
