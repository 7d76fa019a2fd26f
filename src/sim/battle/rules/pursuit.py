"""Rout and pursuit: people of a side that turns its back on the enemy are killed or taken.

Of a side that breaks, a share is lost whose logit is normal, about another median where it is cut off:

    share = 1 / (1 + exp(-(logit(median) + sigma z)))      z the order's own

A part of these is killed, the others are taken prisoner. Of a side that leaves a place under assault, or falls back
from an attack that was thrown back, a lognormal share is killed, min(median exp(sigma z), 1). No more are killed than
there are pursuers: the enemies at the place who can take part.

Source: the fractions that losers of recorded battles lost beyond the one at which they broke (CDB90: a median near
nothing, with a heavy tail). How they divide into killed and taken, and what a withdrawal costs, is an ASSUMPTION.
"""

import math

from sim.battle.enums import OrderInput
from sim.battle.records import BattleState, ForceState, OrderState
from sim.battle.rules.assault_draws import normal_input
from sim.battle.rules.event_log import log_force
from sim.battle.rules.rates import engaged_strength
from sim.battle.rules.sampling import draw_binomial
from sim.events.log import EventKind

MAX_LOGIT = 700.0  # beyond it the exponential is no number


def draw_rout_share(battle: BattleState, order: OrderState, median: float, sigma: float) -> float:
    """The share of a force that breaks which is killed or taken."""
    if median <= 0.0 or median >= 1.0:
        return median
    logit = math.log(median / (1.0 - median)) + sigma * normal_input(battle, order, OrderInput.PURSUIT)
    return 1.0 / (1.0 + math.exp(min(-logit, MAX_LOGIT)))


def kill_people(battle: BattleState, force: ForceState, people: float, order: OrderState, now: float) -> None:
    """So many people of a force are killed as they flee."""
    n = 0.0
    while n < people:
        force.strength -= 1.0
        force.killed += 1.0
        log_force(battle, EventKind.KILLED, force, 1.0, order.index, now)
        n += 1.0


def take_prisoners(battle: BattleState, force: ForceState, people: float, order: OrderState, now: float) -> None:
    """So many people of a force are taken prisoner."""
    if people > 0.0:
        force.strength -= people
        force.captured += people
        log_force(battle, EventKind.CAPTURED, force, people, order.index, now)


def rout_force(
    battle: BattleState, force: ForceState, share: float, pursuers: float, order: OrderState, now: float
) -> float:
    """A force loses a share of its people, killed by pursuers or taken prisoner; how many are killed."""
    stream = battle.streams[order.stream]
    lost = draw_binomial(stream, force.strength, share)
    killed = min(draw_binomial(stream, lost, force.rout_killed_fraction), math.floor(max(pursuers, 0.0)))
    kill_people(battle, force, killed, order, now)
    take_prisoners(battle, force, lost - killed, order, now)
    return killed


def withdraw_in_contact(battle: BattleState, force: ForceState, order: OrderState, now: float) -> None:
    """A force leaves a place at which an assault is under way, or from which it was just thrown back."""
    z = normal_input(battle, order, OrderInput.PURSUIT)
    share = min(force.withdrawal_killed_median * math.exp(force.withdrawal_killed_sigma * z), 1.0)
    if share > 0.0:
        killed = draw_binomial(battle.streams[order.stream], force.strength, share)
        pursuers = engaged_strength(battle, force.place, 1 - force.side)
        kill_people(battle, force, min(killed, pursuers), order, now)
