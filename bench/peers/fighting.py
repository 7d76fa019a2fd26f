"""What the engines share: one event of the fighting at its time, and the orders that it calls."""

from sim.battle.records import NEVER, BattleState
from sim.battle.rulebook import RuleBook
from sim.events.log import NONE

TICK = 2.0**-30  # hours; all times are whole numbers of it


def list_called_orders(rules: RuleBook, battle: BattleState) -> list[int]:
    """The orders that the rules call, in their order."""
    orders = []
    while (order := rules.pop_interrupt(battle)) != NONE:
        orders.append(order)
    return orders


def play_event(rules: RuleBook, battle: BattleState, now: float) -> tuple[float, list[int]]:
    """Play what is due now; the time of the next event of the fighting, and the orders that are called."""
    due, place = rules.advance_combat(battle, now + TICK)
    if place == NONE:
        return due, []
    orders = list_called_orders(rules, battle) if rules.resolve_stop(battle, place, now) else []
    due, _ = rules.advance_combat(battle, now)  # nothing happens before now: it says when the next is due
    return due, orders


def is_waiting(hours: float) -> bool:
    """Whether an order waits to be called."""
    return hours == NEVER
