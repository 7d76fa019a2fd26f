"""Which priors of the rules a scenario needs: those of the kinds of orders and things that it has.

A battle of 1879 has no vehicle bombs, and nobody is asked what such a bomb would do there. What the scenario gives
beyond its needs stays in the file, and no battle reads it: it is no unknown, and is not calibrated.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder
from sim.scenario.quantities import iter_quantities
from sim.scenario.rule_parameters import LAW_PREFIX, RULE_PARAMETERS, Owner


class PriorReader(NamedTuple):
    """Who reads a parameter: an order, a force or a side by its id, or the whole battle."""

    parameter: str
    owner: Owner | None = None
    id: str = ""


RequiredPriors = dict[PriorReader, tuple[str, ...]]  # the names of priors that may give a parameter, for each reader


def list_order_kinds(parameter: str) -> tuple[str, ...]:
    """The kinds of orders that read a parameter; none for one that every battle reads."""
    return RULE_PARAMETERS[parameter].kinds if parameter in RULE_PARAMETERS else ()


def is_needed(scenario: Scenario, parameter: str) -> bool:
    """Whether a scenario has an order or a thing that a parameter is for; an order that is cancelled may be woken."""
    kinds = list_order_kinds(parameter)
    if kinds and not any(order.kind in kinds for order in scenario.orders.values()):
        return False
    return bool(scenario.equipment) if parameter == "seized_share" else True


def list_required_priors(scenario: Scenario) -> RequiredPriors:
    """For each parameter that is read, and for whom, the names of priors that may give it, the most specific first.

    Parameters
    ----------
    scenario : Scenario
        The scenario; which names it gives priors of matters only where an order's own makes its forces' needless.

    Returns
    -------
    dict[PriorReader, tuple[str, ...]]
        By the reader. One without a prior is at fault unless the parameter `is_optional`.
    """
    needed = [name for name in RULE_PARAMETERS if is_needed(scenario, name)]
    orders = {kinds: select_orders(scenario, kinds) for kinds in {RULE_PARAMETERS[name].kinds for name in needed}}
    return dict(each for name in needed for each in iter_readers(scenario, name, orders[RULE_PARAMETERS[name].kinds]))


def select_orders(scenario: Scenario, kinds: Collection[str]) -> dict[str, AnyOrder]:
    """The orders of some kinds, by their ids."""
    return {id: order for id, order in scenario.orders.items() if order.kind in kinds}


def iter_readers(
    scenario: Scenario, name: str, orders: dict[str, AnyOrder]
) -> Iterator[tuple[PriorReader, tuple[str, ...]]]:
    """Those who read a parameter, each with the names of priors that may give it; `orders` are of kinds that do."""
    owners = RULE_PARAMETERS[name].owners
    common = () if RULE_PARAMETERS[name].is_optional else (name,)
    if not owners:
        yield PriorReader(name), common
    elif "order" in owners:
        yield from iter_order_readers(scenario, name, orders)
    elif "force" in owners:
        for id, force in scenario.forces.items():
            yield PriorReader(name, "force", id), (f"{name}_{id}", f"{name}_{force.side}", *common)
    else:
        for side in scenario.sides:
            if name != "replacements_per_day" or has_replaced_forces(scenario, side):
                yield PriorReader(name, "side", side), (f"{name}_{side}", *common)


def iter_order_readers(
    scenario: Scenario, name: str, orders: dict[str, AnyOrder]
) -> Iterator[tuple[PriorReader, tuple[str, ...]]]:
    """The orders that read a parameter; where a force may have its own, the forces of the orders that do not."""
    is_of_forces = "force" in RULE_PARAMETERS[name].owners
    forces: dict[str, None] = {}
    for id, order in orders.items():
        if vars(order).get(name) is not None:
            continue  # the order says it itself, as it may with `press_on_days`
        if not is_of_forces:
            yield PriorReader(name, "order", id), (f"{name}_{id}", f"{name}_{order.side}", name)
        elif f"{name}_{id}" in scenario.priors:
            yield PriorReader(name, "order", id), (f"{name}_{id}",)
        else:
            forces |= dict.fromkeys(force for force in getattr(order, "forces", ()) if force in scenario.forces)
    for id in (each for each in forces if each in scenario.forces):  # a faulty one is left out of the other checks
        yield PriorReader(name, "force", id), (f"{name}_{id}", f"{name}_{scenario.forces[id].side}", name)


def has_replaced_forces(scenario: Scenario, side: str) -> bool:
    """Whether a side has forces whose losses are replaced."""
    return any(force.receives_replacements for force in scenario.forces.values() if force.side == side)


def find_prior(names: Iterable[str], given: Collection[str]) -> str | None:
    """The first of several names that a scenario gives a prior of."""
    return next((name for name in names if name in given), None)


@cache
def find_parameter(name: str) -> str | None:
    """The parameter that a name of a prior is one of, or begins with; None for any other name."""
    if name in RULE_PARAMETERS:
        return name
    return max((each for each in RULE_PARAMETERS if name.startswith(f"{each}_")), key=len, default=None)


def select_read_priors(scenario: Scenario, required: Iterable[tuple[str, ...]]) -> set[str]:
    """The priors that a battle of a scenario reads: those of rules, and those that a quantity names."""
    read = {find_prior(names, scenario.priors) for names in required}
    return {name for name in read if name is not None} | {
        quantity.prior for _, quantity in iter_quantities(scenario) if quantity.prior is not None
    }


def list_idle_priors(scenario: Scenario) -> set[str]:
    """The priors of rules that a scenario gives and nothing in it uses: no battle reads them."""
    return select_idle_priors(scenario, list_required_priors(scenario))


def select_idle_priors(scenario: Scenario, required: RequiredPriors) -> set[str]:
    """The same, where the names of priors that may give each parameter are known."""
    of_rules = {name for name in scenario.priors if find_parameter(name) is not None}
    return of_rules - select_read_priors(scenario, required.values()) - scenario.source_model_priors


def list_priors_of_rules(data: dict[str, Any]) -> set[str]:
    """The names in plain data that a rule or a law may read: with no suffix, or with the id of a possible owner."""
    sections = {"order": "orders", "force": "forces", "side": "sides"}
    found = set()
    for name in data.get("priors", ()):
        parameter = find_parameter(name)
        if name.startswith(LAW_PREFIX) or name == parameter:
            found.add(name)
        elif parameter is not None:
            suffix = name.removeprefix(f"{parameter}_")
            if any(suffix in data.get(sections[owner], ()) for owner in RULE_PARAMETERS[parameter].owners):
                found.add(name)
    return found


def iter_parameter_meanings() -> Iterator[tuple[str, str]]:
    """Every parameter of the rules that a scenario must give a prior of where it is read, with its meaning."""
    for name, parameter in RULE_PARAMETERS.items():
        if not parameter.is_optional:
            yield name, parameter.meaning
