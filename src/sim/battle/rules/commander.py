"""Free commanders: where one who decides for himself attacks next. One fixed rule, which optimises nothing.

He looks at the places that his free forces can reach, the shortest march first, and takes the first where his people
are so many for each of the enemy. One who advances looks only at places that lie nearer to his target than the force
that would march; one who restores, only at places that were his side's at first. He knows who stands there, and
nothing of what is to come.
"""

from sim.battle.records import NEVER, BattleState, OrderState
from sim.battle.rules.movement import compute_distances, find_path_km
from sim.battle.rules.occupancy import PASSABLE_SHARE, share_held
from sim.battle.rules.order_lifecycle import enemy_strength
from sim.events.log import NONE


def choose_goal(battle: BattleState, order: OrderState) -> int:
    """The place that a commander attacks next; NONE if he waits."""
    best = NONE
    nearest = NEVER
    for p in range(len(battle.places)):
        if is_candidate_goal(battle, order, p):
            people, km = available_strength(battle, order, p)
            if (
                people > 0.0
                and people >= order.min_force_ratio * enemy_strength(battle, p, order.side)
                and km < nearest
            ):
                nearest = km
                best = p
    return best


def is_candidate_goal(battle: BattleState, order: OrderState, p: int) -> bool:
    """Whether a place is not wholly his side's, and, for one who restores, was mostly so at first."""
    if share_held(battle, p, order.side) >= 1.0 and enemy_strength(battle, p, order.side) <= 0.0:
        return False
    if order.recaptures_only == 0:
        return True
    place = battle.places[p]
    second_side_share = place.initial_second_side_blocks / place.blocks
    initial_share = second_side_share if order.side == 1 else 1.0 - second_side_share
    return initial_share >= PASSABLE_SHARE


def available_strength(battle: BattleState, order: OrderState, p: int) -> tuple[float, float]:
    """The people of a commander's forces who do nothing else and can march to a place, and the shortest march in km."""
    people = 0.0
    shortest = NEVER
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.place != NONE and force.order == NONE and force.strength > 0.0:
            km = find_path_km(battle, order.side, force.place, p)
            if km < NEVER and (order.recaptures_only == 1 or is_nearer(battle, order.target, p, force.place)):
                people += force.strength
                shortest = min(shortest, km)
    return people, shortest


def is_nearer(battle: BattleState, target: int, p: int, here: int) -> bool:
    """Whether a place lies nearer to a target than another one, by roads that anybody may hold; or is that one."""
    compute_distances(battle, target)
    return p == here or battle.places[p].distance_km < battle.places[here].distance_km
