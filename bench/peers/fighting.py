"""What the engines share: one event of the fighting at its time, and what it calls for."""

from sim.battle.rows import NEVER, Battle
from sim.battle.rulebook import RuleBook
from sim.events import NOBODY

TICK = 2.0**-30  # hours; all times are whole numbers of it


def called(rules: RuleBook, battle: Battle) -> list[int]:
    """The orders that the rules ask for, in the order of asking."""
    orders = []
    while (order := rules.next_call(battle)) != NOBODY:
        orders.append(order)
    return orders


def one_event(rules: RuleBook, battle: Battle, now: float) -> tuple[float, list[int]]:
    """Let happen what is due now: when the next event of the fighting is due, and which orders are called up."""
    due, place = rules.advance(battle, now + TICK)
    if place == NOBODY:
        return due, []
    orders = called(rules, battle) if rules.settle(battle, place, now) else []
    due, _ = rules.advance(battle, now)  # nothing happens before now: it says when the next is due
    return due, orders


def waits(hours: float) -> bool:
    """Whether an order waits to be called up."""
    return hours == NEVER
