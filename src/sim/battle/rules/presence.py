"""Who stands where: forces come and go, the line moves, people are lost."""

from sim.battle.rows import Battle, Force
from sim.battle.rules.chance import uniform
from sim.battle.rules.journal import log_force, log_line
from sim.battle.rules.rates import touch
from sim.events import NOBODY, What


def recount(battle: Battle, p: int, now: float) -> None:
    """Add up the forces at a place again; where a side has come or gone, see anew who is in contact around it."""
    for side in range(2):
        front = battle.fronts[2 * p + side]
        front.strength = 0.0
        front.supplied = 0.0
    for force in battle.forces:
        if force.place == p:
            front = battle.fronts[2 * p + force.side]
            front.strength += force.strength
            if force.supplies > 0.0:
                front.supplied += force.strength
    if presence_changed(battle, p):
        place = battle.places[p]
        for road in range(place.first_road, place.first_road + place.roads):
            feel_contact(battle, battle.roads[road].to)
            touch(battle, battle.roads[road].to, now)
    feel_contact(battle, p)
    touch(battle, p, now)


def presence_changed(battle: Battle, p: int) -> bool:
    """Whether a side has come to a place or gone from it since this was last asked."""
    changed = False
    for side in range(2):
        front = battle.fronts[2 * p + side]
        here = 1 if front.strength > 0.0 else 0
        if here != front.here:
            front.here = here
            changed = True
    return changed


def linked(battle: Battle, p: int, q: int) -> bool:
    """Whether a road leads from one place to the other."""
    place = battle.places[p]
    found = False
    for road in range(place.first_road, place.first_road + place.roads):
        found = found or battle.roads[road].to == q
    return found


def feel_contact(battle: Battle, p: int) -> None:
    """Mark the sides at a place that have an enemy there or at a place beside it."""
    for side in range(2):
        front = battle.fronts[2 * p + side]
        front.in_contact = 0
        if front.strength > 0.0 and enemy_near(battle, p, side):
            front.in_contact = 1


def enemy_near(battle: Battle, p: int, side: int) -> bool:
    """Whether the other side has people at a place or at one linked to it."""
    if battle.fronts[2 * p + 1 - side].strength > 0.0:
        return True
    place = battle.places[p]
    for road in range(place.first_road, place.first_road + place.roads):
        if battle.fronts[2 * battle.roads[road].to + 1 - side].strength > 0.0:
            return True
    return False


def share_held(battle: Battle, p: int, side: int) -> float:
    """The share of a place's blocks that one side holds."""
    place = battle.places[p]
    second = place.held / place.blocks
    return second if side == 1 else 1.0 - second


def move_line(battle: Battle, p: int, held: float, order: int, now: float) -> None:
    """Put the line of a place where the second side holds so many blocks."""
    place = battle.places[p]
    if held != place.held:
        place.held = held
        log_line(battle, place, order, now)


def yield_place(battle: Battle, p: int, side: int, order: int, now: float) -> None:
    """Give a side every block of a place."""
    move_line(battle, p, battle.places[p].blocks if side == 1 else 0.0, order, now)


def enter(battle: Battle, force: Force, p: int, what: int, order: int, now: float) -> None:
    """A force comes to stand at a place; the log says how (`PLACED`, `JOINED`, `ARRIVED`)."""
    force.place = p
    log_force(battle, what, force, force.strength, order, now)
    if battle.places[p].assault != NOBODY:
        battle.fronts[2 * p + force.side].start += force.strength
    recount(battle, p, now)


def leave(battle: Battle, force: Force, order: int, now: float) -> None:
    """A force leaves where it stands; blocks that nobody of its side holds any more fall to an enemy who is there."""
    p = force.place
    log_force(battle, What.DEPARTED, force, force.strength, order, now)
    force.place = NOBODY
    recount(battle, p, now)
    settle_line(battle, p, order, now)


def settle_line(battle: Battle, p: int, order: int, now: float) -> None:
    """Where only one side is left at a place, every block is its own."""
    first, second = battle.fronts[2 * p].strength, battle.fronts[2 * p + 1].strength
    if first > 0.0 and second <= 0.0:
        yield_place(battle, p, 0, order, now)
    elif second > 0.0 and first <= 0.0:
        yield_place(battle, p, 1, order, now)


def lose_one(battle: Battle, p: int, side: int, stream: int, killed: bool, order: int, now: float) -> None:
    """One person of a side at a place is lost, killed or wounded, anyone with the same chance.

    The front is kept in step here and not counted anew, since this runs for every casualty.
    """
    front = battle.fronts[2 * p + side]
    left = uniform(battle.streams[stream]) * front.strength
    chosen = NOBODY
    for force in battle.forces:
        if force.place == p and force.side == side and force.strength > 0.0:
            chosen = force.index
            left -= force.strength
            if left <= 0.0:
                break
    force = battle.forces[chosen]
    force.strength -= 1.0
    front.strength -= 1.0
    front.lost += 1.0
    if force.supplies > 0.0:
        front.supplied -= 1.0
    if killed:
        force.killed += 1.0
        log_force(battle, What.KILLED, force, 1.0, order, now)
    else:
        force.wounded += 1.0
        log_force(battle, What.WOUNDED, force, 1.0, order, now)
