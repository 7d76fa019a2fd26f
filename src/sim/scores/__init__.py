"""Scores, one file each. A new file here is found by itself.

All of them take a sample of what would have been told, shape (n,), whosever forecast it is, and a question.
"""

import importlib
import pkgutil
from functools import cache

from sim.scores.base import Score

SHARED = ("base", "checks", "ensemble", "forecast", "likelihood", "skill")  # what scores share


@cache
def found() -> dict[str, Score]:
    """Every score by its name, which is the name of its file."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in SHARED)
    return {name: importlib.import_module(f"{__name__}.{name}").SCORE for name in names}
