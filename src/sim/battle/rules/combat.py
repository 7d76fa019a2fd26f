"""The fighting from one outside event to the next: casualties and moves of the line, in order of time."""

from sim.battle.codes import Stop
from sim.battle.rows import NEVER, Battle
from sim.battle.rules.chance import uniform
from sim.battle.rules.presence import lose_one, move_line, share_held
from sim.battle.rules.rates import rates_at, restart_clock
from sim.events import NOBODY


def advance(battle: Battle, until: float) -> tuple[float, int]:
    """Let everything happen that is due before `until`; come back early where the clock must see to something.

    Returns the time and the place of that, or when the next event is due and NOBODY. Due times are kept, so that
    a stop for nothing changes no bit.
    """
    while True:
        p = next_place(battle)
        if p == NOBODY or battle.places[p].fires >= until:
            return NEVER if p == NOBODY else battle.places[p].fires, NOBODY
        now = battle.places[p].fires
        happen(battle, p, now)
        if battle.places[p].stop != Stop.NONE:
            return now, p


def next_place(battle: Battle) -> int:
    """The place where something is due first; NOBODY if nothing is due anywhere."""
    first = NOBODY
    soonest = NEVER
    for place in battle.places:
        if place.fires < soonest:
            soonest = place.fires
            first = place.index
    return first


def next_due(battle: Battle) -> float:
    """When the next event of the fighting is due anywhere; NEVER if nothing is."""
    p = next_place(battle)
    return NEVER if p == NOBODY else battle.places[p].fires


def happen(battle: Battle, p: int, now: float) -> None:
    """The event that is due at a place: one side loses a person, the line moves, or, by thinning, nothing."""
    place = battle.places[p]
    order = place.assault
    first, second, to_second, to_first = rates_at(battle, p, now)
    u = uniform(battle.streams[place.stream]) * place.rate
    if u < first:
        lose_one(battle, p, 0, place.stream, is_killed(battle, p, 0), order, now)
    elif u < first + second:
        lose_one(battle, p, 1, place.stream, is_killed(battle, p, 1), order, now)
    elif u < first + second + to_second:
        move_line(battle, p, min(place.held + 1.0, place.blocks), order, now)
    elif u < first + second + to_second + to_first:
        move_line(battle, p, max(place.held - 1.0, 0.0), order, now)
    restart_clock(battle, p, place.stream, now)
    place.stop = reason_to_stop(battle, p)
    if place.stop != Stop.NONE:
        place.fires = NEVER


def is_killed(battle: Battle, p: int, side: int) -> bool:
    """Whether a casualty of ground fighting is killed, else wounded."""
    u = uniform(battle.streams[battle.places[p].stream])
    return u * (1.0 + battle.sides[side].wounded_per_killed) < 1.0


def reason_to_stop(battle: Battle, p: int) -> int:
    """Whether what just happened at a place needs more than the fighting itself: a `Stop`."""
    place = battle.places[p]
    if place.assault == NOBODY:
        for side in range(2):
            front = battle.fronts[2 * p + side]
            if front.in_contact == 1 and front.strength <= 0.0:
                return Stop.EMPTIED
        return Stop.NONE
    attack = battle.fronts[2 * p + place.attacker]
    defence = battle.fronts[2 * p + 1 - place.attacker]
    if attack.strength <= 0.0 or attack.lost >= attack.breaks_at * attack.start:
        return Stop.ATTACK_BROKE
    if defence.strength <= 0.0 or defence.lost >= defence.breaks_at * defence.start:
        return Stop.DEFENCE_BROKE
    if share_held(battle, p, place.attacker) >= 1.0:
        return Stop.TAKEN
    if defence.alarmed == 0 and share_held(battle, p, 1 - place.attacker) <= battle.model[0].reserve_at_share:
        return Stop.ALARM
    return Stop.NONE
