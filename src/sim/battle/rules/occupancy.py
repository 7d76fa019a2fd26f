"""Occupancy: forces enter and leave places, the front line moves, and people are lost."""

from sim.battle.records import BattleState, ForceState, OrderState
from sim.battle.rules.event_log import log_force, log_front
from sim.battle.rules.mean_parameters import update_mean_parameters_around
from sim.battle.rules.place_equipment import pass_equipment
from sim.battle.rules.rates import update_rate
from sim.battle.rules.sampling import draw_uniform
from sim.events.log import NONE, EventKind

PASSABLE_SHARE = 0.5  # share of a place that a side must hold to march through it


def update_occupancy(battle: BattleState, p: int, now: float) -> None:
    """Add up the forces at a place again; where a side has come or gone, update who is in contact around it."""
    for side in range(2):
        contingent = battle.contingents[2 * p + side]
        contingent.strength = 0.0
        contingent.supplied_strength = 0.0
    f = battle.places[p].first_force
    while f != NONE:
        force = battle.forces[f]
        contingent = battle.contingents[2 * p + force.side]
        contingent.strength += force.strength
        if force.supplies > 0.0:
            contingent.supplied_strength += force.strength
        f = force.next_force
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


def is_passable(battle: BattleState, p: int, side: int) -> bool:
    """Whether a side holds enough of a place to march through it."""
    return share_held(battle, p, side) >= PASSABLE_SHARE


def move_front(battle: BattleState, p: int, blocks: float, order: int, now: float) -> None:
    """Move the front line of a place to where the second side holds so many blocks."""
    place = battle.places[p]
    if blocks != place.second_side_blocks:
        was_passable = (is_passable(battle, p, 0), is_passable(battle, p, 1))
        place.second_side_blocks = blocks
        if was_passable[0] != is_passable(battle, p, 0) or was_passable[1] != is_passable(battle, p, 1):
            battle.model[0].search_start = NONE
        log_front(battle, place, order, now)
        pass_equipment(battle, place, order, now)


def assign_place(battle: BattleState, p: int, side: int, order: int, now: float) -> None:
    """Give a side every block of a place."""
    move_front(battle, p, battle.places[p].blocks if side == 1 else 0.0, order, now)


def stand_at(battle: BattleState, force: ForceState, p: int) -> None:
    """A force stands at a place: it joins the forces there, which are in the order of their numbers."""
    force.place = p
    before = NONE
    after = battle.places[p].first_force
    while after != NONE and after < force.index:
        before = after
        after = battle.forces[after].next_force
    force.next_force = after
    if before == NONE:
        battle.places[p].first_force = force.index
    else:
        battle.forces[before].next_force = force.index


def stand_nowhere(battle: BattleState, force: ForceState) -> None:
    """A force stands at its place no longer."""
    place = battle.places[force.place]
    if place.first_force == force.index:
        place.first_force = force.next_force
    else:
        before = place.first_force
        while battle.forces[before].next_force != force.index:
            before = battle.forces[before].next_force
        battle.forces[before].next_force = force.next_force
    force.place = NONE
    force.next_force = NONE


def enter_place(battle: BattleState, force: ForceState, p: int, kind: int, order: int, now: float) -> None:
    """A force comes to stand at a place; the log says how (`PLACED`, `JOINED`, `ARRIVED`)."""
    stand_at(battle, force, p)
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
    stand_nowhere(battle, force)
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
    f = battle.places[p].first_force
    while f != NONE:
        force = battle.forces[f]
        if force.side == side and force.strength > 0.0:
            chosen = f
            remaining -= force.strength
            if remaining <= 0.0:
                break
        f = force.next_force
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
    force.killed += 1.0 if killed else 0.0
    force.wounded += 0.0 if killed else 1.0
    log_force(battle, EventKind.KILLED if killed else EventKind.WOUNDED, force, 1.0, order, now)
