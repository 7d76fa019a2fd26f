"""Detaching: a share of a force's people become a force of their own, where they stand.

n = floor(share * people + 1/2) leave the first force of the order and make up the second one, with its supplies. What
the first has lost so far, and had replaced, is the past of both, by the numbers that each has now.
"""

import math

from sim.battle.enums import OrderPhase
from sim.battle.records import BattleState, ForceState, OrderState
from sim.battle.rules.event_log import log_force, log_started
from sim.battle.rules.occupancy import stand_at, update_occupancy
from sim.battle.rules.order_lifecycle import cancel_order, complete_order, is_precondition_met, wait_for_start
from sim.events.log import NONE, CancelReason, EventKind


def step_detachment(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of an order to detach people; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return wait_for_start(battle, order, now)
    log_started(battle, order, now)
    order.goal = order.target
    parent = battle.forces[battle.members[order.first_member].force]
    child = battle.forces[battle.members[order.first_member + 1].force]
    if not is_precondition_met(battle, order):
        return cancel_order(battle, order, CancelReason.PRECONDITION, now)
    if parent.place != order.target:
        return cancel_order(battle, order, CancelReason.UNREACHABLE, now)
    if parent.order != NONE:
        return cancel_order(battle, order, CancelReason.BUSY, now)
    people = math.floor(parent.strength * order.detached_share + 0.5)
    if people < 1.0 or child.present == 1:
        return cancel_order(battle, order, CancelReason.SPENT, now)
    divide_force(parent, child, people)
    log_force(battle, EventKind.DETACHED, parent, -people, order.index, now)
    stand_at(battle, child, parent.place)
    log_force(battle, EventKind.DETACHED, child, people, order.index, now)
    update_occupancy(battle, parent.place, now)
    return complete_order(battle, order, now)


def divide_force(parent: ForceState, child: ForceState, people: float) -> None:
    """So many people of a force, and their share of its past, become another one."""
    share = people / parent.strength
    child.present = 1
    child.supplies = parent.supplies
    child.strength = people
    child.initial_strength = math.floor(share * parent.initial_strength + 0.5)
    child.replacements = math.floor(share * parent.replacements + 0.5)
    parent.strength -= people
    parent.initial_strength -= child.initial_strength
    parent.replacements -= child.replacements
