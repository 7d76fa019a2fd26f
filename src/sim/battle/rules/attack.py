"""Attack, counterattack and reserve: forces muster, march, fight for a place, and hold it or fall back.

A recorded order may not fit the simulated battle: its goal may be held already, out of reach, or its forces spent.
"""

import math

from sim.battle.enums import FallbackAction, OrderKind, OrderPhase, OrderResult
from sim.battle.records import NEVER, BattleState, OrderState
from sim.battle.rules.assault import close_assault, open_assault
from sim.battle.rules.commander import choose_goal
from sim.battle.rules.event_log import log_ended, log_moot, log_redirected, log_started, log_supported
from sim.battle.rules.mines import cross_mines
from sim.battle.rules.movement import (
    arrive_forces,
    consolidate_hours,
    depart_forces,
    find_path_km,
    find_retreat_place,
    free_strength,
    initial_strength,
    is_busy,
    is_reachable,
    march_hours,
    muster_hours,
    release_forces,
)
from sim.battle.rules.occupancy import PASSABLE_SHARE, assign_place, enter_place, leave_place, share_held
from sim.battle.rules.order_lifecycle import (
    cancel_order,
    complete_order,
    enemy_strength,
    hold_position,
    is_precondition_met,
    record_result,
    wait_for_start,
)
from sim.battle.rules.press_on import hours_until_resumed, presses_on
from sim.battle.rules.pursuit import withdraw_in_contact
from sim.events.log import NONE, AssaultEnding, CancelReason, EventKind

SPENT_SHARE = 0.1  # ASSUMPTION: forces below this share of their first strength no longer attack
EXHAUSTED_TEMPO = 0.2  # ASSUMPTION: an assault whose tempo has fallen to this share is over


