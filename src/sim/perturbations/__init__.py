"""Perturbations, one file each: a scenario to a list of edits. A new file here is found by its name.

Each is an excursion from the base case that a historian might ask for: settings in, edits out. They compose, since
edits do; two that set one value to different things contradict, and are refused like any other edits.
"""

from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field

from sim.perturbations.base import Perturbation
from sim.registry import PluginRegistry

# Every perturbation by its kind, which is the name of its file.
PERTURBATIONS: PluginRegistry[type[Perturbation]] = PluginRegistry(__name__, shared=("base",), base=Perturbation)

AnyPerturbation: Any = Annotated[reduce(or_, PERTURBATIONS.load_all().values()), Field(discriminator="kind")]
