"""Which priors of the rules a scenario needs: those of the kinds of orders and things that it has.

A battle of 1879 has no vehicle bombs, and nobody is asked what such a bomb would do there. What the scenario gives
beyond its needs stays in the file, and no battle reads it: it is no unknown, and is not calibrated.
"""

from collections.abc import Iterable, Iterator

from sim.scenario import priors
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder
from sim.scenario.quantities import iter_quantities

# Parameters by the beginning of their names, and the kinds of orders that read them.
ORDER_KINDS = {
    "strike_": ("airstrike",),
    "shell_": ("shelling",),
    "bomb_": ("vehicle_bomb",),
    "breach_": ("vehicle_bomb",),
    "ambush_": ("ambush",),
    "reserve_": ("reserve",),
}


def list_order_kinds(parameter: str) -> tuple[str, ...]:
    """The kinds of orders that read a parameter; none for one that every battle reads."""
    return next((kinds for start, kinds in ORDER_KINDS.items() if parameter.startswith(start)), ())


def is_needed(scenario: Scenario, parameter: str) -> bool:
    """Whether a scenario has an order or a thing that a parameter is for; an order that is cancelled may be woken."""
    if kinds := list_order_kinds(parameter):
        return any(order.kind in kinds for order in scenario.orders.values())
    if parameter == "seized_share":
        return bool(scenario.equipment)
    return True


def is_needed_by_side(scenario: Scenario, parameter: str, side: str) -> bool:
    """The same for a parameter that the sides may have apart."""
    if parameter == "replacements_per_day":
        return any(force.receives_replacements for force in scenario.forces.values() if force.side == side)
    return True


def list_required_priors(scenario: Scenario) -> dict[tuple[str, str], tuple[str, ...]]:
    """For each parameter that is read, and for whom, the names of priors that may give it, the most specific first.

    Returns
    -------
    dict[tuple[str, str], tuple[str, ...]]
        By the parameter and the id of the side or the order that it is for; "" for the whole battle.
    """
    candidates: dict[tuple[str, str], tuple[str, ...]] = {
        (name, ""): (name,) for name in priors.BATTLE_PARAMETERS if is_needed(scenario, name)
    }
    candidates |= {
        (name, side): (f"{name}_{side}", name)
        for name in priors.SIDE_PARAMETERS
        for side in scenario.sides
        if is_needed_by_side(scenario, name, side)
    }
    for id, order in scenario.orders.items():
        candidates |= {(name, id): names for name, names in iter_order_priors(id, order)}
    return candidates


def list_idle_priors(scenario: Scenario) -> set[str]:
    """The priors of rules that a scenario gives and nothing in it uses: no battle reads them."""
    names = priors.list_rule_priors(list(scenario.sides), (), scenario.orders, ())
    used = {find_prior(candidates, scenario.priors) for candidates in list_required_priors(scenario).values()}
    used |= {quantity.prior for _, quantity in iter_quantities(scenario)}
    return (names & scenario.priors.keys()) - used


def iter_order_priors(id: str, order: AnyOrder) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parameters that an order reads, and the names of priors that may give each, the most specific first."""
    for name in priors.ORDER_PARAMETERS:
        if order.kind in list_order_kinds(name):
            yield name, (f"{name}_{id}", f"{name}_{order.side}", name)


def find_prior(names: Iterable[str], given: Iterable[str]) -> str | None:
    """The first of several names that a scenario gives a prior of."""
    return next((name for name in names if name in given), None)


def describe_suffixes(name: str) -> str | None:
    """What may stand after a parameter of the rules, for a name that begins with one; None for any other name."""
    suffixes = (
        (priors.ORDER_PARAMETERS, "with nothing after it, with the id of a side, or of an order of its kind"),
        (priors.SIDE_PARAMETERS, "with nothing after it, or with the id of a side"),
        (priors.BATTLE_PARAMETERS, "with nothing after it, for both sides alike"),
        (priors.FORCE_PARAMETERS, "with the id of a force after it"),
    )
    found = [(each, text) for names, text in suffixes for each in names if name.startswith(f"{each}_")]
    longest = max(found, key=lambda one: len(one[0]), default=None)
    return None if longest is None else f"{longest[0]} {longest[1]}"


def iter_parameter_meanings() -> Iterator[tuple[str, str]]:
    """Every parameter of the rules with its meaning."""
    yield from priors.BATTLE_PARAMETERS.items()
    yield from priors.SIDE_PARAMETERS.items()
    yield from priors.ORDER_PARAMETERS.items()
