"""Withdrawal and reinforcement: forces leave for a place, or come into the battle there."""

from sim.battle.codes import Kind, Phase
from sim.battle.rows import Battle, Order
from sim.battle.rules.intent import PATIENCE, done, drop, precondition_holds, wait_for_moment
from sim.battle.rules.journal import call_up, log_begun
from sim.battle.rules.movement import PASSABLE, arrive, depart, free_strength, reachable, release
from sim.battle.rules.presence import enter, settle_line, share_held
from sim.events import NOBODY, What, Why


def step_move(battle: Battle, order: Order, now: float) -> float:
    """The next step of a withdrawal or reinforcement; returns the hours until the one after it."""
    if order.phase == Phase.WAITING:
        return wait_for_moment(battle, order, now)
    if order.phase == Phase.BEGINNING:
        return begin_move(battle, order, now)
    arrive(battle, order, order.goal, now)
    settle_line(battle, order.goal, order.index, now)
    release(battle, order)
    return done(battle, order, now)


def begin_move(battle: Battle, order: Order, now: float) -> float:
    """The moment has come: new forces come in, those that stand elsewhere set out."""
    order.goal = order.target
    if order.tries == 0:
        log_begun(battle, order, now)
        if not precondition_holds(battle, order):
            return drop(battle, order, Why.PRECONDITION, now)
        if order.kind == Kind.REINFORCE and share_held(battle, order.goal, order.side) < PASSABLE:
            return drop(battle, order, Why.UNREACHABLE, now)
    came = come_in(battle, order, now) if order.kind == Kind.REINFORCE else False
    if recall(battle, order) and order.tries < PATIENCE:
        order.tries += 1
        return 1.0
    if not reachable(battle, order, order.goal):
        if came:
            return done(battle, order, now)
        return drop(battle, order, Why.SPENT if free_strength(battle, order) <= 0.0 else Why.UNREACHABLE, now)
    order.phase = Phase.ARRIVING
    return depart(battle, order, order.goal, now)


def come_in(battle: Battle, order: Order, now: float) -> bool:
    """Forces that are not in the battle yet come into it at the goal; whether there were any."""
    came = False
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.present == 0:
            force.present = 1
            enter(battle, force, order.goal, What.JOINED, order.index, now)
            settle_line(battle, order.goal, order.index, now)
            came = True
    return came


def recall(battle: Battle, order: Order) -> bool:
    """Ask the orders that hold this order's forces in a fight to let them go; whether there are any."""
    waiting = False
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order != NOBODY:
            waiting = True
            other = battle.orders[force.order]
            if other.phase == Phase.FIGHTING:
                other.recalled = 1
                call_up(battle, other.index)
    return waiting
