"""The unknowns that the rules of battle ask for: every scenario gives a prior of each of these names.

A name of `SIDE` may be given once for both sides (`killing_rate`) or for each (`killing_rate_red`).
"""

BATTLE: dict[str, str] = {
    "reference_strength": "people; at this strength the linear law kills as fast as the square law",
    "intensity_sigma": "standard deviation of the logarithm of an assault's intensity",
    "fatigue_per_hour": "1/h; the rate at which the tempo of an assault falls off",
    "advance_km_per_day": "km a day that the line moves for a side with the whole upper hand",
    "assault_hours": "h that an assault lasts at most",
    "consolidate_hours": "h that a force needs after an assault before it can do anything else",
    "muster_hours": "h between an order's moment and the march",
    "night_fire": "share of the fire that is left on a dark night",
    "moonlight": "share of the night's loss that a full Moon gives back",
    "fog_fire": "share of the fire that is left in fog",
    "rain_fire": "share of the fire that is left in rain",
    "night_march": "pace at night as a share of that by day",
    "fog_march": "pace in fog as a share of that in clear air",
    "fog_chance": "chance of morning fog on a day for which no source tells the weather",
    "rain_chance": "chance of rain on a day for which no source tells the weather",
    "contact_per_1000_day": "casualties per 1,000 people and day of a force in contact between assaults",
    "strike_deaths_mean": "deaths per air sortie, mean",
    "strike_deaths_size": "deaths per air sortie, size of the negative binomial",
    "strike_suppression": "share of its fire that a force loses under air strikes",
    "strike_suppression_hours": "h that it takes to recover from an air strike",
    "shell_deaths_mean": "deaths per fire mission, mean",
    "shell_deaths_size": "deaths per fire mission, size of the negative binomial",
    "shell_suppression": "share of its fire that a force loses under shelling",
    "shell_suppression_hours": "h that it takes to recover from a fire mission",
    "bomb_arrives": "chance that a vehicle bomb is not stopped on its way",
    "bomb_reaches": "chance that one that is not stopped reaches its target",
    "bomb_no_deaths": "share of vehicle bombs on target that kill nobody beyond chance",
    "bomb_deaths_mean": "deaths per other vehicle bomb on target, mean",
    "bomb_deaths_size": "deaths per other vehicle bomb on target, size of the negative binomial",
    "bomb_wounded_per_killed": "wounded per killed by a vehicle bomb",
    "bomb_shock": "share of its fire that a garrison loses after a bomb on target",
    "bomb_shock_hours": "h that it takes to recover from that",
    "breach_cover": "share of the cover that is left at a breach",
    "breach_hours": "h until a breach is closed",
    "ambush_deaths_mean": "deaths in an ambush, mean",
    "ambush_deaths_size": "deaths in an ambush, size of the negative binomial",
    "prisoners_share": "share of a broken garrison that is taken prisoner",
    "cut_off_prisoners_share": "the same, of a garrison that has no place of its side beside it to go to",
    "seized_share": "share of a broken side's equipment at the place that is taken",
    "supply_days": "days that a force can fight on what it has",
    "unsupplied_fire": "share of its fire that a force without supplies has left",
    "reserve_at_share": "share of a covered place still held at which the reserve is called",
    "reserve_delay_hours": "h between the call and the reserve's march",
}

SIDE: dict[str, str] = {
    "killing_rate": "1/day; fraction of an equal, unsheltered enemy put out of action in a day of assault",
    "break_attack_median": "fraction lost at which an assault is called off, median",
    "break_attack_sigma": "the same, standard deviation of the logarithm",
    "break_defend_median": "fraction lost at which a garrison gives way, median",
    "break_defend_sigma": "the same, standard deviation of the logarithm",
    "wounded_per_killed": "wounded per killed in ground fighting",
    "replacements_per_day": "people a day who replace losses of the forces that are replaced, all together",
    "march_kmh": "km/h on a road by day",
}


def needed(sides: list[str]) -> dict[str, tuple[str, ...]]:
    """For each slot that the rules read, the names of priors that may fill it, the most particular first."""
    slots: dict[str, tuple[str, ...]] = {name: (name,) for name in BATTLE}
    slots |= {f"{name}_{side}": (f"{name}_{side}", name) for name in SIDE for side in sides}
    return slots
