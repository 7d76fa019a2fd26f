"""Movement: where a side can pass, how long a march takes, which forces depart and arrive, and ways of retreat."""

from sim.battle.records import NEVER, BattleState, ForceState, OrderState
from sim.battle.rules.occupancy import enter_place, is_passable, leave_place
from sim.battle.rules.pursuit import withdraw_in_contact
from sim.events.log import NONE, EventKind


def find_path_km(battle: BattleState, side: int, start: int, goal: int) -> float:
    """Kilometres, as on a road, of the shortest way through places that a side holds; NEVER if there is none.

    The search from one start goes on where it ended, as long as no way has opened or closed. Source: Dijkstra1959.
    """
    if start == goal:
        return 0.0
    model = battle.model[0]
    if model.search_start != start or model.search_side != side:
        begin_search(battle, start)
        model.search_start = start
        model.search_side = side
    here = start if battle.places[goal].visited == 0 else goal
    while here != NONE and here != goal:
        if battle.places[here].visited == 0 and (here == start or is_passable(battle, here, side)):
            relax_edges(battle, here)
        battle.places[here].visited = 1
        here = find_nearest_unvisited(battle)
    return battle.places[goal].distance_km


def begin_search(battle: BattleState, start: int) -> None:
    """Of no place but the start is it known how far it is; what an earlier search reached is forgotten."""
    model = battle.model[0]
    p = model.first_reached
    while p != NONE:
        battle.places[p].distance_km = NEVER
        battle.places[p].visited = 0
        p = battle.places[p].next_reached
    model.search_start = NONE
    model.first_reached = NONE
    reach_place(battle, start, 0.0)


def reach_place(battle: BattleState, p: int, km: float) -> None:
    """A place is so many kilometres from the start of a search, or nearer by another way."""
    place = battle.places[p]
    if place.distance_km == NEVER:
        place.next_reached = battle.model[0].first_reached
        battle.model[0].first_reached = p
    place.distance_km = min(place.distance_km, km)


def find_nearest_unvisited(battle: BattleState) -> int:
    """The place nearest to the start whose distance is not final yet, the first of several; NONE if no more can be
    reached.
    """
    nearest = NONE
    km = NEVER
    p = battle.model[0].first_reached
    while p != NONE:
        place = battle.places[p]
        if place.visited == 0 and (place.distance_km < km or (place.distance_km == km and p < nearest)):
            km = place.distance_km
            nearest = p
        p = place.next_reached
    return nearest


def march_hours(battle: BattleState, order: OrderState, force: ForceState, km: float) -> float:
    """How long a force marches for an order, starting in the light and weather of now."""
    model = battle.model[0]
    pace = order.march_kmh if order.march_kmh >= 0.0 else force.march_kmh
    if model.daylight == 0:
        pace *= order.night_march if order.night_march >= 0.0 else force.night_march
    if model.fog == 1:
        pace *= order.fog_march if order.fog_march >= 0.0 else force.fog_march
    return km / pace


def muster_hours(battle: BattleState, order: OrderState) -> float:
    """The hours until an order's forces can march: the order's own, or those of the slowest of them."""
    longest = order.muster_hours
    if longest < 0.0:
        for i in range(order.first_member, order.first_member + order.members):
            longest = max(longest, battle.forces[battle.members[i].force].muster_hours)
    return longest


def consolidate_hours(battle: BattleState, order: OrderState) -> float:
    """The hours that an order's forces need after an assault: the order's own, or those of the slowest of them."""
    longest = order.consolidate_hours
    if longest < 0.0:
        for i in range(order.first_member, order.first_member + order.members):
            longest = max(longest, battle.forces[battle.members[i].force].consolidate_hours)
    return longest


def is_refuge(battle: BattleState, p: int, side: int) -> bool:
    """Whether a side can fall back to a place: it holds most of it, and there is something to fall back to."""
    return battle.places[p].is_refuge == 1 and is_passable(battle, p, side)


def find_retreat_place(battle: BattleState, side: int, p: int) -> int:
    """The nearest place beside this one that a side holds for the most part; NONE if there is none."""
    nearest = NONE
    km = NEVER
    place = battle.places[p]
    for i in range(place.first_road, place.first_road + place.roads):
        road = battle.roads[i]
        if road.km < km and is_refuge(battle, road.destination, side):
            km = road.km
            nearest = road.destination
    return nearest


def compute_distances(battle: BattleState, start: int) -> None:
    """Compute how far every place is (`distance_km`) by roads that anybody may hold."""
    begin_search(battle, start)
    here = start
    while here != NONE:
        relax_edges(battle, here)
        here = find_nearest_unvisited(battle)


def find_distant_retreat_place(battle: BattleState, side: int, p: int) -> int:
    """The nearest place of a side by roads that anybody may hold; NONE if it holds none."""
    begin_search(battle, p)
    here = p
    while here != NONE and (here == p or not is_refuge(battle, here, side)):
        relax_edges(battle, here)
        here = find_nearest_unvisited(battle)
    return here


def relax_edges(battle: BattleState, here: int) -> None:
    """The distance of a place is final: shorten those of its neighbours that are nearer by way of it."""
    place = battle.places[here]
    place.visited = 1
    for i in range(place.first_road, place.first_road + place.roads):
        road = battle.roads[i]
        reach_place(battle, road.destination, place.distance_km + road.km)


def free_strength(battle: BattleState, order: OrderState) -> float:
    """The people of an order's forces who stand somewhere and do nothing else."""
    people = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NONE and force.order == NONE:
            people += force.strength
    return people


def is_busy(battle: BattleState, order: OrderState) -> bool:
    """Whether another order is using a force of this one."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order != NONE and force.strength > 0.0:
            return True
    return False


def initial_strength(battle: BattleState, order: OrderState) -> float:
    """The people that an order's forces had at first."""
    people = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        people += battle.forces[battle.members[i].force].initial_strength
    return people


def is_reachable(battle: BattleState, order: OrderState, goal: int) -> bool:
    """Whether at least one free force of an order can march to a place."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        free = force.place != NONE and force.order == NONE and force.strength > 0.0
        if free and find_path_km(battle, order.side, force.place, goal) < NEVER:
            return True
    return False


def depart_forces(battle: BattleState, order: OrderState, goal: int, now: float) -> float:
    """Every free force of an order that can reach the goal sets out; the hours until the last of them is there."""
    longest = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NONE and force.order == NONE and force.strength > 0.0:
            km = find_path_km(battle, order.side, force.place, goal)
            if km < NEVER:
                force.order = order.index
                force.origin = force.place
                if force.place != goal:
                    if battle.places[force.place].assault_order != NONE:
                        withdraw_in_contact(battle, force, order, now)
                    leave_place(battle, force, EventKind.DEPARTED, order.index, now)
                    longest = max(longest, march_hours(battle, order, force, km))
    return longest


def arrive_forces(battle: BattleState, order: OrderState, goal: int, now: float) -> float:
    """Every force of an order that is on its way comes to stand at the goal; how many people that are there for it."""
    people = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index:
            if force.place == NONE:
                enter_place(battle, force, goal, EventKind.ARRIVED, order.index, now)
            people += force.strength
    return people


def release_forces(battle: BattleState, order: OrderState) -> None:
    """An order's forces are free for other work, where they stand."""
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == order.index:
            force.order = NONE
