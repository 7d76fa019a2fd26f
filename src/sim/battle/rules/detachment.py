"""Detaching: a share of a force's people become a force of their own, where they stand.

n = floor(share * people + 1/2) leave the first force of the order and make up the second one, with its supplies.
"""

import math

from sim.battle.enums import OrderPhase
from sim.battle.records import BattleState, OrderState
from sim.battle.rules.event_log import log_force, log_started
from sim.battle.rules.occupancy import enter_place, update_occupancy
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
    parent.strength -= people
    parent.initial_strength = max(parent.initial_strength - people, parent.strength)
    log_force(battle, EventKind.DEPARTED, parent, people, order.index, now)
    update_occupancy(battle, parent.place, now)
    child.present = 1
    child.strength = people
    child.initial_strength = people
    child.supplies = parent.supplies
    enter_place(battle, child, parent.place, EventKind.ARRIVED, order.index, now)
    return complete_order(battle, order, now)
