"""How fast things happen at a place: casualties by the law, the advance of the front line, contact between assaults.

Rates change at events only, but for fatigue and what a law makes of the time engaged, by which they fall; so a rate
taken now bounds the rate until the next event, and thinning makes the times exact (Lewis1979).
"""

import math

from sim.battle.records import NEVER, BattleState, PlaceState
from sim.battle.rules.combat_calendar import set_next_event
from sim.battle.rules.mean_parameters import refresh_mean_parameters
from sim.battle.rules.sampling import draw_exponential
from sim.events.log import NONE
from sim.laws import rates

MAX_WAIT_HOURS = 1e6  # h; what is due later than any battle lasts is not due
TICKS_PER_HOUR = 1073741824.0  # 2**30 to the hour: sums and differences of such times are exact


def round_to_tick(hours: float) -> float:
    """A time as a whole number of ticks of 2**-30 h, so that now + (then - now) == then."""
    return math.floor(hours * TICKS_PER_HOUR + 0.5) / TICKS_PER_HOUR


def visibility_factor(battle: BattleState, p: int, side: int) -> float:
    """The share of a side's fire at a place that is left in darkness, fog and rain."""
    model = battle.model[0]
    own = battle.contingents[2 * p + side]
    factor = 1.0
    if model.daylight == 0:
        factor = own.night_fire + (1.0 - own.night_fire) * own.moonlight * model.moon
    if model.fog == 1:
        factor *= own.fog_fire
    if model.rain == 1:
        factor *= own.rain_fire
    return factor


def fire_effectiveness(battle: BattleState, p: int, side: int) -> float:
    """How effective the fire of a side at a place is, 0 to 1: less under suppression, without supplies, in the dark."""
    contingent = battle.contingents[2 * p + side]
    if contingent.strength <= 0.0:
        return 0.0
    supply_factor = 1.0
    if contingent.supplied_strength != contingent.strength:
        supplied = contingent.supplied_strength / contingent.strength
        supply_factor = supplied + (1.0 - supplied) * contingent.unsupplied_fire
    return (1.0 - contingent.suppression) * supply_factor * visibility_factor(battle, p, side)


def engaged_strength(battle: BattleState, p: int, side: int) -> float:
    """The people of a side who can fight at a place at once: its frontage caps them."""
    return min(battle.contingents[2 * p + side].strength, battle.places[p].frontage)


def cover_factor(battle: BattleState, p: int, now: float) -> float:
    """The share of the attacker's fire that the defender's cover takes away, less at a breach."""
    place = battle.places[p]
    return place.cover * place.breach_cover if now < place.breached_until else place.cover


def assault_rates(battle: BattleState, p: int, now: float) -> tuple[float, float, float, float]:
    """Events an hour in an assault: losses of the first and second side, blocks to the second and to the first."""
    place = battle.places[p]
    model = battle.model[0]
    attacker = place.attacker
    defender = 1 - attacker
    hours = now - place.assault_start
    if place.tempo_at != now:
        place.tempo = math.exp(-battle.orders[place.assault_order].fatigue_per_hour * hours)
        place.tempo_at = now
    tempo = place.tempo
    attackers, defenders = engaged_strength(battle, p, attacker), engaged_strength(battle, p, defender)
    attacking, defending = battle.contingents[2 * p + attacker], battle.contingents[2 * p + defender]
    attacker_loss_rate = defending.losses_per_hour * fire_effectiveness(battle, p, defender) * tempo
    defender_loss_rate = attacking.losses_per_hour * fire_effectiveness(battle, p, attacker) * tempo
    attacker_loss_rate *= place.attacker_intensity
    defender_loss_rate *= place.defender_intensity * (1.0 - cover_factor(battle, p, now))
    attacker_losses, defender_losses = rates(
        model.law,
        attackers,
        defenders,
        attacker_loss_rate,
        defender_loss_rate,
        model.reference_strength,
        hours,
        model.law_parameter_1,
        model.law_parameter_2,
    )
    forward, back = front_rates(battle, p, attackers, defenders, attacker_losses, defender_losses, tempo)
    if attacker == 1:
        return defender_losses, attacker_losses, forward, back
    return attacker_losses, defender_losses, back, forward


def front_rates(
    battle: BattleState,
    p: int,
    attackers: float,
    defenders: float,
    attacker_losses: float,
    defender_losses: float,
    tempo: float,
) -> tuple[float, float]:
    """Blocks an hour that the attacker gains and loses: the upper hand goes with the smaller fraction lost.

    Prepared ground has a price: a block falls when the defenders have lost as great a share of what breaks them, and it
    is regained by a defence that is less worn than the attack.
    """
    place = battle.places[p]
    total_fraction = attacker_losses / max(attackers, 1.0) + defender_losses / max(defenders, 1.0)
    if total_fraction <= 0.0:
        return 0.0, 0.0
    upper_hand = (defender_losses / max(defenders, 1.0) - attacker_losses / max(attackers, 1.0)) / total_fraction
    attacking, defending = battle.contingents[2 * p + place.attacker], battle.contingents[2 * p + 1 - place.attacker]
    pace = attacking.blocks_per_hour * min(tempo, 1.0)
    forward = pace * (0.5 + 0.5 * upper_hand) * (0.5 + 0.5 * upper_hand)
    pace = defending.blocks_per_hour * min(tempo, 1.0)
    back = pace * (0.5 - 0.5 * upper_hand) * (0.5 - 0.5 * upper_hand)
    blocks = blocks_held(place, place.attacker)
    if place.is_prepared == 1:
        worn_defence = worn_share(battle, p, 1 - place.attacker)
        if blocks + 1.0 > affordable_blocks(place, worn_defence, defending.ground_price):
            forward = 0.0
        if worn_share(battle, p, place.attacker) <= worn_defence:
            back = 0.0
    return forward, back if blocks > 0.0 else 0.0


