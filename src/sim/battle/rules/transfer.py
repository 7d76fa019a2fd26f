"""Withdrawal and reinforcement: forces leave for a place, or come into the battle there."""

from sim.battle.enums import OrderKind, OrderPhase
from sim.battle.records import BattleState, OrderState
from sim.battle.rules.event_log import log_started, request_interrupt
from sim.battle.rules.movement import (
    PASSABLE_SHARE,
    arrive_forces,
    depart_forces,
    free_strength,
    is_reachable,
    release_forces,
)
from sim.battle.rules.occupancy import claim_uncontested_place, enter_place, share_held
from sim.battle.rules.order_lifecycle import (
    PATIENCE_HOURS,
    cancel_order,
    complete_order,
    is_precondition_met,
    wait_for_start,
)
from sim.events.log import NONE, CancelReason, EventKind


def step_transfer(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of a withdrawal or reinforcement; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return wait_for_start(battle, order, now)
    if order.phase == OrderPhase.BEGINNING:
        return start_transfer(battle, order, now)
    arrive_forces(battle, order, order.goal, now)
    claim_uncontested_place(battle, order.goal, order.index, now)
    release_forces(battle, order)
    return complete_order(battle, order, now)


def start_transfer(battle: BattleState, order: OrderState, now: float) -> float:
    """The moment has come: new forces come in, those that stand elsewhere set out."""
    order.goal = order.target
    if order.tries == 0:
        log_started(battle, order, now)
        if not is_precondition_met(battle, order):
            return cancel_order(battle, order, CancelReason.PRECONDITION, now)
        if order.kind == OrderKind.REINFORCE and share_held(battle, order.goal, order.side) < PASSABLE_SHARE:
            return cancel_order(battle, order, CancelReason.UNREACHABLE, now)
    has_arrivals = bring_in_forces(battle, order, now) if order.kind == OrderKind.REINFORCE else False
    if recall_forces(battle, order) and order.tries < PATIENCE_HOURS:
        order.tries += 1
        return 1.0
    if not is_reachable(battle, order, order.goal):
        if has_arrivals:
            return complete_order(battle, order, now)
        return cancel_order(
            battle, order, CancelReason.SPENT if free_strength(battle, order) <= 0.0 else CancelReason.UNREACHABLE, now
        )
    order.phase = OrderPhase.ARRIVING
    return depart_forces(battle, order, order.goal, now)


def bring_in_forces(battle: BattleState, order: OrderState, now: float) -> bool:
    """Forces that are not in the battle yet come into it at the goal; whether there were any."""
    has_arrivals = False
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.present == 0:
            force.present = 1
            enter_place(battle, force, order.goal, EventKind.JOINED, order.index, now)
            claim_uncontested_place(battle, order.goal, order.index, now)
            has_arrivals = True
    return has_arrivals


def recall_forces(battle: BattleState, order: OrderState) -> bool:
    """Ask the orders that hold this order's forces in a fight to let them go; whether there are any."""
    is_waiting = False
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order != NONE:
            is_waiting = True
            other = battle.orders[force.order]
            if other.phase == OrderPhase.FIGHTING:
                other.recalled = 1
                request_interrupt(battle, other.index)
    return is_waiting
