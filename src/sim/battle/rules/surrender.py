"""Demands to surrender: a garrison is asked to give in, and does or refuses; what happens then, by the terms.

The chance that it does is logistic, with L the share of its people lost since they came into the battle, S 1 if no way
of retreat is open, and U the share of its people without supplies:

    logit p = demand_log_odds + demand_per_share_lost L + demand_if_surrounded S + demand_per_unsupplied U

It does if Phi(z) < p, z the order's own: how much the defenders bear. Everybody there is then taken prisoner, or, with
free passage, marches off to the nearest place of their side. All four numbers belong to the order: there are no
others.
"""

import math

from sim.battle.enums import OrderInput, OrderPhase
from sim.battle.records import BattleState, OrderState
from sim.battle.rules.assault import close_assault, give_up_place
from sim.battle.rules.event_log import log_demand
from sim.battle.rules.movement import find_distant_retreat_place, find_retreat_place
from sim.battle.rules.occupancy import assign_place, is_own_side_near, update_occupancy
from sim.battle.rules.order_lifecycle import begin_at_target, cancel_order, complete_order, wait_for_start
from sim.battle.rules.pursuit import MAX_LOGIT
from sim.battle.rules.sampling import normal_cdf
from sim.events.log import NONE, AssaultEnding, CancelReason


def step_surrender_demand(battle: BattleState, order: OrderState, now: float) -> float:
    """The next step of a demand to surrender; returns the hours until the one after it."""
    if order.phase == OrderPhase.WAITING:
        return wait_for_start(battle, order, now)
    obstacle = begin_at_target(battle, order, now)
    if obstacle != NONE:
        return cancel_order(battle, order, obstacle, now)
    if not is_own_side_near(battle, order):  # nobody is there to ask
        return cancel_order(battle, order, CancelReason.UNREACHABLE, now)
    is_accepted = accepts_demand(battle, order)
    log_demand(battle, order, 1 if is_accepted else 0, now)
    if is_accepted:
        yield_place(battle, order, now)
    return complete_order(battle, order, now)


def accepts_demand(battle: BattleState, order: OrderState) -> bool:
    """Whether the garrison of an order's target gives in."""
    side = 1 - order.side
    people, at_first, supplied = 0.0, 0.0, 0.0
    for force in battle.forces:
        if force.place == order.target and force.side == side:
            people += force.strength
            at_first += force.initial_strength + force.replacements
            if force.supplies > 0.0:
                supplied += force.strength
    logit = order.demand_log_odds
    logit += order.demand_per_share_lost * max(1.0 - people / max(at_first, 1.0), 0.0)
    logit += order.demand_per_unsupplied * (1.0 - supplied / max(people, 1.0))
    if find_retreat_place(battle, side, order.target) == NONE:
        logit += order.demand_if_surrounded
    chance = 1.0 / (1.0 + math.exp(max(min(-logit, MAX_LOGIT), -MAX_LOGIT)))
    return normal_cdf(battle.normal_inputs[order.first_input + OrderInput.BREAK_DEFEND]) < chance


def yield_place(battle: BattleState, order: OrderState, now: float) -> None:
    """The garrison of an order's target lays down its arms, or marches off; the place is the order's side's."""
    p = order.target
    side = 1 - order.side
    if battle.places[p].assault_order != NONE:
        is_attacked = battle.places[p].attacker == order.side
        close_assault(battle, p, AssaultEnding.YIELDED if is_attacked else AssaultEnding.CALLED_OFF, now)
    refuge: int = NONE
    if order.free_passage == 1:
        refuge = find_retreat_place(battle, side, p)
        if refuge == NONE:
            refuge = find_distant_retreat_place(battle, side, p)
    for force in battle.forces:
        if force.place == p and force.side == side:
            give_up_place(battle, force, refuge, order, now)
    update_occupancy(battle, p, now)
    assign_place(battle, p, order.side, order.index, now)
