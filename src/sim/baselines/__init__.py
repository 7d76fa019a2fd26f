"""Baselines, one file each: forecasts of the record that need no simulation. A new file here is found by itself.

A baseline that uses the record is given what was told before the day of each claim, and nothing else of it.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable

from sim.baselines.base import Asked, Guess

SHARED = ("base", "days", "forecasts", "lanchester", "prior_draws")


def names() -> list[str]:
    """Every baseline's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in SHARED)


def guess(name: str, asked: Asked) -> Guess:
    """What a baseline expects."""
    work: Callable[[Asked], Guess] = importlib.import_module(f"{__name__}.{name}").guess
    return work(asked)


def meaning(name: str) -> str:
    """What a baseline is, in a sentence."""
    text = inspect.getdoc(importlib.import_module(f"{__name__}.{name}")) or ""
    return text.split("\n\n")[0].replace("\n", " ")
