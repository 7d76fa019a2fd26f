"""Infiltration: forces slip into a place that the enemy holds, without an assault on its lines, or are found there.

They go the shortest way, whoever holds it. Nobody finds them if Phi(z) < gets_through, z the order's own; then they
stand among the enemy and hold no block, unless nobody is there any more. Who is found loses as a force that is cut off
and routed (`pursuit.py`). The rest is counted at once where it came from, or at the nearest place of its side; if there
is none, it is taken.
"""

from sim.battle.enums import OrderInput, OrderPhase
from sim.battle.records import NEVER, BattleState, OrderState
from sim.battle.rules.assault import give_up_place
from sim.battle.rules.event_log import log_infiltration, log_started
from sim.battle.rules.movement import (
    arrive_forces,
    compute_distances,
    find_distant_retreat_place,
    free_strength,
    is_busy,
    is_refuge,
    march_hours,
    release_forces,
)
from sim.battle.rules.occupancy import claim_uncontested_place, leave_place, update_occupancy
from sim.battle.rules.order_lifecycle import (
    cancel_order,
    complete_order,
    enemy_strength,
    is_precondition_met,
    wait_for_start,
)
from sim.battle.rules.pursuit import draw_rout_share, rout_force, withdraw_in_contact
from sim.battle.rules.rates import engaged_strength
from sim.battle.rules.sampling import normal_cdf
from sim.events.log import NONE, CancelReason, EventKind


def step_infiltration(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of an infiltration; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return wait_for_start(battle, order, now)
    if order.phase == OrderPhase.BEGINNING:
        return start_infiltration(battle, order, now)
    arrive_forces(battle, order, order.goal, now)
    if is_found(battle, order):
        log_infiltration(battle, order, 0, now)
        drive_out(battle, order, now)
    else:
        log_infiltration(battle, order, 1, now)
        claim_uncontested_place(battle, order.goal, order.index, now)
    release_forces(battle, order)
    return complete_order(battle, order, now)


def start_infiltration(battle: BattleState, order: OrderState, now: float) -> float:
    """The moment has come: every free force that any road joins to the goal sets out."""
    order.goal = order.target
    log_started(battle, order, now)
    if not is_precondition_met(battle, order):
        return cancel_order(battle, order, CancelReason.PRECONDITION, now)
    if free_strength(battle, order) <= 0.0:
        return cancel_order(battle, order, CancelReason.BUSY if is_busy(battle, order) else CancelReason.SPENT, now)
    hours = depart_unseen(battle, order, now)
    if hours == NEVER:
        return cancel_order(battle, order, CancelReason.UNREACHABLE, now)
    order.phase = OrderPhase.ARRIVING
    return hours


def depart_unseen(battle: BattleState, order: OrderState, now: float) -> float:
    """The free forces of an order set out by roads that anybody may hold; the hours until the last of them is there.

    NEVER if no road leads to the goal.
    """
    longest = NEVER
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NONE and force.order == NONE and force.strength > 0.0:
            compute_distances(battle, force.place)
            km = battle.places[order.goal].distance_km
            if km < NEVER:
                hours = march_hours(battle, order, force, km)
                longest = hours if longest == NEVER else max(longest, hours)
                force.order = order.index
                force.origin = force.place
                if force.place != order.goal:
                    if battle.places[force.place].assault_order != NONE:
                        withdraw_in_contact(battle, force, order, now)
                    leave_place(battle, force, EventKind.DEPARTED, order.index, now)
    return longest


def is_found(battle: BattleState, order: OrderState) -> bool:
    """Whether the enemy at an order's goal, if there is any, finds its forces."""
    share = normal_cdf(battle.normal_inputs[order.first_input + OrderInput.ARRIVES])
    return share >= order.arrival_chance and enemy_strength(battle, order.goal, order.side) > 0.0


def drive_out(battle: BattleState, order: OrderState, now: float) -> None:
    """The forces of an order are killed, taken, or get away."""
    pursuers = engaged_strength(battle, order.goal, 1 - order.side)
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index and force.place == order.goal:
            share = draw_rout_share(battle, order, force.cut_off_loss_median, force.rout_loss_sigma)
            pursuers -= rout_force(battle, force, share, pursuers, order, now)
            refuge = force.origin
            if refuge == order.goal or not is_refuge(battle, refuge, order.side):
                refuge = find_distant_retreat_place(battle, order.side, order.goal)
            give_up_place(battle, force, refuge, order, now)
    update_occupancy(battle, order.goal, now)
