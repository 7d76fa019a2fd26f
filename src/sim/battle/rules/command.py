"""Free commanders: where one who decides for himself attacks next. One fixed rule, which seeks nothing better.

He looks at the places that his free forces can reach, the shortest march first, and takes the first where his people
are so many for each of the enemy. One who advances looks only at places that lie nearer to his target than the force
that would march; one who restores, only at places that were his side's at first. He knows who stands there, and
nothing of what is to come.
"""

from sim.battle.rows import NEVER, Battle, Order
from sim.battle.rules.intent import enemy_at
from sim.battle.rules.movement import PASSABLE, distances, way_km
from sim.battle.rules.presence import share_held
from sim.events import NOBODY


def next_goal(battle: Battle, order: Order) -> int:
    """The place that a commander attacks next; NOBODY if he waits."""
    best = NOBODY
    nearest = NEVER
    for p in range(len(battle.places)):
        if wanted(battle, order, p):
            people, km = free_to_go(battle, order, p)
            if people > 0.0 and people >= order.odds * enemy_at(battle, p, order.side) and km < nearest:
                nearest = km
                best = p
    return best


def wanted(battle: Battle, order: Order, p: int) -> bool:
    """Whether a place is not wholly his side's, and, for one who restores, was mostly so at first."""
    if share_held(battle, p, order.side) >= 1.0 and enemy_at(battle, p, order.side) <= 0.0:
        return False
    if order.restores == 0:
        return True
    place = battle.places[p]
    second = place.held_first / place.blocks
    first = second if order.side == 1 else 1.0 - second
    return first >= PASSABLE


def free_to_go(battle: Battle, order: Order, p: int) -> tuple[float, float]:
    """The people of a commander's forces who do nothing else and can march to a place, and the shortest march in km."""
    people = 0.0
    shortest = NEVER
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NOBODY and force.order == NOBODY and force.strength > 0.0:
            km = way_km(battle, order.side, force.place, p)
            if km < NEVER and (order.restores == 1 or nearer(battle, order.target, p, force.place)):
                people += force.strength
                shortest = min(shortest, km)
    return people, shortest


def nearer(battle: Battle, target: int, p: int, here: int) -> bool:
    """Whether a place lies nearer to a target than another one, by roads that anybody may hold; or is that one."""
    distances(battle, target)
    return p == here or battle.places[p].way_km < battle.places[here].way_km
