"""Pursuit: people of a side that turns its back on the enemy are killed.

The share killed is lognormal, min(median exp(sigma z), 1), z the order's own; the median is another for a side that
breaks, for one that leaves while it is under assault, and for one that breaks and is cut off. Nobody is killed by a
pursuer who is not there: deaths are at most as many as the enemies at the place who can take part.
Source: losers of recorded battles lose most of what they lose after they broke (ASSUMPTION on the share; CDB90's losses
hold it and do not tell it apart).
"""

import math

from sim.battle.enums import OrderInput
from sim.battle.records import BattleState, ForceState, OrderState
from sim.battle.rules.assault_draws import normal_input
from sim.battle.rules.event_log import log_force
from sim.battle.rules.rates import engaged_strength
from sim.battle.rules.sampling import draw_binomial
from sim.events.log import EventKind


def draw_pursuit_share(battle: BattleState, order: OrderState, median: float) -> float:
    """The share of those who turn their backs that is killed."""
    sigma = battle.model[0].pursuit_sigma
    return min(median * math.exp(sigma * normal_input(battle, order, OrderInput.PURSUIT)), 1.0)


def pursue_side(battle: BattleState, p: int, side: int, share: float, order: OrderState, now: float) -> None:
    """Every force of a side at a place loses a share of its people, as far as there are pursuers."""
    pursuers = engaged_strength(battle, p, 1 - side)
    for force in battle.forces:
        if force.place == p and force.side == side:
            pursuers -= pursue_force(battle, force, share, pursuers, order, now)


def pursue_force(
    battle: BattleState, force: ForceState, share: float, pursuers: float, order: OrderState, now: float
) -> float:
    """A force loses a share of its people, at most as many as there are pursuers; how many are killed."""
    if share <= 0.0 or pursuers <= 0.0:
        return 0.0
    killed = min(draw_binomial(battle.streams[order.stream], force.strength, share), pursuers)
    n = 0.0
    while n < killed:
        force.strength -= 1.0
        force.killed += 1.0
        log_force(battle, EventKind.KILLED, force, 1.0, order.index, now)
        n += 1.0
    return killed


def withdraw_in_contact(battle: BattleState, force: ForceState, order: OrderState, now: float) -> None:
    """A force leaves a place at which an assault is under way, or from which it was just thrown back."""
    share = draw_pursuit_share(battle, order, battle.model[0].withdrawal_killed_median)
    pursue_force(battle, force, share, engaged_strength(battle, force.place, 1 - force.side), order, now)
