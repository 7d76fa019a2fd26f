"""Losses that come at once, by bombs, strikes and ambushes, and the suppression that they leave behind."""

from sim.battle.codes import Stop
from sim.battle.rows import NEVER, Battle, Order
from sim.battle.rules.assault import settle
from sim.battle.rules.chance import poisson
from sim.battle.rules.combat import reason_to_stop
from sim.battle.rules.presence import lose_one, recount, settle_line
from sim.battle.rules.rates import rounded, touch
from sim.events import NOBODY


def harm(battle: Battle, order: Order, p: int, deaths: float, wounded_per_killed: float, now: float) -> float:
    """So many of the enemy at a place are killed, if there are so many, and others wounded; the number killed."""
    enemy = 1 - order.side
    front = battle.fronts[2 * p + enemy]
    killed = 0.0
    while killed < deaths and front.strength > 0.0:
        lose_one(battle, p, enemy, order.stream, True, order.index, now)
        killed += 1.0
    wounded = poisson(battle.streams[order.stream], killed * wounded_per_killed)
    while wounded > 0.0 and front.strength > 0.0:
        lose_one(battle, p, enemy, order.stream, False, order.index, now)
        wounded -= 1.0
    return killed


def suppress(battle: Battle, p: int, side: int, share: float, hours: float, now: float) -> None:
    """A side at a place loses a share of its fire for some hours; the stronger and the longer effect counts."""
    front = battle.fronts[2 * p + side]
    front.suppression = max(front.suppression, share)
    until = rounded(now + hours)
    front.recovers_at = until if front.recovers_at == NEVER else max(front.recovers_at, until)


def shaken(battle: Battle, p: int, now: float) -> None:
    """After harm from outside: count again, and see whether a side breaks."""
    recount(battle, p, now)
    if battle.places[p].assault == NOBODY:
        settle_line(battle, p, NOBODY, now)
        return
    stop = reason_to_stop(battle, p)
    battle.places[p].stop = stop
    if stop != Stop.NONE:
        settle(battle, p, now)


def recover(battle: Battle, now: float) -> None:
    """End every suppression and close every breach whose time is over."""
    for p in range(len(battle.places)):
        changed = False
        for side in range(2):
            front = battle.fronts[2 * p + side]
            if front.recovers_at <= now:
                front.suppression = 0.0
                front.recovers_at = NEVER
                changed = True
        if 0.0 < battle.places[p].breached_until <= now:
            battle.places[p].breached_until = 0.0
            changed = True
        if changed:
            touch(battle, p, now)
