"""Who may ever be where, as far as the choices tell: generous, so that what is impossible here is impossible."""

from datetime import datetime, timedelta

from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder, Attack, Reinforce, Reserve, Withdraw

LASTS = timedelta(days=1)  # what began so long before a moment may still be under way
PASSABLE = 0.5  # share of a place that a side must hold to march through it, as in the rules of battle


def last_moment(scenario: Scenario) -> datetime:
    """When nothing can happen any more."""
    return scenario.last


def period(scenario: Scenario, order: AnyOrder) -> tuple[datetime, datetime]:
    """The earliest and the latest moment at which an order may begin."""
    if isinstance(order, Reserve):
        return order.available or scenario.begins, order.until or last_moment(scenario)
    return order.window.earliest, order.window.latest


def goals(order: AnyOrder) -> tuple[str, ...]:
    """The places to which an order may bring its forces; none for fires, bombs and ambushes."""
    if isinstance(order, Reserve):
        return (order.target, *order.covers)
    if isinstance(order, Attack):
        return (order.target, *order.axis)
    return (order.target,) if isinstance(order, Withdraw | Reinforce) else ()


def enemy_of(scenario: Scenario, side: str) -> str:
    """The other side."""
    return next(other for other in scenario.sides if other != side)


def may_come(scenario: Scenario, side: str, place: str, by: datetime, since: datetime = datetime.min) -> list[str]:
    """The orders that may bring a side to a place by a moment, and not long before another one."""

    def in_time(order: AnyOrder) -> bool:
        earliest, latest = period(scenario, order)
        return earliest <= by and (since == datetime.min or latest + LASTS >= since)

    orders = scenario.orders.items()
    return [id for id, order in orders if order.side == side and place in goals(order) and in_time(order)]


def held_at_first(scenario: Scenario, side: str, place: str) -> float:
    """The share of a place that a side holds when the battle begins."""
    holder = scenario.places[place].held_by
    share = 1.0 if holder.share is None or holder.share.value is None else holder.share.value
    return share if holder.side == side else 1.0 - share


def may_stand(scenario: Scenario, side: str, place: str, by: datetime) -> bool:
    """Whether people of a side may be at a place at a moment: from the beginning, sent there, or fallen back to it."""
    there = any(force.side == side and force.present and force.at == place for force in scenario.forces.values())
    return there or held_at_first(scenario, side, place) > 0 or bool(may_come(scenario, side, place, by))


def first_held(scenario: Scenario, side: str, place: str, share: float) -> datetime:
    """When a side may hold so much of a place: at first, or by a fight or a march; the last of all dates is never."""
    stands = any(force.side == side and force.present and force.at == place for force in scenario.forces.values())
    if stands or held_at_first(scenario, side, place) >= share:
        return datetime.min
    gaining = [
        period(scenario, order)[0]
        for order in scenario.orders.values()
        if order.side == side and place in goals(order) and not isinstance(order, Reinforce)  # that needs it held
    ]
    return min(gaining, default=datetime.max)


def may_hold(scenario: Scenario, side: str, place: str, share: float, by: datetime) -> bool:
    """Whether a side may hold so much of a place at a moment."""
    return first_held(scenario, side, place, share) <= by


def bases(scenario: Scenario, force: str, order: str) -> set[str]:
    """The places at which a force may stand when an order comes: its first, and where other orders may have sent it."""
    by = period(scenario, scenario.orders[order])[1]
    others = [other for id, other in scenario.orders.items() if id != order and force in getattr(other, "forces", ())]
    reached = {goal for other in others if period(scenario, other)[0] <= by for goal in goals(other)}
    return {scenario.forces[force].at} | reached
