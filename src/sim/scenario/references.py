"""Ids in plain data that refer to entries of other sections: where the types of the models mark them.

For each type a function is made once that finds the references in data of it, so that reading a scenario a dozen times,
as its readings are checked, does not take the types apart each time.
"""

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args

from sim.scenario.field_types import is_model, list_reference_fields, may_hold, split_type
from sim.scenario.problems import DataPath
from sim.types import Reference

FoundReference = tuple[DataPath, str, str]  # path, section, id
Collector = Callable[[Any, DataPath, list[FoundReference]], None]
TAGS = ("kind", "measure", "distribution")  # which member of a union some data is meant for


def list_references(expected_type: Any, data: Any) -> list[FoundReference]:
    """Path, section and text of every id in the data that the expected type marks with `Reference`.

    Parameters
    ----------
    expected_type
        A model, or what may stand in one.
    data
        Plain data, which need not be of that type: what is not is passed by.

    Returns
    -------
    list of tuple
        In the order of the data.

    Examples
    --------
    >>> from typing import Annotated
    >>> list_references(dict[str, Annotated[str, Reference("places")]], {"from": "mill", "to": "ford"})
    [(('from',), 'places', 'mill'), (('to',), 'places', 'ford')]
    """
    found: list[FoundReference] = []
    collect = make_collector(expected_type)
    if collect is not None:
        collect(data, (), found)
    return found


@cache
def make_collector(expected_type: Any) -> Collector | None:
    """The function that adds the references in data of a type to those that were found; None if it holds none."""
    if not may_hold(expected_type, Reference):
        return None
    origin, arguments = split_type(expected_type)
    if origin is Annotated:
        return make_marked_collector(arguments)
    if is_model(expected_type):
        return make_model_collector(expected_type)
    if origin is dict:
        return make_mapping_collector(*map(make_collector, arguments))
    if origin is tuple:
        return make_sequence_collector(arguments)
    return make_union_collector(arguments) if origin in (Union, UnionType) else None


def make_marked_collector(arguments: tuple[Any, ...]) -> Collector:
    """For an id with its mark, or a type with others."""
    sections = [mark.section for mark in arguments[1:] if isinstance(mark, Reference)]
    collect_inside = make_collector(arguments[0])

    def collect(data: Any, path: DataPath, found: list[FoundReference]) -> None:
        if isinstance(data, str):
            found += [(path, section, data) for section in sections]
        elif collect_inside is not None:
            collect_inside(data, path, found)

    return collect


def make_model_collector(model: Any) -> Collector:
    """For a model; its fields are looked at when data comes, since a model may hold others of its own kind."""

    def collect(data: Any, path: DataPath, found: list[FoundReference]) -> None:
        if isinstance(data, dict):
            for name, collect_field in list_field_collectors(model):
                if name in data:
                    collect_field(data[name], (*path, name), found)

    return collect


@cache
def list_field_collectors(model: Any) -> list[tuple[str, Collector]]:
    """The fields of a model that can hold references."""
    fields = [(name, make_collector(field_type)) for name, field_type in list_reference_fields(model).items()]
    return [(name, collect) for name, collect in fields if collect is not None]


def make_mapping_collector(collect_key: Collector | None, collect_value: Collector | None) -> Collector:
    """For a mapping, whose keys or values refer to something."""

    def collect(data: Any, path: DataPath, found: list[FoundReference]) -> None:
        if isinstance(data, dict):
            for key, value in data.items():
                if collect_key is not None:
                    collect_key(key, (*path, key), found)
                if collect_value is not None:
                    collect_value(value, (*path, key), found)

    return collect


def make_sequence_collector(arguments: tuple[Any, ...]) -> Collector:
    """For a list of any length, or one whose members each have a type of their own."""
    members = arguments[:1] if len(arguments) == 2 and arguments[1] is Ellipsis else arguments
    collectors = [make_collector(member) for member in members]

    def collect(data: Any, path: DataPath, found: list[FoundReference]) -> None:
        if isinstance(data, list):
            for position, value in enumerate(data):
                collect_member = collectors[position % len(collectors)]
                if collect_member is not None:
                    collect_member(value, (*path, position), found)

    return collect


def make_union_collector(arguments: tuple[Any, ...]) -> Collector:
    """For one of several types: of several models those that the data's tag names, else all that there are."""
    members = [each for each in map(make_collector, arguments) if each is not None]
    has_models = sum(map(is_model, arguments)) > 1
    by_tag = {tag: index_models(arguments, tag) for tag in TAGS} if has_models else {}

    def collect(data: Any, path: DataPath, found: list[FoundReference]) -> None:
        chosen = select_members(by_tag, data) if has_models and isinstance(data, dict) else members
        for collect_member in chosen:
            collect_member(data, path, found)

    return collect


def index_models(arguments: tuple[Any, ...], tag: str) -> dict[str, list[Collector]]:
    """The collectors of a union's models by the values that their tag allows."""
    index: dict[str, list[Collector]] = {}
    for model in filter(is_model, arguments):
        collect = make_collector(model)
        for value in get_args(model.model_fields[tag].annotation) if tag in model.model_fields else ():
            index.setdefault(value, [])
            if collect is not None:
                index[value].append(collect)
    return index


def select_members(by_tag: dict[str, dict[str, list[Collector]]], data: dict[Any, Any]) -> list[Collector]:
    """The members that some data can be meant for, by its first tag that names any."""
    for tag, index in by_tag.items():
        value = data.get(tag)
        if isinstance(value, str) and value in index:
            return index[value]
    return []
