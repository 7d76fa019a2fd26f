"""Ids and quantities are found by the types of fields: all that a walk through every field finds."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from support.battles import validated
from support.random_scenarios import scenarios

from sim.scenario import Scenario, find_scenario_file, references
from sim.scenario.field_types import list_field_types, list_fields_holding, list_reference_fields, may_hold
from sim.scenario.quantities import Quantity, iter_quantities
from sim.scenario.references import list_references
from sim.scenario.yaml_parser import read_document
from sim.types import PlaceId, Reference, StrictModel


def walk_quantities(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Quantity]]:
    """Every quantity in a part of a scenario, by a walk that leaves out nothing."""
    if isinstance(node, Quantity):
        yield path, node
        return
    parts: Any = ()
    if isinstance(node, BaseModel):
        parts = ((name, getattr(node, name)) for name in type(node).model_fields)
    elif isinstance(node, dict):
        parts = node.items()
    elif isinstance(node, list | tuple):
        parts = enumerate(node)
    for step, part in parts:
        yield from walk_quantities(part, (*path, step))


def assert_all_found(data: dict[str, Any]) -> None:
    scenario = validated(data)
    assert list(iter_quantities(scenario)) == list(walk_quantities(scenario))
    found = list_references(Scenario, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(references, "list_reference_fields", list_field_types)
        patch.setattr(references, "may_hold", lambda expected_type, wanted: True)
        forget_collectors()
        assert found == list_references(Scenario, data)
    forget_collectors()


def forget_collectors() -> None:
    """Functions that find references are made anew."""
    references.make_collector.cache_clear()
    references.list_field_collectors.cache_clear()


@pytest.mark.parametrize(
    "name", ["dec2014", "dienbienphu", "goose_green", "khafji", "rorkes_drift", "shaer", "shiloh", "teaching"]
)
def test_nothing_in_a_scenario_is_passed_by(name):
    assert_all_found(read_document(find_scenario_file(name)).data)


@pytest.mark.slow
@given(data=scenarios())
def test_nothing_in_any_scenario_is_passed_by(data):
    assert_all_found(data)


class Site(StrictModel):
    """A model that holds its own kind."""

    place: PlaceId | None = None
    depth: Quantity | None = None
    note: str = ""
    within: "Site | None" = None


@pytest.mark.parametrize(
    ("expected_type", "wanted", "answer"),
    [
        (str, Reference, False),
        (PlaceId, Reference, True),
        (tuple[dict[str, PlaceId | None], ...], Reference, True),
        (dict[str, int], Reference, False),
        (Annotated[str, "a mark"], Reference, False),
        (Site, Reference, True),
        (tuple[Site, ...], Quantity, True),
        (object, Quantity, True),
        (int | None, Quantity, False),
    ],
)
def test_a_type_says_what_it_can_hold(expected_type, wanted, answer):
    assert may_hold(expected_type, wanted) is answer


def test_fields_are_selected_by_what_they_can_hold():
    assert list(list_reference_fields(Site)) == ["place", "depth", "within"]  # a quantity may name a claim
    assert list_fields_holding(Site, Quantity) == ("depth", "within")


@given(deep=st.integers(1, 5))
def test_a_model_within_itself_is_looked_through(deep):
    site = Site(place="mill")
    for _ in range(deep):
        site = Site(within=site)
    ((path, section, id),) = list_references(Site, site.model_dump())
    assert (path, section, id) == (("within",) * deep + ("place",), "places", "mill")
