"""Sections of a page, one file each. A new file here is found by itself: `PLACE` says where it stands on the page."""

import importlib
import pkgutil

from sim.report.html.matter import Matter, Section
from sim.report.map.sheet import Atlas


def names() -> list[str]:
    """Every section's name, which is that of its file, in the order of the page."""
    found = [module.name for module in pkgutil.iter_modules(__path__)]
    return sorted(found, key=lambda name: (importlib.import_module(f"{__name__}.{name}").PLACE, name))


def of(matter: Matter, atlas: Atlas) -> list[Section]:
    """The sections that have something to say."""
    made = (importlib.import_module(f"{__name__}.{name}").section(matter, atlas) for name in names())
    return [section for section in made if section is not None]
