"""Pressing on: an attack that time, darkness, fog or fatigue broke off is not beaten, and is tried again next day.

It goes on with the losses, break points and blocks of the day before, for as many days as the order is given. It gives
way to another order of its side that is about to attack the same place, or that needs its forces: in a documented
battle that order is the second try.
"""

from sim.battle.enums import OrderKind, OrderPhase
from sim.battle.records import BattleState, OrderState
from sim.battle.rules.movement import muster_hours
from sim.battle.rules.order_lifecycle import start_time
from sim.events.log import AssaultEnding

SUPPORT_DELAY_HOURS = 0.25  # h; who joined an assault comes back after the order that opened it


def is_broken_off(order: OrderState) -> bool:
    """Whether an order's assault ended with neither side broken and nobody recalled."""
    ending = order.ending
    return (
        ending == AssaultEnding.TIME
        or ending == AssaultEnding.DARK
        or ending == AssaultEnding.FOG
        or ending == AssaultEnding.EXHAUSTED
    )


def presses_on(battle: BattleState, order: OrderState, now: float) -> bool:
    """Whether an attack that was broken off is tried again."""
    if order.kind != OrderKind.ATTACK or order.is_attacking == 0 or order.recalled == 1 or not is_broken_off(order):
        return False
    resumes = now + hours_until_resumed(battle, order, now)
    return resumes <= order.press_on_until and not is_superseded(battle, order, resumes + 24.0)


def hours_until_resumed(battle: BattleState, order: OrderState, now: float) -> float:
    """The hours until an order musters again, to open its assault a day after the last one."""
    place = battle.places[order.goal]
    hours = max(place.assault_start + 24.0 - muster_hours(battle, order) - now, 1.0)
    return hours if place.last_assault_order == order.index else hours + SUPPORT_DELAY_HOURS


def is_superseded(battle: BattleState, order: OrderState, until: float) -> bool:
    """Whether another order of the side, before a moment, has the same goal or uses a force of this one."""
    for other in battle.orders:
        if (
            other.index != order.index
            and other.side == order.side
            and is_ground_order(other)
            and other.tries == 0
            and (other.phase == OrderPhase.WAITING or other.phase == OrderPhase.BEGINNING)
            and start_time(battle, other) <= until
            and ((other.kind == OrderKind.ATTACK and other.target == order.goal) or share_forces(battle, order, other))
        ):
            return True
    return False


def is_ground_order(order: OrderState) -> bool:
    """Whether an order moves forces at a time of its own: detaching, lying in wait or a reserve's call do not."""
    is_transfer = order.kind == OrderKind.WITHDRAW or order.kind == OrderKind.REINFORCE or order.kind == OrderKind.LEAVE
    return is_transfer or order.kind == OrderKind.ATTACK or order.kind == OrderKind.INFILTRATE


def share_forces(battle: BattleState, order: OrderState, other: OrderState) -> bool:
    """Whether two orders name the same force."""
    for i in range(order.first_member, order.first_member + order.members):
        for j in range(other.first_member, other.first_member + other.members):
            if battle.members[i].force == battle.members[j].force:
                return True
    return False
