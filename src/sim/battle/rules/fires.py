"""Air strikes and shelling: sorties spread over some hours, few casualties, much suppression."""

import math

from sim.battle.codes import Kind, Phase
from sim.battle.rows import Battle, Order
from sim.battle.rules.chance import negative_binomial
from sim.battle.rules.harm import harm, recover, shaken, suppress
from sim.battle.rules.intent import PATIENCE, done, drop, enemy_at, precondition_holds, wait_for_moment
from sim.battle.rules.journal import log_begun, log_sortie
from sim.battle.rules.rates import rounded
from sim.events import NOBODY, Why


def step_fires(battle: Battle, order: Order, now: float) -> float:
    """The next step of air strikes or shelling; returns the hours until the one after it."""
    if order.phase == Phase.WAITING:
        return wait_for_moment(battle, order, now)
    if order.phase == Phase.BEGINNING:
        if order.tries == 0:
            log_begun(battle, order, now)
        if not precondition_holds(battle, order):
            return drop(battle, order, Why.PRECONDITION, now)
        order.sorties = math.floor(order.sorties + 0.5)
        if order.sorties < 1.0:
            return drop(battle, order, Why.SPENT, now)
        hindrance = hindered(battle, order)
        if hindrance != NOBODY:
            order.tries += 1
            return 1.0 if order.tries <= PATIENCE else drop(battle, order, hindrance, now)
        order.phase = Phase.FIRING
        order.next_at = now
    recover(battle, now)
    if now < order.next_at:
        return order.next_at - now
    if order.phase == Phase.RECOVERING:
        return done(battle, order, now)
    strike(battle, order, now)
    return min(order.next_at, rounded(now + suppression_hours(battle, order))) - now


def suppression_hours(battle: Battle, order: Order) -> float:
    """How long it takes the enemy to recover from one strike."""
    model = battle.model[0]
    return model.strike_suppression_hours if order.kind == Kind.AIRSTRIKE else model.shell_suppression_hours


def hindered(battle: Battle, order: Order) -> int:
    """Why no strike can be made now; NOBODY if one can."""
    if order.kind == Kind.AIRSTRIKE and battle.model[0].fog == 1:
        return Why.WEATHER
    if find_enemy(battle, order) == NOBODY:
        return Why.NO_ENEMY
    return NOBODY


def find_enemy(battle: Battle, order: Order) -> int:
    """The target if an enemy is there, else the first of the other places with one; NOBODY if there is none."""
    if enemy_at(battle, order.target, order.side) > 0.0:
        return order.target
    for i in range(order.first_step, order.first_step + order.steps):
        if enemy_at(battle, battle.steps[i].place, order.side) > 0.0:
            return battle.steps[i].place
    return NOBODY


def strike(battle: Battle, order: Order, now: float) -> None:
    """One sortie or fire mission, and when the next is due; after the last one the enemy recovers."""
    model = battle.model[0]
    goal = find_enemy(battle, order)
    order.goal = goal
    if goal != NOBODY:
        dice = battle.streams[order.stream]
        if order.kind == Kind.AIRSTRIKE:
            deaths = negative_binomial(dice, model.strike_deaths_mean, model.strike_deaths_size)
            suppress(battle, goal, 1 - order.side, model.strike_suppression, model.strike_suppression_hours, now)
        else:
            deaths = negative_binomial(dice, model.shell_deaths_mean, model.shell_deaths_size)
            suppress(battle, goal, 1 - order.side, model.shell_suppression, model.shell_suppression_hours, now)
        killed = harm(battle, order, goal, deaths, battle.sides[1 - order.side].wounded_per_killed, now)
        log_sortie(battle, order, killed, now)
        shaken(battle, goal, now)
    order.fired += 1.0
    order.next_at = rounded(now + order.over_hours / order.sorties)
    if order.fired >= order.sorties or goal == NOBODY:
        order.phase = Phase.RECOVERING
        order.next_at = rounded(now + suppression_hours(battle, order))
