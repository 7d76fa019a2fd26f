"""Perturbations, one file each: a scenario to a list of edits. A new file here is found by its name.

Each is an excursion from the base case that a historian might ask for: settings in, edits out. They compose, since
edits do; two that set one value to different things contradict, and are refused like any other edits.
"""

import importlib
import pkgutil
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field

from sim.perturbations.base import Perturbation


def found() -> dict[str, type[Perturbation]]:
    """Every perturbation by its kind, which is the name of its file."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return {name: importlib.import_module(f"{__name__}.{name}").Perturbation for name in names}


AnyPerturbation: Any = Annotated[reduce(or_, found().values()), Field(discriminator="kind")]
