"""The plain rules in a namespace of their own, where a test may put another function in the place of one."""

import importlib
import pkgutil
from types import FunctionType
from typing import Any

from sim.battle import kernels, rules
from sim.battle.rulebook import RuleBook

MODULES = [
    importlib.import_module(found.name)
    for package in (rules, kernels)
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


def copy_rules() -> dict[str, Any]:
    """Copies of all rules that look one another up in the dictionary returned."""
    names = {name: value for module in MODULES for name, value in vars(module).items()}
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                assert names[name] is value, f"two rules are called {name}"
                names[name] = FunctionType(value.__code__, names, name, value.__defaults__)
    return names


def bind(names: dict[str, Any]) -> RuleBook:
    """The entry points of such copies."""
    return RuleBook(*(names[name] for name in RuleBook._fields))
