"""Ambushes: forces that lie in wait near the enemy; the losses are drawn, and fall on the ambushed alone."""

from sim.battle.enums import OrderPhase
from sim.battle.records import BattleState, OrderState
from sim.battle.rules.casualties import check_break, inflict_losses
from sim.battle.rules.event_log import log_ambush
from sim.battle.rules.occupancy import are_linked
from sim.battle.rules.order_lifecycle import begin_at_target, cancel_order, complete_order, wait_for_start
from sim.battle.rules.sampling import draw_negative_binomial
from sim.events.log import NONE, CancelReason


def step_ambush(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of an ambush; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return wait_for_start(battle, order, now)
    obstacle = begin_at_target(battle, order, now)
    if obstacle != NONE:
        return cancel_order(battle, order, obstacle, now)
    if not is_ambush_ready(battle, order):
        return cancel_order(battle, order, CancelReason.UNREACHABLE, now)
    deaths = draw_negative_binomial(battle.streams[order.stream], order.deaths_mean, order.deaths_size)
    ambushed = battle.contingents[2 * order.target + 1 - order.side]
    killed = inflict_losses(battle, order, order.target, deaths, ambushed.wounded_per_killed, now)
    log_ambush(battle, order, killed, now)
    check_break(battle, order.target, now)
    return complete_order(battle, order, now)


def is_ambush_ready(battle: BattleState, order: OrderState) -> bool:
    """Whether one of the order's forces stands at the target or beside it."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        is_able = force.place != NONE and force.strength > 0.0
        if is_able and (force.place == order.target or are_linked(battle, force.place, order.target)):
            return True
    return False
