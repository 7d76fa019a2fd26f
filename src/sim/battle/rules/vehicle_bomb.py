"""Vehicle bombs, as draws from historical frequencies and nothing else: stopped, short of the target, or on it."""

from sim.battle.enums import OrderInput, OrderPhase
from sim.battle.records import BattleState, OrderState
from sim.battle.rules.casualties import apply_suppression, check_break, clear_expired_effects, inflict_losses
from sim.battle.rules.event_log import log_bomb
from sim.battle.rules.occupancy import is_own_side_near
from sim.battle.rules.order_lifecycle import begin_at_target, cancel_order, complete_order, wait_for_start
from sim.battle.rules.rates import round_to_tick
from sim.battle.rules.sampling import draw_negative_binomial, draw_uniform, normal_cdf
from sim.events.log import NONE, BombOutcome, CancelReason


def step_vehicle_bomb(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of a vehicle bomb; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return wait_for_start(battle, order, now)
    if order.phase == OrderPhase.BEGINNING:
        obstacle = begin_at_target(battle, order, now)
        if obstacle != NONE:
            return cancel_order(battle, order, obstacle, now)
        if not is_own_side_near(battle, order):
            return cancel_order(battle, order, CancelReason.UNREACHABLE, now)
        detonate_bomb(battle, order, now)
        order.phase = OrderPhase.RECOVERING
        if order.next_at > now:
            return min(order.suppression_hours, order.breach_hours)
    clear_expired_effects(battle, now)
    return order.next_at - now if now < order.next_at else complete_order(battle, order, now)


def draw_bomb_outcome(battle: BattleState, order: OrderState) -> int:
    """What becomes of a bomb on its way: a `BombOutcome`."""
    if normal_cdf(battle.normal_inputs[order.first_input + OrderInput.ARRIVES]) >= order.arrival_chance:
        return BombOutcome.STOPPED
    if normal_cdf(battle.normal_inputs[order.first_input + OrderInput.REACHES]) >= order.reach_chance:
        return BombOutcome.SHORT
    return BombOutcome.ON_TARGET


def detonate_bomb(battle: BattleState, order: OrderState, now: float) -> None:
    """Draw what becomes of the bomb; on target it kills, breaches and shocks. Sources: CPOST2020 for the deaths."""
    outcome = order.fixed_outcome if order.fixed_outcome != NONE else draw_bomb_outcome(battle, order)
    killed = 0.0
    order.next_at = now
    if outcome == BombOutcome.ON_TARGET:
        stream = battle.streams[order.stream]
        deaths = draw_negative_binomial(stream, order.deaths_mean, order.deaths_size)
        if draw_uniform(stream) < order.no_deaths_chance:
            deaths = 0.0
        place = battle.places[order.target]
        is_open = now < place.breached_until
        place.breach_cover = min(place.breach_cover, order.breach_cover) if is_open else order.breach_cover
        place.breached_until = max(place.breached_until, round_to_tick(now + order.breach_hours))
        apply_suppression(battle, order.target, 1 - order.side, order.suppression, order.suppression_hours, now)
        killed = inflict_losses(battle, order, order.target, deaths, order.wounded_per_killed, now)
        order.next_at = max(place.breached_until, round_to_tick(now + order.suppression_hours))
    log_bomb(battle, order, outcome, killed, now)
    check_break(battle, order.target, now)
