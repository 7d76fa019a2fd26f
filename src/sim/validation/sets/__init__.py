"""Sets of data, one file each; a new file here is found by its name.

A file has `TITLE`; `FOLDER`, the folder of its tables; `load(root)`, which reads its tables below the folder of all
data or raises DataError; and `hold(data, plan)`, which holds the model against them and returns a Finding.
"""

import importlib
import pkgutil
from types import ModuleType


def names() -> list[str]:
    """The sets there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def named(name: str) -> ModuleType:
    """The module of a set."""
    return importlib.import_module(f"{__name__}.{name}")