def blocks_held(place: PlaceState, side: int) -> float:
    """The blocks of a place that a side holds."""
    return place.second_side_blocks if side == 1 else place.blocks - place.second_side_blocks


def worn_share(battle: BattleState, p: int, side: int) -> float:
    """How far a side in an assault is on its way to breaking: 0 when it opens, 1 where it breaks."""
    contingent = battle.contingents[2 * p + side]
    engaged = min(contingent.assault_strength, battle.places[p].frontage)
    return contingent.assault_losses / max(contingent.break_point * engaged, 1e-9)


def is_paid_for(battle: BattleState, p: int) -> bool:
    """Whether the defenders have lost what the last block costs; always so on ground that is not prepared."""
    place = battle.places[p]
    defender = 1 - place.attacker
    price = battle.contingents[2 * p + defender].ground_price
    return place.is_prepared == 0 or worn_share(battle, p, defender) >= price


def affordable_blocks(place: PlaceState, worn_defence: float, price: float) -> float:
    """The blocks of prepared ground that an attacker can hold for what the defenders have lost so far."""
    if worn_defence >= price:
        return place.blocks
    return place.blocks_at_start + (place.blocks - place.blocks_at_start) * (worn_defence / price)


def contact_rates(battle: BattleState, p: int) -> tuple[float, float, float, float]:
    """Events an hour between assaults: casualties in proportion to the own number in contact, by how much of the
    enemy's fire the light and weather leave; the front line stands.
    """
    first, second = battle.contingents[2 * p], battle.contingents[2 * p + 1]
    each_first = first.contact_per_hour * visibility_factor(battle, p, 1)
    each_second = second.contact_per_hour * visibility_factor(battle, p, 0)
    return each_first * first.strength * first.in_contact, each_second * second.strength * second.in_contact, 0.0, 0.0


def event_rates(battle: BattleState, p: int, now: float) -> tuple[float, float, float, float]:
    """Events an hour at a place now: losses of the first and second side, blocks to the second and to the first."""
    if is_deserted(battle, p):
        return 0.0, 0.0, 0.0, 0.0
    if battle.places[p].assault_order != NONE:
        return assault_rates(battle, p, now)
    return contact_rates(battle, p)


def is_deserted(battle: BattleState, p: int) -> bool:
    """Whether an assault is under way at a place that one of the two sides has left."""
    first, second = battle.contingents[2 * p], battle.contingents[2 * p + 1]
    return battle.places[p].assault_order != NONE and (first.strength <= 0.0 or second.strength <= 0.0)


def is_quiet(battle: BattleState, p: int) -> bool:
    """Whether there is no assault at a place, and nobody in contact with an enemy."""
    first, second = battle.contingents[2 * p], battle.contingents[2 * p + 1]
    return battle.places[p].assault_order == NONE and first.in_contact == 0 and second.in_contact == 0


def update_rate(battle: BattleState, p: int, now: float) -> None:
    """Something changed at a place: keep the exponential units that are left, and spread them over the new rate.

    Where nobody fought and nobody does there is nothing to spread.
    """
    place = battle.places[p]
    if place.rate == 0.0 and place.next_event_at == NEVER and is_quiet(battle, p):
        return
    first, second, forward, back = event_rates(battle, p, now)
    place.units_left -= (now - place.rate_since) * place.rate
    place.rate_since = now
    place.rate = first + second + forward + back
    schedule_next_event(battle, p)


def refresh_rates(battle: BattleState, now: float) -> None:
    """Parameters changed at a moment: take all means again, and raise every rate that bounds its place no longer."""
    refresh_mean_parameters(battle)
    for place in battle.places:
        place.tempo_at = NEVER
        first, second, forward, back = event_rates(battle, place.index, now)
        if first + second + forward + back > place.rate:
            update_rate(battle, place.index, now)


def start_waiting(battle: BattleState, p: int, stream: int, now: float) -> None:
    """Begin a new wait at a place, drawn from a stream."""
    place = battle.places[p]
    first, second, forward, back = event_rates(battle, p, now)
    place.stream = stream
    place.units_left = draw_exponential(battle.streams[stream])
    place.rate_since = now
    place.rate = first + second + forward + back
    schedule_next_event(battle, p)


def schedule_next_event(battle: BattleState, p: int) -> None:
    """Work out when the next event at a place is due: at least a tick from now, at once where a side has left."""
    place = battle.places[p]
    at = NEVER
    if is_deserted(battle, p):
        at = round_to_tick(place.rate_since) + 1.0 / TICKS_PER_HOUR
    elif place.rate > 0.0 and place.rate * MAX_WAIT_HOURS > place.units_left:
        at = round_to_tick(place.rate_since + max(place.units_left, 0.0) / place.rate) + 1.0 / TICKS_PER_HOUR
    set_next_event(battle, p, at)
