"""Measures, one file each: a run to a number. A new file here is found by itself."""

import importlib
import pkgutil
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field

from sim.measures.base import Observable


def found() -> dict[str, type[Observable]]:
    """Every measure by its name, which is the name of its file."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return {name: importlib.import_module(f"{__name__}.{name}").Measure for name in names}


Measure: Any = Annotated[reduce(or_, found().values()), Field(discriminator="measure")]
