"""How fast things happen at a place: casualties by the law, the line's advance, contact between assaults.

Rates change at events only, but for fatigue and what a law makes of the time engaged, by which they fall; so a rate
taken now bounds the rate until the next event, and thinning makes the times exact (Lewis1979).
"""

import math

from sim.battle.rows import NEVER, Battle
from sim.battle.rules.chance import exponential
from sim.events import NOBODY
from sim.laws import rates

LONGEST = 1e6  # h; what is due later than any battle lasts is not due
TICK = 1073741824.0  # 2**30 to the hour: sums and differences of such times are exact


def rounded(hours: float) -> float:
    """A time as a whole number of ticks of 2**-30 h, so that now + (then - now) == then."""
    return math.floor(hours * TICK + 0.5) / TICK


def light(battle: Battle) -> float:
    """The share of the fire that darkness, fog and rain leave."""
    model = battle.model[0]
    seen = 1.0
    if model.daylight == 0:
        seen = model.night_fire + (1.0 - model.night_fire) * model.moonlight * model.moon
    if model.fog == 1:
        seen *= model.fog_fire
    if model.rain == 1:
        seen *= model.rain_fire
    return seen


def fire(battle: Battle, p: int, side: int) -> float:
    """What a side at a place makes of its numbers: less under suppression, without supplies, in the dark."""
    front = battle.fronts[2 * p + side]
    if front.strength <= 0.0:
        return 0.0
    supplied = front.supplied / front.strength
    kept = supplied + (1.0 - supplied) * battle.model[0].unsupplied_fire
    return (1.0 - front.suppression) * kept * light(battle)


def engaged(battle: Battle, p: int, side: int) -> float:
    """The people of a side who can fight at a place at once: its frontage caps them."""
    return min(battle.fronts[2 * p + side].strength, battle.places[p].frontage)


def shelter(battle: Battle, p: int, now: float) -> float:
    """The share of the attacker's fire that the defender's cover takes away, less at a breach."""
    place = battle.places[p]
    return place.cover * battle.model[0].breach_cover if now < place.breached_until else place.cover


def assault_rates(battle: Battle, p: int, now: float) -> tuple[float, float, float, float]:
    """Events an hour in an assault: losses of the first and second side, blocks to the second and to the first."""
    place = battle.places[p]
    model = battle.model[0]
    attacker = place.attacker
    defender = 1 - attacker
    hours = now - place.opened
    tempo = place.intensity * math.exp(-model.fatigue_per_hour * hours)
    attackers, defenders = engaged(battle, p, attacker), engaged(battle, p, defender)
    harm_to_attacker = battle.sides[defender].killing_rate / 24.0 * fire(battle, p, defender) * tempo
    harm_to_defender = battle.sides[attacker].killing_rate / 24.0 * fire(battle, p, attacker) * tempo
    harm_to_defender *= 1.0 - shelter(battle, p, now)
    own, enemy = rates(
        model.law,
        attackers,
        defenders,
        harm_to_attacker,
        harm_to_defender,
        model.reference_strength,
        hours,
        model.law_first,
        model.law_second,
    )
    forward, back = advance_rates(battle, p, attackers, defenders, own, enemy, tempo)
    if attacker == 1:
        return enemy, own, forward, back
    return own, enemy, back, forward


def advance_rates(
    battle: Battle, p: int, attackers: float, defenders: float, own: float, enemy: float, tempo: float
) -> tuple[float, float]:
    """Blocks an hour that the attacker gains and loses: the upper hand goes with the smaller fraction lost."""
    place = battle.places[p]
    fractions = own / max(attackers, 1.0) + enemy / max(defenders, 1.0)
    if fractions <= 0.0:
        return 0.0, 0.0
    upper_hand = (enemy / max(defenders, 1.0) - own / max(attackers, 1.0)) / fractions
    blocks_an_hour = battle.model[0].advance_km_per_day / 24.0 * place.blocks / place.depth_km
    pace = blocks_an_hour * min(tempo, 1.0)
    gained = place.held if place.attacker == 1 else place.blocks - place.held
    forward = pace * (0.5 + 0.5 * upper_hand) * (0.5 + 0.5 * upper_hand)
    back = pace * (0.5 - 0.5 * upper_hand) * (0.5 - 0.5 * upper_hand)
    return forward, back if gained > 0.0 else 0.0


def contact_rates(battle: Battle, p: int) -> tuple[float, float, float, float]:
    """Events an hour between assaults: casualties in proportion to the own number in contact; the line stands."""
    each = battle.model[0].contact_per_1000_day / 24000.0 * light(battle)
    first, second = battle.fronts[2 * p], battle.fronts[2 * p + 1]
    return each * first.strength * first.in_contact, each * second.strength * second.in_contact, 0.0, 0.0


def rates_at(battle: Battle, p: int, now: float) -> tuple[float, float, float, float]:
    """Events an hour at a place now: losses of the first and second side, blocks to the second and to the first."""
    if deserted(battle, p):
        return 0.0, 0.0, 0.0, 0.0
    if battle.places[p].assault != NOBODY:
        return assault_rates(battle, p, now)
    return contact_rates(battle, p)


def deserted(battle: Battle, p: int) -> bool:
    """Whether an assault is under way at a place that one of the two sides has left."""
    first, second = battle.fronts[2 * p], battle.fronts[2 * p + 1]
    return battle.places[p].assault != NOBODY and (first.strength <= 0.0 or second.strength <= 0.0)


def touch(battle: Battle, p: int, now: float) -> None:
    """Something changed at a place: keep the exponential units that are left, and spread them over the new rate."""
    place = battle.places[p]
    first, second, forward, back = rates_at(battle, p, now)
    place.units -= (now - place.since) * place.rate
    place.since = now
    place.rate = first + second + forward + back
    set_clock(battle, p)


def restart_clock(battle: Battle, p: int, stream: int, now: float) -> None:
    """Begin a new wait at a place, drawn from a stream."""
    place = battle.places[p]
    first, second, forward, back = rates_at(battle, p, now)
    place.stream = stream
    place.units = exponential(battle.streams[stream])
    place.since = now
    place.rate = first + second + forward + back
    set_clock(battle, p)


def set_clock(battle: Battle, p: int) -> None:
    """Work out when the next event at a place is due: at least a tick from now, at once where a side has left."""
    place = battle.places[p]
    place.fires = NEVER
    if deserted(battle, p):
        place.fires = rounded(place.since) + 1.0 / TICK
    elif place.rate > 0.0 and place.rate * LONGEST > place.units:
        place.fires = rounded(place.since + max(place.units, 0.0) / place.rate) + 1.0 / TICK
