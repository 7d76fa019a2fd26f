"""Attrition laws, one file each: both strengths to casualty rates. A new file here is found by its name.

A law is one pure function, `rates(own, enemy, own_harm, enemy_harm, reference, hours)`:

- `own`, `enemy`: people engaged on both sides;
- `own_harm`, `enemy_harm`: 1/h; at equal strengths the fraction of that side put out of action in an hour;
- `reference`: people; the strength at which all laws agree if both sides have it;
- `hours`: h since the engagement began; between two events a rate never rises with it;
- returns the losses of both sides, people an hour.

It knows no clock, dice, places or files, and keeps to what also compiles: numbers, `math`, no `**`.
"""

import pkgutil
from pathlib import Path


def names() -> list[str]:
    """The laws there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def source(name: str) -> Path:
    """The file of a law; raise KeyError if there is none of that name."""
    if name not in names():
        raise KeyError(name)
    return Path(__path__[0]) / f"{name}.py"
