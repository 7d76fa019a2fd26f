"""An order that can never make sense, whatever happens."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sim.scenario.feasibility import (
    PASSABLE_SHARE,
    compute_initial_share,
    find_enemy_side,
    find_possible_positions,
    find_start_window,
    index_orders_of_forces,
    may_be_present,
    may_control,
)
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.orders import (
    Ambush,
    AnyOrder,
    Attack,
    FireSupport,
    Reinforcement,
    Reserve,
    ScheduledOrder,
    SurrenderDemand,
    VehicleBomb,
)

LEVEL = "ERROR"
FIRE_SUPPORT_WAIT = timedelta(hours=12)  # how long fires wait for an enemy to show, as in the rules of battle


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """An order may come to nothing in a battle, but not in every battle. It needs forces that are there by then, an
    enemy who may be where it strikes, and a precondition that may come about.
    """
    for id, order in scenario.active_orders.items():
        path = ("orders", id)
        latest = find_start_window(scenario, order)[1]
        yield from check_force_entry(scenario, id, order)
        if isinstance(order, ScheduledOrder) and order.requires is not None:
            precondition = order.requires
            if not may_control(scenario, precondition.held_by, precondition.place, precondition.at_least, latest):
                message = f"{precondition.held_by} can never hold that much of {precondition.place} by then"
                yield LintFinding(
                    (*path, "requires"), message, f"{precondition.at_least:g}", "a holder that an order may bring"
                )
        if isinstance(order, Reserve):
            begins, ends = find_start_window(scenario, order)
            if ends <= begins or begins >= scenario.horizon:
                yield LintFinding(
                    (*path, "available_from"), "the reserve is never available", f"{begins:%Y-%m-%dT%H:%M}"
                )
        if isinstance(order, Reinforcement) and not may_control(
            scenario, order.side, order.target, PASSABLE_SHARE, latest
        ):
            yield LintFinding((*path, "target"), "its side can never hold this place by then", order.target)
        elif lacks_enemy(scenario, order, latest):
            message = "no enemy can ever be there, or at another place that it names, by then"
            yield LintFinding(
                (*path, "target"), message, order.target, "a place that the enemy holds or has an order for"
            )
        elif isinstance(order, VehicleBomb | Ambush) and not is_near_target(scenario, id, order, latest):
            whom = "none of its forces" if isinstance(order, Ambush) else "nobody of its side"
            message = f"{whom} can ever be there or beside it by then"
            yield LintFinding((*path, "target"), message, order.target)


def check_force_entry(scenario: Scenario, id: str, order: AnyOrder) -> Iterator[LintFinding]:
    """Forces that only come into the battle when the order is past."""
    for number, force in enumerate(getattr(order, "forces", ())):
        if scenario.forces[force].initially_present or isinstance(order, Reinforcement):
            continue
        reinforcements = [
            other
            for other in scenario.active_orders.values()
            if isinstance(other, Reinforcement) and force in other.forces
        ]
        entry = min((other.window.earliest for other in reinforcements), default=None)
        latest = find_start_window(scenario, order)[1]
        if entry is not None and entry > latest:
            message = f"only comes into the battle later, from {entry:%Y-%m-%dT%H:%M}"
            yield LintFinding(
                ("orders", id, "forces", number), message, force, f"a force that is there by {latest:%Y-%m-%dT%H:%M}"
            )


def lacks_enemy(scenario: Scenario, order: AnyOrder, latest: datetime) -> bool:
    """Whether an order that needs an enemy can never find one."""
    enemy = find_enemy_side(scenario, order.side)
    if isinstance(order, FireSupport):
        places, until = (order.target, *order.alternative_targets), latest + FIRE_SUPPORT_WAIT
        return not any(may_be_present(scenario, enemy, place, until) for place in places)
    if isinstance(order, VehicleBomb | Ambush | SurrenderDemand):
        return not may_be_present(scenario, enemy, order.target, latest)
    if isinstance(order, Attack) and order.on_already_held != "hold":
        places = (order.target, *(order.axis if order.on_already_held == "redirect" else ()))
        held_places = [place for place in places if compute_initial_share(scenario, order.side, place) >= 1]
        return len(held_places) == len(places) and not any(
            may_be_present(scenario, enemy, place, latest) for place in places
        )
    return False


def is_near_target(scenario: Scenario, id: str, order: VehicleBomb | Ambush, latest: datetime) -> bool:
    """Whether the forces of an ambush, or for a bomb people of its side, may be at its target or beside it."""
    links = [link.between for link in scenario.roads.values() if order.target in link.between]
    nearby_places = {order.target, *(place for between in links for place in between)}
    if isinstance(order, Ambush):
        orders = index_orders_of_forces(scenario)
        positions = [find_possible_positions(scenario, force, id, orders[force]) for force in order.forces]
        return any(each & nearby_places for each in positions)
    return any(may_be_present(scenario, order.side, place, latest) for place in nearby_places)
