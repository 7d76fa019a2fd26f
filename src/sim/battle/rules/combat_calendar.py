"""When the fighting has its next event, and where: kept as places change, so that not all are asked after each event.

`next_at` and `next_place` of the model are the first event and its place, the first of several that are due at once.
`others_at` is no later than the events of all other places: while the next place stays before that, it stays the next.
"""

from sim.battle.records import NEVER, BattleState
from sim.events.log import NONE


def set_next_event(battle: BattleState, p: int, at: float) -> None:
    """The next event at a place is due at a time; NEVER: none is."""
    model = battle.model[0]
    battle.places[p].next_event_at = at
    if p == model.next_place:
        model.next_at = at
        if at >= model.others_at:
            forget_next_place(battle)
    elif at < model.next_at:
        model.others_at = model.next_at
        model.next_at = at
        model.next_place = p
    elif at < model.others_at or (at == model.next_at and at < NEVER):
        model.others_at = at
        if at == model.next_at:
            forget_next_place(battle)


def forget_next_place(battle: BattleState) -> None:
    """It is not known any more where the next event is due."""
    battle.model[0].next_at = -NEVER
    battle.model[0].next_place = NONE


def find_next_place(battle: BattleState) -> int:
    """The place where something is due first, at `next_at` of the model; NONE if nothing is due anywhere."""
    model = battle.model[0]
    if model.next_at == -NEVER:
        model.next_at = NEVER
        model.others_at = NEVER
        for place in battle.places:
            at = place.next_event_at
            if at < model.next_at:
                model.others_at = model.next_at
                model.next_at = at
                model.next_place = place.index
            elif at < model.others_at:
                model.others_at = at
    return model.next_place


def next_combat_time(battle: BattleState) -> float:
    """When the next event of the fighting is due anywhere; NEVER if nothing is."""
    find_next_place(battle)
    return battle.model[0].next_at
