"""What orders of every kind share: when they start, their precondition, how they are cancelled and completed."""

from sim.battle.enums import OrderInput, OrderKind, OrderPhase, OrderResult
from sim.battle.records import NEVER, BattleState, OrderState
from sim.battle.rules.event_log import log_cancelled, log_completed, log_moot, log_started, request_interrupt
from sim.battle.rules.occupancy import share_held
from sim.battle.rules.sampling import normal_cdf
from sim.events.log import NONE, CancelReason

NO_NEXT_STEP = -1.0  # instead of a delay: the order takes no further step
PATIENCE_HOURS = 12.0  # ASSUMPTION: h that an order waits for fog to lift, an enemy to show, or its forces to be free


def wait_for_start(battle: BattleState, order: OrderState, now: float) -> float:
    """The hours until an order's moment."""
    order.phase = OrderPhase.BEGINNING
    return max(start_time(battle, order) - now, 0.0)


def start_time(battle: BattleState, order: OrderState) -> float:
    """An order's moment, drawn evenly from its window."""
    share = normal_cdf(battle.normal_inputs[order.first_input + OrderInput.MOMENT])
    return order.earliest + (order.latest - order.earliest) * share


def reconsider_order(battle: BattleState, index: int) -> None:
    """An order whose window has changed draws its moment anew, unless it has started; the weather steps at once."""
    order = battle.orders[index]
    if order.kind == OrderKind.ENVIRONMENT:
        battle.model[0].first_day = 0
        request_interrupt(battle, index)
    elif order.phase == OrderPhase.BEGINNING and order.tries == 0 and order.kind != OrderKind.LOGISTICS:
        order.phase = OrderPhase.WAITING
        request_interrupt(battle, index)


def patience_hours(order: OrderState) -> float:
    """The hours that fire support and transfers wait: the order's own, or those of its kind."""
    return order.wait_hours if order.wait_hours >= 0.0 else PATIENCE_HOURS


def is_precondition_met(battle: BattleState, order: OrderState) -> bool:
    """Whether the place that an order depends on is held as it must be."""
    if order.required_place == NONE:
        return True
    return share_held(battle, order.required_place, order.required_side) >= order.required_share


def cancel_order(battle: BattleState, order: OrderState, reason: int, now: float) -> float:
    """An order no longer makes sense in this battle: log it, with the reason."""
    log_cancelled(battle, order, reason, now)
    record_result(battle, order, OrderResult.DROPPED, now)
    return finish_order(battle, order, now)


def hold_position(battle: BattleState, order: OrderState, reason: int, now: float) -> float:
    """An order's forces hold where they are instead."""
    log_moot(battle, order, reason, now)
    result = OrderResult.TAKEN if reason == CancelReason.ALREADY_HELD else OrderResult.DROPPED
    record_result(battle, order, result, now)
    return finish_order(battle, order, now)


def complete_order(battle: BattleState, order: OrderState, now: float) -> float:
    """An order has run its course."""
    log_completed(battle, order, now)
    if order.kind == OrderKind.ATTACK:
        is_taken = share_held(battle, order.goal, order.side) >= 1.0
        record_result(battle, order, OrderResult.TAKEN if is_taken else OrderResult.REPELLED, now)
    else:
        record_result(battle, order, OrderResult.DONE, now)
    return finish_order(battle, order, now)


def record_result(battle: BattleState, order: OrderState, result: int, now: float) -> None:
    """Record what came of an order, the first time that is known, and let the orders that wait for it see."""
    if order.result == NONE:
        order.result = result
        order.result_at = now
        interrupt_followers(battle, order)


def interrupt_followers(battle: BattleState, order: OrderState) -> None:
    """Interrupt the orders that wait for this one."""
    if order.is_followed == 1:
        for other in battle.orders:
            if other.followed_order == order.index and other.phase == OrderPhase.BEGINNING and other.tries == 0:
                request_interrupt(battle, other.index)


def finish_order(battle: BattleState, order: OrderState, now: float) -> float:
    """No further step; but a reserve can be called again, and what recurs waits for its next time."""
    if order.kind == OrderKind.RESERVE or order.every_hours > 0.0:
        order.phase = OrderPhase.WAITING
        order.goal = NONE
        order.tries = 0
        order.n_strikes = 0.0
        return NEVER if order.kind == OrderKind.RESERVE else order.every_hours
    order.phase = OrderPhase.OVER
    order.ended_at = now
    interrupt_followers(battle, order)
    return NO_NEXT_STEP


def begin_at_target(battle: BattleState, order: OrderState, now: float) -> int:
    """Log that the moment of an order has come; why it can do nothing at its target, NONE if it can."""
    log_started(battle, order, now)
    order.goal = order.target
    if not is_precondition_met(battle, order):
        return CancelReason.PRECONDITION
    if enemy_strength(battle, order.target, order.side) <= 0.0:
        return CancelReason.NO_ENEMY
    return NONE


def enemy_strength(battle: BattleState, p: int, side: int) -> float:
    """The enemy's people at a place."""
    return battle.contingents[2 * p + 1 - side].strength
