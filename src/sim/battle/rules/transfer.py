"""Withdrawal, reinforcement and leaving: forces go to a place, come into the battle there, or leave it from there.

A withdrawal that may break out goes where no way is open: as a force that is cut off and routed, it loses a share of
its people, killed by pursuers or taken, and the rest comes through by roads that anybody may hold (`pursuit.py`).
"""

from sim.battle.enums import OrderKind, OrderPhase
from sim.battle.records import NEVER, BattleState, ForceState, OrderState
from sim.battle.rules.event_log import log_started, request_interrupt
from sim.battle.rules.movement import (
    arrive_forces,
    compute_distances,
    depart_forces,
    free_strength,
    is_reachable,
    march_hours,
    release_forces,
)
from sim.battle.rules.occupancy import PASSABLE_SHARE, claim_uncontested_place, enter_place, leave_place, share_held
from sim.battle.rules.order_lifecycle import (
    cancel_order,
    complete_order,
    is_precondition_met,
    patience_hours,
    wait_for_start,
)
from sim.battle.rules.pursuit import draw_rout_share, rout_force
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
    if order.kind == OrderKind.LEAVE:
        remove_forces(battle, order, now)
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
    if recall_forces(battle, order) and order.tries < patience_hours(order):
        order.tries += 1
        return 1.0
    if not is_reachable(battle, order, order.goal):
        if order.through_enemy == 1 and free_strength(battle, order) > 0.0 and holds_goal(battle, order):
            order.phase = OrderPhase.ARRIVING
            return break_out(battle, order, now)
        if has_arrivals:
            return complete_order(battle, order, now)
        return cancel_order(
            battle, order, CancelReason.SPENT if free_strength(battle, order) <= 0.0 else CancelReason.UNREACHABLE, now
        )
    order.phase = OrderPhase.ARRIVING
    return depart_forces(battle, order, order.goal, now)


def holds_goal(battle: BattleState, order: OrderState) -> bool:
    """Whether an order's forces are among their own at its goal."""
    return share_held(battle, order.goal, order.side) >= PASSABLE_SHARE


def break_out(battle: BattleState, order: OrderState, now: float) -> float:
    """Every free force of an order sets out through the enemy; the hours until the last of them is at the goal."""
    longest = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NONE and force.order == NONE and force.strength > 0.0 and force.place != order.goal:
            compute_distances(battle, force.place)
            km = battle.places[order.goal].distance_km
            if km < NEVER:
                share = draw_rout_share(battle, order, force.cut_off_loss_median, force.rout_loss_sigma)
                pursuers = count_pursuers(battle, force)
                rout_force(battle, force, share, pursuers, order, now)
                force.order = order.index
                force.origin = force.place
                leave_place(battle, force, EventKind.DEPARTED, order.index, now)
                longest = max(longest, march_hours(battle, order, force, km))
    return longest


def count_pursuers(battle: BattleState, force: ForceState) -> float:
    """The enemy's people at a force's place and beside it."""
    people = battle.contingents[2 * force.place + 1 - force.side].strength
    place = battle.places[force.place]
    for road in range(place.first_road, place.first_road + place.roads):
        people += battle.contingents[2 * battle.roads[road].destination + 1 - force.side].strength
    return people


def remove_forces(battle: BattleState, order: OrderState, now: float) -> None:
    """The forces of an order that stand at its goal leave the battle; they may come in again."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place == order.goal and force.order == NONE:
            leave_place(battle, force, EventKind.LEFT, order.index, now)
            force.present = 0


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
