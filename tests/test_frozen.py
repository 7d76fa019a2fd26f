"""What is computed once is handed on as it is: nobody can change a target, a term or a score on the way."""

import dataclasses
import importlib
import pkgutil

import pytest

from sim import likelihood, scoring
from sim.battle import engagement
from sim.events import observables
from sim.likelihood.observation_model import ObservationModelBuilder
from sim.scoring.intervals import EmpiricalDistribution

GROWING = (EmpiricalDistribution, ObservationModelBuilder)  # while they are used


def dataclasses_of(package):
    """Every dataclass that a package or one of its modules defines."""
    modules = [package]
    if hasattr(package, "__path__"):
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        modules += [importlib.import_module(each.name) for each in found]
    classes = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    names = {module.__name__ for module in modules}
    return {each for each in classes if dataclasses.is_dataclass(each) and each.__module__ in names}


@pytest.mark.parametrize("package", [likelihood, scoring, observables, engagement], ids=lambda each: each.__name__)
def test_what_is_handed_on_cannot_be_changed(package):
    mutable = {kind for kind in dataclasses_of(package) if not kind.__dataclass_params__.frozen}
    assert mutable == {kind for kind in GROWING if kind in dataclasses_of(package)}


def test_there_is_something_to_be_looked_at():
    assert {engagement.AssaultSite, engagement.AssaultOutcome} == dataclasses_of(engagement)
    assert len(dataclasses_of(likelihood)) > 10
    assert len(dataclasses_of(scoring)) > 10
    assert set(GROWING) <= dataclasses_of(likelihood) | dataclasses_of(scoring)
