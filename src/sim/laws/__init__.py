"""Attrition laws, one file each: both strengths to casualty rates. A new file here is found by its name.

A law is one pure function, `rates(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours, ...)`:

- `own`, `enemy`: people engaged on both sides; in an assault `own` is the attacker;
- `own_loss_rate`, `enemy_loss_rate`: 1/h; at equal strengths the fraction of that side put out of action in an hour;
- `reference`: people; the strength at which all laws agree if both sides have it;
- `hours`: h since the engagement began; between two events a rate never rises with it;
- then its own parameters, if it has any, at most `MAX_PARAMETERS`;
- returns the losses of both sides, people an hour.

A law's own parameters are those of `PARAMETERS` in its file, a prior each, in the order of its arguments. They join
the parameter vector as `law_NAME`. A parameter `own_NAME` belongs to one side, `enemy_NAME` to the other. Within the
`LIMITS` of its file, lowest and highest value for each, the law keeps what is promised here. `NAME` is what people
call it, for a law that is not called after its file.

The rules ask for the rates of a law by its number, which is its place among the names; nobody else need know it.

A law knows no time of day, chance, places or files, and keeps to what also compiles: numbers, `math`, no `**`.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.priors import PriorDistribution

DEFAULT_LAW = "helmbold"
MAX_PARAMETERS = 2  # `law_parameter_1` and `law_parameter_2` of the model


def list_names() -> list[str]:
    """The laws there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find_source(name: str) -> Path:
    """The file of a law; raise KeyError if there is none of that name."""
    if name not in list_names():
        raise KeyError(name)
    return Path(__path__[0]) / f"{name}.py"


@cache
def load_priors(name: str) -> "Mapping[str, PriorDistribution]":
    """The priors of a law's own parameters by their name in the law; raise KeyError for a law that does not exist."""
    from pydantic import TypeAdapter

    from sim.scenario.priors import Prior

    find_source(name)
    declared = getattr(importlib.import_module(f"{__name__}.{name}"), "PARAMETERS", {})
    priors: Mapping[str, PriorDistribution] = TypeAdapter(dict[str, Prior]).validate_python(declared)
    return priors


def load_limits(name: str) -> Mapping[str, tuple[float, float]]:
    """The lowest and the highest value of each of a law's own parameters; raise KeyError for an unknown law."""
    find_source(name)
    limits_by_name: Mapping[str, tuple[float, float]] = getattr(
        importlib.import_module(f"{__name__}.{name}"), "LIMITS", {}
    )
    return limits_by_name


def find_display_name(name: str) -> str:
    """What a law is called in a sentence, like "the square law"; raise KeyError for a law that does not exist.

    >>> find_display_name("square"), find_display_name("helmbold")
    ('the square law', "Helmbold's law")
    """
    find_source(name)
    return str(getattr(importlib.import_module(f"{__name__}.{name}"), "NAME", f"the {name} law"))


def find_law_number(name: str) -> int:
    """The number of a law, by which the rules ask for its rates; raise KeyError for a law that does not exist."""
    find_source(name)
    return list_names().index(name)


def load_rates(name: str) -> tuple[Callable[..., tuple[float, float]], int]:
    """The function of a law, and how many parameters of its own it takes."""
    module = importlib.import_module(f"{__name__}.{name}")
    return module.rates, len(getattr(module, "PARAMETERS", {}))


LAWS_BY_NUMBER = tuple(load_rates(name) for name in list_names())


def rates(
    law: int,
    own: float,
    enemy: float,
    own_loss_rate: float,
    enemy_loss_rate: float,
    reference: float,
    hours: float,
    first: float,
    second: float,
) -> tuple[float, float]:
    """Losses an hour of both sides by the law of a number, which gets as many of its own parameters as it takes."""
    function, count = LAWS_BY_NUMBER[law]
    if count == 0:  # the common case, without a tuple for nothing
        return function(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours)
    return function(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours, *(first, second)[:count])