def step_attack(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of an attack; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return NEVER if order.kind == OrderKind.RESERVE else wait_for_start(battle, order, now)
    if order.phase == OrderPhase.BEGINNING:
        return start_attack(battle, order, now)
    if order.phase == OrderPhase.MARCHING:
        return start_march(battle, order, now)
    if order.phase == OrderPhase.ARRIVING:
        return engage_goal(battle, order, now)
    if order.phase == OrderPhase.FIGHTING:
        return continue_assault(battle, order, now)
    if order.phase == OrderPhase.CONSOLIDATING:
        if order.kind == OrderKind.RESERVE and enemy_strength(battle, order.goal, order.side) <= 0.0:
            return retreat(battle, order, now)
        release_forces(battle, order)
        return end_try(battle, order, now)
    return complete_retreat(battle, order, now)


def start_attack(battle: BattleState, order: OrderState, now: float) -> float:
    """The moment has come: see whether the order still makes sense, and choose the goal."""
    if order.tries > 0:
        return resume_attack(battle, order, now)
    if order.kind == OrderKind.COMMAND:
        order.goal = choose_goal(battle, order)
        if order.goal == NONE:
            return order.every_hours
    elif order.kind != OrderKind.RESERVE:
        order.goal = order.target
    log_started(battle, order, now)
    if not is_precondition_met(battle, order):
        return cancel_order(battle, order, CancelReason.PRECONDITION, now)
    if is_spent(battle, order):
        reason: int = CancelReason.BUSY if is_busy(battle, order) else CancelReason.SPENT
        if order.if_spent == FallbackAction.HOLD:
            return hold_position(battle, order, reason, now)
        return cancel_order(battle, order, reason, now)
    order.axis_step = 0
    while True:
        reason = find_obstacle(battle, order)
        if reason == NONE:
            order.phase = OrderPhase.MARCHING
            return order.reserve_delay_hours if order.kind == OrderKind.RESERVE else muster_hours(battle, order)
        fallback = order.if_held if reason == CancelReason.ALREADY_HELD else order.if_unreachable
        if fallback == FallbackAction.HOLD:
            return hold_position(battle, order, reason, now)
        if fallback != FallbackAction.REDIRECT or order.axis_step >= order.steps:
            return cancel_order(battle, order, reason, now)
        order.goal = battle.axis_steps[order.first_step + order.axis_step].place
        order.axis_step += 1
        log_redirected(battle, order, reason, now)


def resume_attack(battle: BattleState, order: OrderState, now: float) -> float:
    """A day after it was broken off an attack is tried again, if there is still something to take, and people."""
    if is_spent(battle, order) or not is_precondition_met(battle, order) or find_obstacle(battle, order) != NONE:
        return complete_order(battle, order, now)
    order.phase = OrderPhase.MARCHING
    return muster_hours(battle, order)


def end_try(battle: BattleState, order: OrderState, now: float) -> float:
    """An attack is over, or for the day only."""
    if not presses_on(battle, order, now):
        return complete_order(battle, order, now)
    hours = hours_until_resumed(battle, order, now)
    order.tries += 1
    order.phase = OrderPhase.BEGINNING
    order.is_attacking = 0
    return hours


def is_spent(battle: BattleState, order: OrderState) -> bool:
    """Whether too few of an order's people are left and free to attack."""
    return free_strength(battle, order) <= SPENT_SHARE * initial_strength(battle, order)


def find_obstacle(battle: BattleState, order: OrderState) -> int:
    """Why an order makes no sense with its present goal; NONE if it does."""
    if is_already_held(battle, order):
        return CancelReason.ALREADY_HELD
    if not is_reachable(battle, order, order.goal):
        return CancelReason.UNREACHABLE
    return NONE


def is_already_held(battle: BattleState, order: OrderState) -> bool:
    """Whether there is nothing to fight for at an order's goal."""
    no_enemy = enemy_strength(battle, order.goal, order.side) <= 0.0
    return no_enemy and share_held(battle, order.goal, order.side) >= 1.0


def start_march(battle: BattleState, order: OrderState, now: float) -> float:
    """The forces set out; the way may have closed since, or other work taken them."""
    if not is_reachable(battle, order, order.goal):
        return cancel_order(battle, order, CancelReason.UNREACHABLE, now)
    order.phase = OrderPhase.ARRIVING
    return depart_forces(battle, order, order.goal, now)


def engage_goal(battle: BattleState, order: OrderState, now: float) -> float:
    """The forces are there: walk in, join the assault under way, or open one."""
    goal = order.goal
    place = battle.places[goal]
    order.ending = NONE
    order.recalled = 0
    people = arrive_forces(battle, order, goal, now)
    if people <= 0.0:
        release_forces(battle, order)
        return cancel_order(battle, order, CancelReason.SPENT, now)
    if is_already_held(battle, order):
        log_moot(battle, order, CancelReason.ALREADY_HELD, now)
    elif enemy_strength(battle, goal, order.side) <= 0.0:
        assign_place(battle, goal, order.side, order.index, now)
        log_ended(battle, order, AssaultEnding.TAKEN, now)
        record_result(battle, order, OrderResult.TAKEN, now)
    else:
        order.phase = OrderPhase.FIGHTING
        if order.tries == 0:
            order.press_on_until = now + 24.0 * order.press_on_days
        if place.assault_order == NONE:
            order.is_attacking = 1
            open_assault(battle, order, now)
            cross_mines(battle, order, now)
            return 0.0 if order.ending != NONE else max_assault_hours(order)
        order.is_attacking = 1 if place.attacker == order.side else 0
        log_supported(battle, order, people, now)
        return NEVER
    order.phase = OrderPhase.CONSOLIDATING
    return consolidate_hours(battle, order)


def max_assault_hours(order: OrderState) -> float:
    """How long an assault lasts at most: by its time limit, or until it is exhausted."""
    return min(assault_time_limit(order), hours_to_exhaustion(order))


def assault_time_limit(order: OrderState) -> float:
    """The hours that an order gives its assault."""
    return order.within_hours if order.within_hours > 0.0 else order.assault_hours


def hours_to_exhaustion(order: OrderState) -> float:
    """The hours after which the tempo of an order's assault has fallen to the exhausted share."""
    fatigue = order.fatigue_per_hour
    return -math.log(EXHAUSTED_TEMPO) / fatigue if fatigue > 0.0 else NEVER


def continue_assault(battle: BattleState, order: OrderState, now: float) -> float:
    """Interrupted during an assault, or its time is over: see whether it ends, and what follows."""
    place = battle.places[order.goal]
    if order.ending == NONE and place.assault_order == order.index:
        ending = find_ending(battle, order, now)
        if ending == NONE:
            return max(place.assault_start + max_assault_hours(order) - now, 0.0)
        close_assault(battle, order.goal, ending, now)
    elif order.ending == NONE and order.recalled == 0:
        return NEVER
    if stays_at_goal(battle, order):
        order.phase = OrderPhase.CONSOLIDATING
        return consolidate_hours(battle, order)
    return retreat(battle, order, now)


def find_ending(battle: BattleState, order: OrderState, now: float) -> int:
    """Why an order's own assault ends now, other than by its losses; NONE if it goes on."""
    model = battle.model[0]
    opened = battle.places[order.goal].assault_start
    if order.recalled == 1:
        return AssaultEnding.RECALLED
    if order.daylight_only == 1 and model.daylight == 0:
        return AssaultEnding.DARK
    if order.daylight_only == 1 and model.fog == 1:
        return AssaultEnding.FOG
    if now + 1e-6 >= opened + max_assault_hours(order):
        return (
            AssaultEnding.TIME if assault_time_limit(order) <= hours_to_exhaustion(order) else AssaultEnding.EXHAUSTED
        )
    return NONE


def stays_at_goal(battle: BattleState, order: OrderState) -> bool:
    """Whether an order's forces stay where they fought: as victors, as defenders, or in the blocks that they won."""
    if order.recalled == 1:
        return False
    if order.is_attacking == 0 or order.ending == AssaultEnding.TAKEN or order.ending == AssaultEnding.DEFENCE_BROKE:
        return True
    holds_blocks = share_held(battle, order.goal, order.side) > 0.0
    if order.ending == AssaultEnding.CALLED_OFF or order.ending == AssaultEnding.NOBODY_LEFT:
        return holds_blocks and order.if_repelled == FallbackAction.HOLD
    return holds_blocks


def retreat(battle: BattleState, order: OrderState, now: float) -> float:
    """The forces go back to where they came from, or to the nearest place that is still theirs; else they stay."""
    longest = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index and force.place == order.goal:
            destination = force.origin
            if (
                destination == NONE
                or destination == order.goal
                or share_held(battle, destination, order.side) < PASSABLE_SHARE
            ):
                destination = find_retreat_place(battle, order.side, order.goal)
            if destination != NONE:
                km = find_path_km(battle, order.side, order.goal, destination)
                if km < NEVER:
                    force.origin = destination
                    if is_pursued(battle, order):
                        withdraw_in_contact(battle, force, order, now)
                    leave_place(battle, force, EventKind.DEPARTED, order.index, now)
                    longest = max(longest, march_hours(battle, order, force, km))
    order.phase = OrderPhase.RETURNING
    return longest


def is_pursued(battle: BattleState, order: OrderState) -> bool:
    """Whether an order's forces leave their goal with an enemy at their heels: called back, or thrown back."""
    is_beaten = order.recalled == 1 or order.ending == AssaultEnding.CALLED_OFF
    return is_beaten and enemy_strength(battle, order.goal, order.side) > 0.0


def complete_retreat(battle: BattleState, order: OrderState, now: float) -> float:
    """The forces are back."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index and force.place == NONE:
            enter_place(battle, force, force.origin, EventKind.ARRIVED, order.index, now)
    release_forces(battle, order)
    return end_try(battle, order, now)
