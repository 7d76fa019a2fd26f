"""Playing an order: each clock takes every order through `step`, phase by phase, until it is over."""

from sim.battle.codes import Kind
from sim.battle.rows import NEVER, Battle
from sim.battle.rules.ambush import step_ambush
from sim.battle.rules.attack import step_attack
from sim.battle.rules.bomb import step_bomb
from sim.battle.rules.combat import next_due
from sim.battle.rules.daily import step_round
from sim.battle.rules.fires import step_fires
from sim.battle.rules.move import step_move
from sim.battle.rules.rates import rounded
from sim.battle.rules.sky import step_sky


def step(battle: Battle, index: int, now: float) -> tuple[float, int, float]:
    """Play the next phase of an order; returns the hours until its next one, how many orders are to be called, and
    when the next event of the fighting is due.

    Hours NEVER: it waits to be called up. Below 0: it is over.
    """
    hours = step_of_kind(battle, index, now)
    if 0.0 <= hours < NEVER:
        hours = rounded(hours)
    return hours, battle.tally[0].calls, next_due(battle)


def step_of_kind(battle: Battle, index: int, now: float) -> float:
    """The same, before the answer is put on a whole tick."""
    order = battle.orders[index]
    if order.kind == Kind.ATTACK or order.kind == Kind.RESERVE or order.kind == Kind.COMMAND:
        return step_attack(battle, order, now)
    if order.kind == Kind.WITHDRAW or order.kind == Kind.REINFORCE:
        return step_move(battle, order, now)
    if order.kind == Kind.AIRSTRIKE or order.kind == Kind.SHELLING:
        return step_fires(battle, order, now)
    if order.kind == Kind.VEHICLE_BOMB:
        return step_bomb(battle, order, now)
    if order.kind == Kind.AMBUSH:
        return step_ambush(battle, order, now)
    if order.kind == Kind.SKY:
        return step_sky(battle, now)
    return step_round(battle, order, now)
