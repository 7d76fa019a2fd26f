"""Logistics: once a day supplies are used up and brought, and losses are replaced."""

from sim.battle.enums import OrderPhase
from sim.battle.records import BattleState, ForceState, OrderState
from sim.battle.rules.event_log import log_force, log_supplied, log_unsupplied
from sim.battle.rules.occupancy import PASSABLE_SHARE, share_held, update_occupancy
from sim.battle.rules.sampling import draw_poisson
from sim.events.log import NONE, EventKind


def step_logistics(battle: BattleState, order: OrderState, now: float) -> float:
    """Supply every force, then replace losses; returns the hours until the next round, at midnight."""
    if order.phase == OrderPhase.WAITING:
        order.phase = OrderPhase.BEGINNING
        return order.earliest
    for side in range(2):
        mark_supplied_places(battle, side)
        for force in battle.forces:
            if force.side == side and force.present == 1 and force.place != NONE:
                update_supplies(battle, force, now)
        replace_losses(battle, side, now)
    return 24.0


def update_supplies(battle: BattleState, force: ForceState, now: float) -> None:
    """A force that its side can reach from a depot or by air is full again; any other uses up a day's worth."""
    before = force.supplies
    if battle.places[force.place].supply > 0:
        force.supplies = force.supply_days
    else:
        force.supplies = max(force.supplies - 1.0, 0.0)
    if before > 0.0 >= force.supplies:
        log_unsupplied(battle, force, now)
        update_occupancy(battle, force.place, now)
    if before <= 0.0 < force.supplies:
        log_supplied(battle, force, now)
        update_occupancy(battle, force.place, now)


def mark_supplied_places(battle: BattleState, side: int) -> None:
    """Mark (`supply`) every place that a side can supply: from a depot it holds, or by air, through its places."""
    for source in battle.places:
        by_road = source.depot == side and share_held(battle, source.index, side) >= PASSABLE_SHARE
        held = share_held(battle, source.index, side)
        by_air = source.airstrip == side and held > 0.0 and held >= source.airstrip_share
        source.supply = 1 if by_road or by_air else 0
    is_spreading = True
    while is_spreading:
        is_spreading = False
        for here in battle.places:
            if here.supply == 1 and share_held(battle, here.index, side) >= PASSABLE_SHARE:
                here.supply = 2
                for road in range(here.first_road, here.first_road + here.roads):
                    there = battle.places[battle.roads[road].destination]
                    if there.supply == 0:
                        there.supply = 1
                        is_spreading = True


def replace_losses(battle: BattleState, side: int, now: float) -> None:
    """People come to the forces of a side that are replaced, first to the one that misses most."""
    row = battle.sides[side]
    people = draw_poisson(battle.streams[row.stream], row.replacements_per_day)
    while people > 0.0:
        neediest = NONE
        missing = 0.0
        for force in battle.forces:
            if (
                force.side == side
                and can_take_replacements(battle, force)
                and force.initial_strength - force.strength > missing
            ):
                missing = force.initial_strength - force.strength
                neediest = force.index
        if neediest == NONE:
            return
        force = battle.forces[neediest]
        people_added = min(people, missing)
        force.strength += people_added
        force.replacements += people_added
        people -= people_added
        log_force(battle, EventKind.JOINED, force, people_added, NONE, now)
        update_occupancy(battle, force.place, now)


def can_take_replacements(battle: BattleState, force: ForceState) -> bool:
    """Whether a force can take in replacements: it stands supplied, away from any assault."""
    if force.receives_replacements == 0 or force.place == NONE or force.present == 0 or force.supplies <= 0.0:
        return False
    return battle.places[force.place].assault_order == NONE
