"""Attrition laws, one file each: both strengths to casualty rates. A new file here is found by its name.

A law is one pure function, `rates(own, enemy, own_harm, enemy_harm, reference, hours, ...)`:

- `own`, `enemy`: people engaged on both sides; in an assault `own` is the attacker;
- `own_harm`, `enemy_harm`: 1/h; at equal strengths the fraction of that side put out of action in an hour;
- `reference`: people; the strength at which all laws agree if both sides have it;
- `hours`: h since the engagement began; between two events a rate never rises with it;
- then its own parameters, if it has any, at most `MOST_PARAMETERS`;
- returns the losses of both sides, people an hour.

A law's own parameters are those of `PARAMETERS` in its file, a prior each, in the order of its arguments. They join
the parameter vector as `law_NAME`. A parameter `own_NAME` belongs to one side, `enemy_NAME` to the other. Within the
`LIMITS` of its file, lowest and highest value for each, the law keeps what is promised here.

The rules ask for the rates of a law by its number, which is its place among the names; nobody else need know it.

A law knows no clock, dice, places or files, and keeps to what also compiles: numbers, `math`, no `**`.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.priors import Distribution

MOST_PARAMETERS = 2  # `law_first` and `law_second` of the model's row
SLOT = "law_"  # before a parameter's name in the parameter vector


def names() -> list[str]:
    """The laws there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def source(name: str) -> Path:
    """The file of a law; raise KeyError if there is none of that name."""
    if name not in names():
        raise KeyError(name)
    return Path(__path__[0]) / f"{name}.py"


@cache
def parameters(name: str) -> "Mapping[str, Distribution]":
    """The priors of a law's own parameters by their name in the law; raise KeyError for a law that does not exist."""
    from pydantic import TypeAdapter

    from sim.scenario.priors import Prior

    source(name)
    declared = getattr(importlib.import_module(f"{__name__}.{name}"), "PARAMETERS", {})
    found: Mapping[str, Distribution] = TypeAdapter(dict[str, Prior]).validate_python(declared)
    return found


def limits(name: str) -> Mapping[str, tuple[float, float]]:
    """The lowest and the highest value of each of a law's own parameters; raise KeyError for an unknown law."""
    source(name)
    found: Mapping[str, tuple[float, float]] = getattr(importlib.import_module(f"{__name__}.{name}"), "LIMITS", {})
    return found


def number(name: str) -> int:
    """The number of a law, by which the rules ask for its rates; raise KeyError for a law that does not exist."""
    source(name)
    return names().index(name)


def rates_of(name: str) -> tuple[Callable[..., tuple[float, float]], int]:
    """The function of a law, and how many parameters of its own it takes."""
    module = importlib.import_module(f"{__name__}.{name}")
    return module.rates, len(getattr(module, "PARAMETERS", {}))


BY_NUMBER = tuple(rates_of(name) for name in names())


def rates(
    law: int,
    own: float,
    enemy: float,
    own_harm: float,
    enemy_harm: float,
    reference: float,
    hours: float,
    first: float,
    second: float,
) -> tuple[float, float]:
    """Losses an hour of both sides by the law of a number, which gets as many of its own parameters as it takes."""
    function, count = BY_NUMBER[law]
    if count == 0:  # the common case, without a tuple for nothing
        return function(own, enemy, own_harm, enemy_harm, reference, hours)
    return function(own, enemy, own_harm, enemy_harm, reference, hours, *(first, second)[:count])
