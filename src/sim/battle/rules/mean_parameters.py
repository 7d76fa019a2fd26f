"""The parameters of a side at a place: the means of those of its forces, by their people.

How a force fires by night or in fog, how much it kills, how fast it gains ground, what breaks it: each force has its
own number, most often that of its side. Those who fight side by side count by their mean, taken when somebody comes or
goes, or when an assault opens; a casualty in between leaves it as it is. Where a side has nobody at a place, its
forces at the places beside it count, as they do for contact: it is their fire that reaches there.

The mean is taken one force after the other (West1979), so that the mean of equal numbers is that number to the bit.
"""

from sim.battle.records import BattleState, Contingent, ForceState
from sim.events.log import NONE


def refresh_mean_parameters(battle: BattleState) -> None:
    """See which sides have forces that differ, and take all means: when a battle begins or parameters change."""
    for side in range(2):
        battle.sides[side].is_mixed = 0
        first = NONE
        for force in battle.forces:
            if force.side == side:
                first = force.index if first == NONE else first
                if is_different(force, battle.forces[first]):
                    battle.sides[side].is_mixed = 1
        for p in range(len(battle.places)):
            if first != NONE:
                add_to_means(battle.contingents[2 * p + side], battle.forces[first], 1.0)
            derive_hourly_rates(battle, p, side)
            update_mean_parameters(battle, p, side)


def update_mean_parameters(battle: BattleState, p: int, side: int) -> None:
    """Take the means of a side at a place again; nothing is to be done where all its forces are alike."""
    if battle.sides[side].is_mixed == 0:
        return
    contingent = battle.contingents[2 * p + side]
    if add_forces_to_means(battle, contingent, p, side, 0.0) <= 0.0:
        place = battle.places[p]
        people = 0.0
        for road in range(place.first_road, place.first_road + place.roads):
            people = add_forces_to_means(battle, contingent, battle.roads[road].destination, side, people)
    derive_hourly_rates(battle, p, side)


def derive_hourly_rates(battle: BattleState, p: int, side: int) -> None:
    """Work out what the means of a side at a place come to in an hour, since every event of the fighting needs that."""
    place = battle.places[p]
    contingent = battle.contingents[2 * p + side]
    contingent.losses_per_hour = contingent.killing_rate / 24.0
    contingent.blocks_per_hour = contingent.advance_km_per_day / 24.0 * place.blocks / place.depth_km
    contingent.contact_per_hour = contingent.contact_per_1000_day / 24000.0


def update_mean_parameters_around(battle: BattleState, p: int) -> None:
    """Take the means of both sides again at a place where somebody came or went, and at the places beside it."""
    place = battle.places[p]
    for side in range(2):
        update_mean_parameters(battle, p, side)
        for road in range(place.first_road, place.first_road + place.roads):
            update_mean_parameters(battle, battle.roads[road].destination, side)


def add_forces_to_means(battle: BattleState, contingent: Contingent, p: int, side: int, people: float) -> float:
    """Add a side's forces at a place to means that are of so many people; returns of how many they are then."""
    f = battle.places[p].first_force
    while f != NONE:
        force = battle.forces[f]
        if force.side == side and force.strength > 0.0:
            people += force.strength
            add_to_means(contingent, force, force.strength / people)
        f = force.next_force
    return people


def add_to_means(contingent: Contingent, force: ForceState, share: float) -> None:
    """Add a force, so great a share of all people so far, to every mean."""
    contingent.killing_rate = add_to_mean(contingent.killing_rate, force.killing_rate, share)
    contingent.advance_km_per_day = add_to_mean(contingent.advance_km_per_day, force.advance_km_per_day, share)
    contingent.ground_price = add_to_mean(contingent.ground_price, force.ground_price, share)
    contingent.night_fire = add_to_mean(contingent.night_fire, force.night_fire, share)
    contingent.moonlight = add_to_mean(contingent.moonlight, force.moonlight, share)
    contingent.fog_fire = add_to_mean(contingent.fog_fire, force.fog_fire, share)
    contingent.rain_fire = add_to_mean(contingent.rain_fire, force.rain_fire, share)
    contingent.contact_per_1000_day = add_to_mean(contingent.contact_per_1000_day, force.contact_per_1000_day, share)
    contingent.unsupplied_fire = add_to_mean(contingent.unsupplied_fire, force.unsupplied_fire, share)
    contingent.break_defend_median = add_to_mean(contingent.break_defend_median, force.break_defend_median, share)
    contingent.break_defend_sigma = add_to_mean(contingent.break_defend_sigma, force.break_defend_sigma, share)
    contingent.wounded_per_killed = add_to_mean(contingent.wounded_per_killed, force.wounded_per_killed, share)


def add_to_mean(mean: float, own: float, share: float) -> float:
    """The mean with one more number in it, which has so great a share."""
    return own if share >= 1.0 else mean + (own - mean) * share


def is_different(force: ForceState, other: ForceState) -> bool:
    """Whether two forces differ in a parameter that counts by its mean."""
    return (
        force.killing_rate != other.killing_rate
        or force.advance_km_per_day != other.advance_km_per_day
        or force.ground_price != other.ground_price
        or force.night_fire != other.night_fire
        or force.moonlight != other.moonlight
        or force.fog_fire != other.fog_fire
        or force.rain_fire != other.rain_fire
        or force.contact_per_1000_day != other.contact_per_1000_day
        or force.unsupplied_fire != other.unsupplied_fire
        or force.break_defend_median != other.break_defend_median
        or force.break_defend_sigma != other.break_defend_sigma
        or force.wounded_per_killed != other.wounded_per_killed
    )
