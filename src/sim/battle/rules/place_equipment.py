"""Equipment that belongs to a place: guns that stay where they stand, aircraft, depots.

Whoever holds all of the place has it. Each time that this is the other side, a share of it is destroyed, piece by piece
with the same chance, and the rest is taken. The draws come from the place's own stream, and only where there is any.
"""

from sim.battle.records import BattleState, PlaceState
from sim.battle.rules.event_log import log_place_equipment
from sim.battle.rules.sampling import draw_binomial
from sim.events.log import NONE, EventKind


def pass_equipment(battle: BattleState, place: PlaceState, order: int, now: float) -> None:
    """If all of a place is the other side's now, its equipment is destroyed in part, and the rest taken."""
    if place.equipment_owner == NONE:
        return
    is_second = place.second_side_blocks >= place.blocks
    if not is_second and place.second_side_blocks > 0.0:
        return
    holder = 1 if is_second else 0
    if holder == place.equipment_owner:
        return
    kinds = battle.counters[0].n_equipment_kinds
    for kind in range(kinds):
        stock = battle.place_equipment[place.index * kinds + kind]
        if stock.pieces > 0.0:
            destroyed = draw_binomial(battle.streams[place.contact_stream], stock.pieces, stock.destroyed_share)
            stock.pieces -= destroyed
            if destroyed > 0.0:
                log_place_equipment(
                    battle, EventKind.DESTROYED, place.equipment_owner, place, kind, destroyed, order, now
                )
            if stock.pieces > 0.0:
                log_place_equipment(battle, EventKind.SEIZED, holder, place, kind, stock.pieces, order, now)
    place.equipment_owner = holder
