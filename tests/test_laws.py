"""Every law keeps the promises of `sim.laws`; a law in a new file is tested here without further ado."""

import ast
import importlib
import inspect
import itertools
import math
import re

import pytest

from sim import files, laws
from sim.battle import rulebook

NUMBERS = (0.5, 1.0, 7.0, 240.0, 5000.0)
HARMS = (0.0, 0.004, 0.03)
REFERENCES = (50.0, 300.0)
HOURS = (0.0, 0.3, 4.0, 60.0)
CASES = list(itertools.product(NUMBERS, NUMBERS, HARMS, HARMS, REFERENCES))
ARGUMENTS = ["own", "enemy", "own_harm", "enemy_harm", "reference", "hours"]


def faults(rates) -> set[str]:
    """What a law does otherwise than laws promise."""
    found = set()
    if list(inspect.signature(rates).parameters) != ARGUMENTS:
        found.add("arguments")
    for own, enemy, own_harm, enemy_harm, reference in CASES:
        over_time = [rates(own, enemy, own_harm, enemy_harm, reference, hours) for hours in HOURS]
        if not all(math.isfinite(rate) and rate >= 0.0 for pair in over_time for rate in pair):
            found.add("finite and not negative")
        if any(later > sooner for pairs in itertools.pairwise(over_time) for sooner, later in zip(*pairs, strict=True)):
            found.add("never rising")
        if over_time[0][::-1] != pytest.approx(rates(enemy, own, enemy_harm, own_harm, reference, 0.0)):
            found.add("symmetric")
        by_nobody = rates(own, 0.0, own_harm, enemy_harm, reference, 0.0)[0]
        by_no_one = rates(0.0, enemy, own_harm, enemy_harm, reference, 0.0)[1]
        if by_nobody != 0.0 or by_no_one != 0.0:
            found.add("an absent side harms nobody")
        parity = rates(reference, reference, own_harm, enemy_harm, reference, 0.0)
        if parity != pytest.approx((own_harm * reference, enemy_harm * reference)):
            found.add("agree at the reference strength")
    return found


def bibliography() -> set[str]:
    """The keys of every source that the project names."""
    return set(re.findall(r"^@\w+\{([^,\s]+),", (files.scenario_folder() / "sources.bib").read_text(), re.MULTILINE))


def unsourced(docstring: str | None) -> list[str]:
    """What is wrong with the source that a docstring names: nothing named, or keys that the bibliography lacks."""
    named = re.findall(r"Sources?:\s*([\w, ]+)", docstring or "")
    keys = [key.strip() for part in named for key in part.split(",") if key.strip()]
    return [key for key in keys if key not in bibliography()] if keys else ["no source"]


@pytest.fixture(params=laws.names())
def law(request) -> str:
    return request.param


def of(law: str):
    return importlib.import_module(f"sim.laws.{law}").rates


def test_there_are_laws():
    assert {"linear", "square"} <= set(laws.names())


def test_a_law_keeps_its_promises(law):
    assert faults(of(law)) == set()


def test_a_law_names_a_source_that_the_bibliography_has(law):
    assert unsourced(of(law).__doc__) == []


def test_a_law_is_one_pure_function(law):
    """One function, no import but `math`, none of the operators that don't compile alike everywhere."""
    tree = ast.parse(laws.source(law).read_text())
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["rates"]
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {ast.unparse(node) for node in imports} <= {"import math"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Pow | ast.Global)]


def test_the_rule_book_takes_the_law_that_it_is_asked_for(law):
    taken = rulebook.loaded(law)["rates"]
    assert [taken(*case, 1.0) for case in CASES] == [of(law)(*case, 1.0) for case in CASES]


def test_an_unknown_law_is_refused():
    with pytest.raises(KeyError):
        laws.source("cubic")


def square(own, enemy, own_harm, enemy_harm, reference, hours):
    return own_harm * enemy, enemy_harm * own


DAMAGED = {
    "finite and not negative": lambda own, enemy, own_harm, enemy_harm, reference, hours: (
        own_harm * (enemy - own),
        enemy_harm * (own - enemy),
    ),
    "never rising": lambda own, enemy, own_harm, enemy_harm, reference, hours: (
        own_harm * enemy * (1 + hours),
        enemy_harm * own * (1 + hours),
    ),
    "symmetric": lambda own, enemy, own_harm, enemy_harm, reference, hours: (
        own_harm * enemy,
        enemy_harm * own * enemy / reference,
    ),
    "an absent side harms nobody": lambda own, enemy, own_harm, enemy_harm, reference, hours: (
        own_harm * reference,
        enemy_harm * reference,
    ),
    "agree at the reference strength": lambda own, enemy, own_harm, enemy_harm, reference, hours: (
        own_harm * enemy * 1.01,
        enemy_harm * own * 1.01,
    ),
    "arguments": lambda own, enemy, own_harm, enemy_harm, reference, time: (own_harm * enemy, enemy_harm * own),
}


@pytest.mark.parametrize("promise", DAMAGED)
def test_a_damaged_law_is_found_out(promise):
    assert faults(square) == set()
    assert promise in faults(DAMAGED[promise])


@pytest.mark.parametrize("docstring", [None, "Losses.", "Losses. Source: Nobody1900."])
def test_a_law_without_a_source_is_found_out(docstring):
    assert unsourced(docstring)
