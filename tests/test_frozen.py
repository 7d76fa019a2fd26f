"""What is found out once is handed on as it is: nobody can change a question, a term or a score by the way."""

import dataclasses
import importlib
import pkgutil

import pytest

from sim import baselines, claims, measures, scores
from sim.battle import engagement
from sim.claims.distribution import Distribution
from sim.claims.record import Recorder

COLLECT = (Distribution, Recorder)  # they grow while they are used


def rows_of(package):
    """Every dataclass that a package or one of its modules defines."""
    modules = [package]
    if hasattr(package, "__path__"):
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        modules += [importlib.import_module(each.name) for each in found]
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    names = {module.__name__ for module in modules}
    return {kind for kind in kinds if dataclasses.is_dataclass(kind) and kind.__module__ in names}


@pytest.mark.parametrize("package", [claims, scores, baselines, measures, engagement], ids=lambda each: each.__name__)
def test_what_is_handed_on_cannot_be_changed(package):
    free = {kind for kind in rows_of(package) if not kind.__dataclass_params__.frozen}
    assert free == {kind for kind in COLLECT if kind in rows_of(package)}


def test_there_is_something_to_be_looked_at():
    assert {engagement.Ground, engagement.Outcome} == rows_of(engagement)
    assert len(rows_of(claims)) > 10
    assert set(COLLECT) <= rows_of(claims)
