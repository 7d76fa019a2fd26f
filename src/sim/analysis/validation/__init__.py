"""The model validated against historical data sets, one module each.

A module has TITLE, the FOLDER of its tables, `load(root)`, which reads them and raises DataError, and `validate(data,
settings)`, which gives a ValidationResult named like the module. A new one must be entered in DATA_SETS, and its figure
is a module in sim.plots.validation.
"""

import importlib
from types import ModuleType

DATA_SETS = ("ardennes", "assault_losses", "cdb90", "iwo_jima", "victors")


def list_data_sets() -> list[str]:
    """The names of the data sets."""
    return list(DATA_SETS)


def load_data_set(name: str) -> ModuleType:
    """The module of a data set."""
    return importlib.import_module(f"{__name__}.{name}")
