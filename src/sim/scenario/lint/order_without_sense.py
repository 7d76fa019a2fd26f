"""An order that can never make sense, whatever happens."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.orders import Ambush, AnyOrder, Attack, Fires, Reinforce, Reserve, Scheduled, VehicleBomb
from sim.scenario.whereabouts import PASSABLE, bases, enemy_of, held_at_first, last_moment, may_hold, may_stand, period

LEVEL = "ERROR"
PATIENCE = timedelta(hours=12)  # how long fires wait for an enemy to show, as in the rules of battle


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """An order may come to nothing in a battle, but not in every battle. It needs forces that are there by then, an
    enemy who may be where it strikes, and a precondition that may come about.
    """
    for id, order in scenario.orders.items():
        path = ("orders", id)
        latest = period(scenario, order)[1]
        yield from forces_too_late(scenario, id, order)
        if isinstance(order, Scheduled) and order.requires is not None:
            needed = order.requires
            if not may_hold(scenario, needed.held_by, needed.place, needed.at_least, latest):
                message = f"{needed.held_by} can never hold that much of {needed.place} by then"
                yield Finding((*path, "requires"), message, f"{needed.at_least:g}", "a holder that an order may bring")
        if isinstance(order, Reserve):
            begins, ends = period(scenario, order)
            if ends <= begins or begins >= last_moment(scenario):
                yield Finding((*path, "available"), "the reserve is never available", f"{begins:%Y-%m-%dT%H:%M}")
        if isinstance(order, Reinforce) and not may_hold(scenario, order.side, order.target, PASSABLE, latest):
            yield Finding((*path, "target"), "its side can never hold this place by then", order.target)
        elif nothing_there(scenario, order, latest):
            message = "no enemy can ever be there, or at another place that it names, by then"
            yield Finding((*path, "target"), message, order.target, "a place that the enemy holds or has an order for")
        elif isinstance(order, VehicleBomb | Ambush) and not near(scenario, id, order, latest):
            whom = "none of its forces" if isinstance(order, Ambush) else "nobody of its side"
            message = f"{whom} can ever be there or beside it by then"
            yield Finding((*path, "target"), message, order.target)


def forces_too_late(scenario: Scenario, id: str, order: AnyOrder) -> Iterator[Finding]:
    """Forces that only come into the battle when the order is past."""
    for number, force in enumerate(getattr(order, "forces", ())):
        if scenario.forces[force].present or isinstance(order, Reinforce):
            continue
        bringing = [
            other for other in scenario.orders.values() if isinstance(other, Reinforce) and force in other.forces
        ]
        entry = min((other.window.earliest for other in bringing), default=None)
        latest = period(scenario, order)[1]
        if entry is not None and entry > latest:
            message = f"only comes into the battle later, from {entry:%Y-%m-%dT%H:%M}"
            yield Finding(
                ("orders", id, "forces", number), message, force, f"a force that is there by {latest:%Y-%m-%dT%H:%M}"
            )


def nothing_there(scenario: Scenario, order: AnyOrder, latest: datetime) -> bool:
    """Whether an order that needs an enemy can never find one."""
    enemy = enemy_of(scenario, order.side)
    if isinstance(order, Fires):
        places, until = (order.target, *order.otherwise), latest + PATIENCE
        return not any(may_stand(scenario, enemy, place, until) for place in places)
    if isinstance(order, VehicleBomb | Ambush):
        return not may_stand(scenario, enemy, order.target, latest)
    if isinstance(order, Attack) and order.if_held != "hold":
        places = (order.target, *(order.axis if order.if_held == "redirect" else ()))
        own = [place for place in places if held_at_first(scenario, order.side, place) >= 1]
        return len(own) == len(places) and not any(may_stand(scenario, enemy, place, latest) for place in places)
    return False


def near(scenario: Scenario, id: str, order: VehicleBomb | Ambush, latest: datetime) -> bool:
    """Whether the forces of an ambush, or for a bomb people of its side, may be at its target or beside it."""
    links = [link.between for link in scenario.links.values() if order.target in link.between]
    beside = {order.target, *(place for between in links for place in between)}
    if isinstance(order, Ambush):
        return any(bases(scenario, force, id) & beside for force in order.forces)
    return any(may_stand(scenario, order.side, place, latest) for place in beside)
