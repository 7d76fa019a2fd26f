"""Ways and marches: where a side can pass, how long it takes, who leaves and who arrives."""

from sim.battle.rows import NEVER, Battle, Order
from sim.battle.rules.presence import enter, leave, share_held
from sim.events import NOBODY, What

PASSABLE = 0.5  # share of a place that a side must hold to march through it


def way_km(battle: Battle, side: int, start: int, goal: int) -> float:
    """Kilometres, as on a road, of the shortest way through places that a side holds; NEVER if there is none."""
    for place in battle.places:
        place.way_km = NEVER
        place.way_known = 0
    battle.places[start].way_km = 0.0
    here = start
    while here != NOBODY and here != goal:
        battle.places[here].way_known = 1
        if here == start or share_held(battle, here, side) >= PASSABLE:
            reach_on(battle, here)
        here = nearest_open(battle)
    return battle.places[goal].way_km


def nearest_open(battle: Battle) -> int:
    """The place nearest to the start whose distance is not final yet; NOBODY if no more can be reached."""
    nearest = NOBODY
    km = NEVER
    for p in range(len(battle.places)):
        if battle.places[p].way_known == 0 and battle.places[p].way_km < km:
            km = battle.places[p].way_km
            nearest = p
    return nearest


def march_hours(battle: Battle, side: int, km: float) -> float:
    """How long a march takes, starting in the light and weather of now."""
    model = battle.model[0]
    pace = battle.sides[side].march_kmh
    if model.daylight == 0:
        pace *= model.night_march
    if model.fog == 1:
        pace *= model.fog_march
    return km / pace


def refuge(battle: Battle, side: int, p: int) -> int:
    """The nearest place beside this one that a side holds for the most part; NOBODY if there is none."""
    nearest = NOBODY
    km = NEVER
    place = battle.places[p]
    for i in range(place.first_road, place.first_road + place.roads):
        road = battle.roads[i]
        if road.km < km and share_held(battle, road.to, side) >= PASSABLE:
            km = road.km
            nearest = road.to
    return nearest


def distances(battle: Battle, start: int) -> None:
    """Work out how far every place is (`way_km`) by roads that anybody may hold."""
    for place in battle.places:
        place.way_km = NEVER
        place.way_known = 0
    battle.places[start].way_km = 0.0
    here = start
    while here != NOBODY:
        reach_on(battle, here)
        here = nearest_open(battle)


def far_refuge(battle: Battle, side: int, p: int) -> int:
    """The nearest place of a side by roads that anybody may hold; NOBODY if it holds none."""
    for place in battle.places:
        place.way_km = NEVER
        place.way_known = 0
    battle.places[p].way_km = 0.0
    here = p
    while here != NOBODY and (here == p or share_held(battle, here, side) < PASSABLE):
        reach_on(battle, here)
        here = nearest_open(battle)
    return here


def reach_on(battle: Battle, here: int) -> None:
    """The distance of a place is final: see which others are nearer by way of it."""
    place = battle.places[here]
    place.way_known = 1
    for i in range(place.first_road, place.first_road + place.roads):
        road = battle.roads[i]
        battle.places[road.to].way_km = min(battle.places[road.to].way_km, place.way_km + road.km)


def free_strength(battle: Battle, order: Order) -> float:
    """The people of an order's forces who stand somewhere and do nothing else."""
    people = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NOBODY and force.order == NOBODY:
            people += force.strength
    return people


def busy(battle: Battle, order: Order) -> bool:
    """Whether another order has a force of this one in its hands."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order != NOBODY and force.strength > 0.0:
            return True
    return False


def initial_strength(battle: Battle, order: Order) -> float:
    """The people that an order's forces had at first."""
    people = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        people += battle.forces[battle.members[i].force].initial
    return people


def reachable(battle: Battle, order: Order, goal: int) -> bool:
    """Whether at least one free force of an order can march to a place."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        free = force.place != NOBODY and force.order == NOBODY and force.strength > 0.0
        if free and way_km(battle, order.side, force.place, goal) < NEVER:
            return True
    return False


def depart(battle: Battle, order: Order, goal: int, now: float) -> float:
    """Every free force of an order that can reach the goal sets out; the hours until the last of them is there."""
    longest = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NOBODY and force.order == NOBODY and force.strength > 0.0:
            km = way_km(battle, order.side, force.place, goal)
            if km < NEVER:
                force.order = order.index
                force.home = force.place
                if force.place != goal:
                    leave(battle, force, order.index, now)
                    longest = max(longest, march_hours(battle, order.side, km))
    return longest


def arrive(battle: Battle, order: Order, goal: int, now: float) -> float:
    """Every force of an order that is on its way comes to stand at the goal; how many people that are there for it."""
    people = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index:
            if force.place == NOBODY:
                enter(battle, force, goal, What.ARRIVED, order.index, now)
            people += force.strength
    return people


def release(battle: Battle, order: Order) -> None:
    """An order's forces are free for other work, where they stand."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index:
            force.order = NOBODY
