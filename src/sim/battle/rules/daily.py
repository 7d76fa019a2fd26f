"""The daily round: supplies are used up and brought, losses are replaced, so that a hundred days make sense."""

from sim.battle.codes import Phase
from sim.battle.rows import Battle, Force, Order
from sim.battle.rules.chance import poisson
from sim.battle.rules.journal import log_force, log_supplied, log_unsupplied
from sim.battle.rules.movement import PASSABLE
from sim.battle.rules.presence import recount, share_held
from sim.events import NOBODY, What


def step_round(battle: Battle, order: Order, now: float) -> float:
    """Supply every force, then replace losses; returns the hours until the next round, at midnight."""
    if order.phase == Phase.WAITING:
        order.phase = Phase.BEGINNING
        return order.earliest
    for side in range(2):
        mark_supplied(battle, side)
        for force in battle.forces:
            if force.side == side and force.present == 1 and force.place != NOBODY:
                supply(battle, force, now)
        replace_losses(battle, side, now)
    return 24.0


def supply(battle: Battle, force: Force, now: float) -> None:
    """A force that its side can reach from a depot or by air is full again; any other uses up a day's worth."""
    had = force.supplies
    if battle.places[force.place].way_known == 1:
        force.supplies = battle.model[0].supply_days
    else:
        force.supplies = max(force.supplies - 1.0, 0.0)
    if had > 0.0 >= force.supplies:
        log_unsupplied(battle, force, now)
        recount(battle, force.place, now)
    if had <= 0.0 < force.supplies:
        log_supplied(battle, force, now)
        recount(battle, force.place, now)


def mark_supplied(battle: Battle, side: int) -> None:
    """Mark (`way_known`) every place that a side can supply: from a depot it holds, or by air, through its places."""
    for source in battle.places:
        by_road = source.depot == side and share_held(battle, source.index, side) >= PASSABLE
        by_air = source.airstrip == side and share_held(battle, source.index, side) >= 1.0
        source.way_known = 1 if by_road or by_air else 0
    spread = True
    while spread:
        spread = False
        for here in battle.places:
            if here.way_known == 1 and share_held(battle, here.index, side) >= PASSABLE:
                for road in range(here.first_road, here.first_road + here.roads):
                    there = battle.places[battle.roads[road].to]
                    if there.way_known == 0:
                        there.way_known = 1
                        spread = True


def replace_losses(battle: Battle, side: int, now: float) -> None:
    """People come to the forces of a side that are replaced, first to the one that misses most."""
    row = battle.sides[side]
    people = poisson(battle.streams[row.stream], row.replacements_per_day)
    while people > 0.0:
        neediest = NOBODY
        missing = 0.0
        for force in battle.forces:
            if force.side == side and replaceable(battle, force) and force.initial - force.strength > missing:
                missing = force.initial - force.strength
                neediest = force.index
        if neediest == NOBODY:
            return
        force = battle.forces[neediest]
        given = min(people, missing)
        force.strength += given
        force.joined += given
        people -= given
        log_force(battle, What.JOINED, force, given, NOBODY, now)
        recount(battle, force.place, now)


def replaceable(battle: Battle, force: Force) -> bool:
    """Whether a force can take in replacements: it stands supplied, away from any assault."""
    if force.replaced == 0 or force.place == NOBODY or force.present == 0 or force.supplies <= 0.0:
        return False
    return battle.places[force.place].assault == NOBODY
