"""Air strikes and shelling: sorties spread over some hours, few casualties, much suppression."""

import math

from sim.battle.enums import OrderKind, OrderPhase
from sim.battle.records import BattleState, OrderState
from sim.battle.rules.casualties import apply_suppression, check_break, clear_expired_effects, inflict_losses
from sim.battle.rules.event_log import log_aircraft_lost, log_sortie, log_started
from sim.battle.rules.order_lifecycle import (
    cancel_order,
    complete_order,
    enemy_strength,
    is_precondition_met,
    patience_hours,
    wait_for_start,
)
from sim.battle.rules.rates import round_to_tick
from sim.battle.rules.sampling import draw_negative_binomial, draw_uniform
from sim.events.log import NONE, CancelReason


def step_fire_support(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of air strikes or shelling; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return wait_for_start(battle, order, now)
    if order.phase == OrderPhase.BEGINNING:
        if order.tries == 0:
            log_started(battle, order, now)
        if not is_precondition_met(battle, order):
            return cancel_order(battle, order, CancelReason.PRECONDITION, now)
        if is_all_flown(order):
            return cancel_order(battle, order, CancelReason.SPENT, now)
        hindrance = find_hindrance(battle, order)
        if hindrance != NONE:
            order.tries += 1
            return 1.0 if order.tries <= patience_hours(order) else cancel_order(battle, order, hindrance, now)
        order.phase = OrderPhase.FIRING
        order.next_at = now
    clear_expired_effects(battle, now)
    if now < order.next_at:
        return order.next_at - now
    if order.phase == OrderPhase.RECOVERING:
        return complete_order(battle, order, now)
    if not is_all_flown(order):  # a change may have set fewer in the meantime
        execute_strike(battle, order, now)
    schedule_next_strike(order, now)
    return min(order.next_at, round_to_tick(now + order.suppression_hours)) - now


def is_all_flown(order: OrderState) -> bool:
    """Whether as many strikes were made as the order has, to the nearest whole number."""
    return order.n_strikes >= math.floor(order.sorties + 0.5)


def schedule_next_strike(order: OrderState, now: float) -> None:
    """When the next strike is due; after the last one, or where there is no enemy left, the enemy recovers."""
    if is_all_flown(order) or order.goal == NONE:
        order.phase = OrderPhase.RECOVERING
        order.next_at = round_to_tick(now + order.suppression_hours)
    else:
        order.next_at = round_to_tick(now + order.over_hours / math.floor(order.sorties + 0.5))


def find_hindrance(battle: BattleState, order: OrderState) -> int:
    """Why no strike can be made now; NONE if one can."""
    if order.kind == OrderKind.AIRSTRIKE and battle.model[0].fog == 1:
        return CancelReason.WEATHER
    if find_strike_target(battle, order) == NONE:
        return CancelReason.NO_ENEMY
    return NONE


def find_strike_target(battle: BattleState, order: OrderState) -> int:
    """The target if an enemy is there, else the first of the other places with one; NONE if there is none."""
    if enemy_strength(battle, order.target, order.side) > 0.0:
        return order.target
    for i in range(order.first_step, order.first_step + order.steps):
        if enemy_strength(battle, battle.axis_steps[i].place, order.side) > 0.0:
            return battle.axis_steps[i].place
    return NONE


def execute_strike(battle: BattleState, order: OrderState, now: float) -> None:
    """One sortie or fire mission."""
    goal = find_strike_target(battle, order)
    order.goal = goal
    is_lost = order.lost_share > 0.0 and draw_uniform(battle.streams[order.stream]) < order.lost_share
    if is_lost and goal != NONE:
        log_aircraft_lost(battle, order, now)
    elif goal != NONE:
        stream = battle.streams[order.stream]
        deaths = draw_negative_binomial(stream, order.deaths_mean, order.deaths_size)
        apply_suppression(battle, goal, 1 - order.side, order.suppression, order.suppression_hours, now)
        enemy = battle.contingents[2 * goal + 1 - order.side]
        killed = inflict_losses(battle, order, goal, deaths, enemy.wounded_per_killed, now)
        log_sortie(battle, order, killed, now)
        check_break(battle, goal, now)
    order.n_strikes += 1.0
