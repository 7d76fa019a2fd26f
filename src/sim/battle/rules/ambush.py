"""Ambushes: forces that lie in wait near the enemy; the losses are drawn, and fall on the ambushed alone."""

from sim.battle.codes import Phase
from sim.battle.rows import Battle, Order
from sim.battle.rules.chance import negative_binomial
from sim.battle.rules.harm import harm, shaken
from sim.battle.rules.intent import done, drop, enemy_at, precondition_holds, wait_for_moment
from sim.battle.rules.journal import log_ambush, log_begun
from sim.battle.rules.presence import linked
from sim.events import NOBODY, Why


def step_ambush(battle: Battle, order: Order, now: float) -> float:
    """The next step of an ambush; returns the hours until the one after it."""
    if order.phase == Phase.WAITING:
        return wait_for_moment(battle, order, now)
    log_begun(battle, order, now)
    order.goal = order.target
    if not precondition_holds(battle, order):
        return drop(battle, order, Why.PRECONDITION, now)
    if enemy_at(battle, order.target, order.side) <= 0.0:
        return drop(battle, order, Why.NO_ENEMY, now)
    if not in_wait(battle, order):
        return drop(battle, order, Why.UNREACHABLE, now)
    model = battle.model[0]
    deaths = negative_binomial(battle.streams[order.stream], model.ambush_deaths_mean, model.ambush_deaths_size)
    killed = harm(battle, order, order.target, deaths, battle.sides[1 - order.side].wounded_per_killed, now)
    log_ambush(battle, order, killed, now)
    shaken(battle, order.target, now)
    return done(battle, order, now)


def in_wait(battle: Battle, order: Order) -> bool:
    """Whether one of the order's forces stands at the target or beside it."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        able = force.place != NOBODY and force.strength > 0.0
        if able and (force.place == order.target or linked(battle, force.place, order.target)):
            return True
    return False
