"""Occupancy: forces enter and leave places, the front line moves, and people are lost."""

from sim.battle.records import BattleState, ForceState, OrderState
from sim.battle.rules.event_log import log_force, log_front
from sim.battle.rules.mean_parameters import update_mean_parameters_around
from sim.battle.rules.place_equipment import pass_equipment
from sim.battle.rules.rates import update_rate
from sim.battle.rules.sampling import draw_uniform
from sim.events.log import NONE, EventKind


def update_occupancy(battle: BattleState, p: int, now: float) -> None:
    """Add up the forces at a place again; where a side has come or gone, update who is in contact around it."""
    for side in range(2):
        contingent = battle.contingents[2 * p + side]
        contingent.strength = 0.0
        contingent.supplied_strength = 0.0
    for force in battle.forces:
        if force.place == p:
            contingent = battle.contingents[2 * p + force.side]
            contingent.strength += force.strength
            if force.supplies > 0.0:
                contingent.supplied_strength += force.strength
    changed = update_presence(battle, p)
    if battle.sides[0].is_mixed == 1 or battle.sides[1].is_mixed == 1:
        update_mean_parameters_around(battle, p)
        changed = True
    if changed:
        place = battle.places[p]
        for road in range(place.first_road, place.first_road + place.roads):
            update_contact(battle, battle.roads[road].destination)
            update_rate(battle, battle.roads[road].destination, now)
    update_contact(battle, p)
    update_rate(battle, p, now)


def update_presence(battle: BattleState, p: int) -> bool:
    """Whether a side has come to a place or left it since the last call."""
    changed = False
    for side in range(2):
        contingent = battle.contingents[2 * p + side]
        is_present = 1 if contingent.strength > 0.0 else 0
        if is_present != contingent.is_present:
            contingent.is_present = is_present
            changed = True
    return changed


def are_linked(battle: BattleState, p: int, q: int) -> bool:
    """Whether a road leads from one place to the other."""
    place = battle.places[p]
    is_linked = False
    for road in range(place.first_road, place.first_road + place.roads):
        is_linked = is_linked or battle.roads[road].destination == q
    return is_linked


def update_contact(battle: BattleState, p: int) -> None:
    """Mark the sides at a place that have an enemy there or at a place beside it."""
    for side in range(2):
        contingent = battle.contingents[2 * p + side]
        contingent.in_contact = 0
        if contingent.strength > 0.0 and is_enemy_near(battle, p, side):
            contingent.in_contact = 1


def is_enemy_near(battle: BattleState, p: int, side: int) -> bool:
    """Whether the other side has people at a place or at one linked to it."""
    if battle.contingents[2 * p + 1 - side].strength > 0.0:
        return True
    place = battle.places[p]
    for road in range(place.first_road, place.first_road + place.roads):
        if battle.contingents[2 * battle.roads[road].destination + 1 - side].strength > 0.0:
            return True
    return False


def is_own_side_near(battle: BattleState, order: OrderState) -> bool:
    """Whether people of an order's side stand at its target or beside it."""
    return is_enemy_near(battle, order.target, 1 - order.side)


def share_held(battle: BattleState, p: int, side: int) -> float:
    """The share of a place's blocks that one side holds."""
    place = battle.places[p]
    second = place.second_side_blocks / place.blocks
    return second if side == 1 else 1.0 - second


def move_front(battle: BattleState, p: int, blocks: float, order: int, now: float) -> None:
    """Move the front line of a place to where the second side holds so many blocks."""
    place = battle.places[p]
    if blocks != place.second_side_blocks:
        place.second_side_blocks = blocks
        battle.model[0].search_start = NONE
        log_front(battle, place, order, now)
        pass_equipment(battle, place, order, now)


def assign_place(battle: BattleState, p: int, side: int, order: int, now: float) -> None:
    """Give a side every block of a place."""
    move_front(battle, p, battle.places[p].blocks if side == 1 else 0.0, order, now)


def enter_place(battle: BattleState, force: ForceState, p: int, kind: int, order: int, now: float) -> None:
    """A force comes to stand at a place; the log says how (`PLACED`, `JOINED`, `ARRIVED`)."""
    force.place = p
    log_force(battle, kind, force, force.strength, order, now)
    if battle.places[p].assault_order != NONE:
        battle.contingents[2 * p + force.side].assault_strength += force.strength
    update_occupancy(battle, p, now)


def leave_place(battle: BattleState, force: ForceState, kind: int, order: int, now: float) -> None:
    """A force leaves where it stands; the log says how (`DEPARTED`, `LEFT`). Blocks that nobody of its side holds any
    more fall to an enemy who is there.
    """
    p = force.place
    log_force(battle, kind, force, force.strength, order, now)
    force.place = NONE
    update_occupancy(battle, p, now)
    claim_uncontested_place(battle, p, order, now)


def claim_uncontested_place(battle: BattleState, p: int, order: int, now: float) -> None:
    """Where only one side is left at a place, every block is its own."""
    first, second = battle.contingents[2 * p].strength, battle.contingents[2 * p + 1].strength
    if first > 0.0 and second <= 0.0:
        assign_place(battle, p, 0, order, now)
    elif second > 0.0 and first <= 0.0:
        assign_place(battle, p, 1, order, now)


def apply_casualty(battle: BattleState, p: int, side: int, stream: int, killed: bool, order: int, now: float) -> None:
    """One person of a side at a place is lost, killed or wounded, anyone with the same chance."""
    lose_person(battle, p, battle.forces[choose_force(battle, p, side, stream)], killed, order, now)


def choose_force(battle: BattleState, p: int, side: int, stream: int) -> int:
    """The force of one of a side's people at a place, anyone with the same chance."""
    remaining = draw_uniform(battle.streams[stream]) * battle.contingents[2 * p + side].strength
    chosen = NONE
    for force in battle.forces:
        if force.place == p and force.side == side and force.strength > 0.0:
            chosen = force.index
            remaining -= force.strength
            if remaining <= 0.0:
                break
    return chosen


def lose_person(battle: BattleState, p: int, force: ForceState, killed: bool, order: int, now: float) -> None:
    """A force at a place loses one person.

    The contingent is adjusted here and not counted anew, since this runs for every casualty.
    """
    contingent = battle.contingents[2 * p + force.side]
    force.strength -= 1.0
    contingent.strength -= 1.0
    contingent.assault_losses += 1.0
    if force.supplies > 0.0:
        contingent.supplied_strength -= 1.0
    if killed:
        force.killed += 1.0
        log_force(battle, EventKind.KILLED, force, 1.0, order, now)
    else:
        force.wounded += 1.0
        log_force(battle, EventKind.WOUNDED, force, 1.0, order, now)
