"""The parameters of the rules of battle: what each means, whose own prior it may have, and which orders read it.

Every scenario gives a prior of the name of each parameter that its orders use. Where an order, a force or a side may
have its own, it is given with their id at its end (`shell_deaths_mean_naval_guns`, `muster_hours_red`), and the most
specific is taken: that of the order, else of the force, else of the side, else the one of all.
"""

from dataclasses import dataclass
from typing import Literal

from sim.scenario.quantities import MAX_COUNT

Owner = Literal["order", "force", "side"]
ValueRange = tuple[float, float]


@dataclass(frozen=True)
class RuleParameter:
    """A parameter: whose own prior it may have, the most specific first, and the kinds of orders that read it.

    Parameters
    ----------
    meaning : str
        Unit and meaning in one line.
    owners : tuple[Owner, ...]
        Whose id may stand at the end of a prior's name; none for what holds for the whole battle.
    kinds : tuple[str, ...]
        The kinds of orders that read it; none if every battle does.
    is_optional : bool
        Whether it is 1 where there is no prior; otherwise a scenario that reads it must give one.
    """

    meaning: str
    owners: tuple[Owner, ...] = ()
    kinds: tuple[str, ...] = ()
    is_optional: bool = False


OF_BATTLE: tuple[Owner, ...] = ()
OF_SIDE: tuple[Owner, ...] = ("side",)
OF_FORCE: tuple[Owner, ...] = ("force", "side")
OF_ORDER: tuple[Owner, ...] = ("order", "side")
OF_ORDER_OR_FORCE: tuple[Owner, ...] = ("order", "force", "side")

ALWAYS: tuple[str, ...] = ()
ATTACKS = ("attack", "counterattack")
MUSTERED = (*ATTACKS, "command")
ASSAULTS = (*MUSTERED, "reserve")
MARCHES = (*ASSAULTS, "withdraw", "reinforce", "leave", "infiltrate")
ROUTS = (*ASSAULTS, "withdraw", "infiltrate")  # who breaks out or is seen slipping in loses as a rout does
RESERVES = ("reserve",)
STRIKES = ("airstrike",)
SHELLING = ("shelling",)
BOMBS = ("vehicle_bomb",)
AMBUSHES = ("ambush",)

RULE_PARAMETERS: dict[str, RuleParameter] = {
    "reference_strength": RuleParameter(
        "people; at this strength the linear law kills as fast as the square law", OF_BATTLE, ASSAULTS
    ),
    "combat_power_mean": RuleParameter(
        "mean of the logarithm of the attacker's combat power a head over the defender's", OF_ORDER, ASSAULTS
    ),
    "combat_power_sigma": RuleParameter("the same, standard deviation between assaults", OF_ORDER, ASSAULTS),
    "break_odds_exponent": RuleParameter(
        "how fast the attacker's break point falls with his numbers over the defender's, as a power", OF_ORDER, ASSAULTS
    ),
    "size_exponent": RuleParameter(
        "how fast losses a head fall with the size of a fight, as a power of it", OF_BATTLE, ASSAULTS
    ),
    "size_reference": RuleParameter(
        "people; the size of a fight, sqrt(attackers x defenders), at which killing_rate holds", OF_BATTLE, ASSAULTS
    ),
    "reference_cover": RuleParameter(
        "cover of the defenders in the battles that combat_power_mean is taken from", OF_BATTLE, ASSAULTS
    ),
    "intensity_sigma": RuleParameter(
        "standard deviation of the logarithm of an assault's intensity", OF_ORDER, ASSAULTS
    ),
    "intensity_shared": RuleParameter(
        "correlation of the logarithms of both sides' intensity in an assault", OF_ORDER, ASSAULTS
    ),
    "intensity_persistence": RuleParameter(
        "correlation of the logarithm of the intensity with that of the day before, same place", OF_ORDER, ASSAULTS
    ),
    "fatigue_per_hour": RuleParameter("1/h; the rate at which the tempo of an assault falls off", OF_ORDER, ASSAULTS),
    "advance_km_per_day": RuleParameter(
        "km a day that the line moves for a side with the whole upper hand", OF_FORCE, ASSAULTS
    ),
    "ground_price": RuleParameter(
        "share of what breaks the defenders that the last block of prepared ground costs them", OF_FORCE, ASSAULTS
    ),
    "assault_hours": RuleParameter("h that an assault lasts at most in one day", OF_ORDER, ASSAULTS),
    "press_on_days": RuleParameter(
        "days for which an attack is tried again that time, dark, fog or fatigue broke off", OF_ORDER, ATTACKS
    ),
    "consolidate_hours": RuleParameter(
        "h that a force needs after an assault before it can do anything else", OF_ORDER_OR_FORCE, ASSAULTS
    ),
    "muster_hours": RuleParameter("h between an order's moment and the march", OF_ORDER_OR_FORCE, MUSTERED),
    "night_fire": RuleParameter("share of the fire that is left on a dark night", OF_FORCE, ALWAYS),
    "moonlight": RuleParameter("share of the night's loss that a full Moon gives back", OF_FORCE, ALWAYS),
    "fog_fire": RuleParameter("share of the fire that is left in fog", OF_FORCE, ALWAYS),
    "rain_fire": RuleParameter("share of the fire that is left in rain", OF_FORCE, ALWAYS),
    "night_march": RuleParameter("pace at night as a share of that by day", OF_ORDER_OR_FORCE, MARCHES),
    "fog_march": RuleParameter("pace in fog as a share of that in clear air", OF_ORDER_OR_FORCE, MARCHES),
    "fog_chance": RuleParameter(
        "chance of morning fog on a day for which no source tells the weather", OF_BATTLE, ALWAYS
    ),
    "rain_chance": RuleParameter("chance of rain on a day for which no source tells the weather", OF_BATTLE, ALWAYS),
    "contact_per_1000_day": RuleParameter(
        "casualties per 1,000 people and day of a force in contact between assaults", OF_FORCE, ALWAYS
    ),
    "breach_cover": RuleParameter("share of the cover that is left at a breach", OF_ORDER, BOMBS),
    "breach_hours": RuleParameter("h until a breach is closed", OF_ORDER, BOMBS),
    "rout_loss_median": RuleParameter(
        "share of those who break that is killed or taken as they flee, median", OF_FORCE, ASSAULTS
    ),
    "rout_loss_sigma": RuleParameter("the same, standard deviation of the logit", OF_FORCE, ROUTS),
    "rout_killed_fraction": RuleParameter(
        "share of these that is killed; the others are taken prisoner", OF_FORCE, ROUTS
    ),
    "cut_off_loss_median": RuleParameter(
        "as rout_loss_median, of those who have no place of their side beside them to go to", OF_FORCE, ROUTS
    ),
    "withdrawal_killed_median": RuleParameter(
        "share of those who leave a place under assault that is killed, median", OF_FORCE, ASSAULTS
    ),
    "withdrawal_killed_sigma": RuleParameter("the same, standard deviation of the logarithm", OF_FORCE, ASSAULTS),
    "seized_share": RuleParameter("share of a broken side's equipment at the place that is taken", OF_FORCE, ASSAULTS),
    "supply_days": RuleParameter("days that a force can fight on what it has", OF_FORCE, ALWAYS),
    "unsupplied_fire": RuleParameter("share of its fire that a force without supplies has left", OF_FORCE, ALWAYS),
    "reserve_at_share": RuleParameter(
        "share of a covered place still held at which the reserve is called", OF_SIDE, RESERVES
    ),
    "reserve_delay_hours": RuleParameter("h between the call and the reserve's march", OF_ORDER, RESERVES),
    "killing_rate": RuleParameter(  # baseline forecasts read it where nobody attacks, too
        "1/day; fraction of an equal, unsheltered enemy put out of action in a day of assault", OF_FORCE, ALWAYS
    ),
    "break_attack_median": RuleParameter("fraction lost at which an assault is called off, median", OF_ORDER, ASSAULTS),
    "break_attack_sigma": RuleParameter("the same, standard deviation of the logarithm", OF_ORDER, ASSAULTS),
    "break_defend_median": RuleParameter("fraction lost at which a garrison gives way, median", OF_FORCE, ASSAULTS),
    "break_defend_sigma": RuleParameter("the same, standard deviation of the logarithm", OF_FORCE, ASSAULTS),
    "wounded_per_killed": RuleParameter("wounded per killed in ground fighting", OF_FORCE, ALWAYS),
    "replacements_per_day": RuleParameter(
        "people a day who replace losses of the forces that are replaced, all together", OF_SIDE, ALWAYS
    ),
    "march_kmh": RuleParameter("km/h on a road by day", OF_ORDER_OR_FORCE, MARCHES),
    "strike_deaths_mean": RuleParameter("deaths per air sortie, mean", OF_ORDER, STRIKES),
    "strike_deaths_size": RuleParameter("deaths per air sortie, size of the negative binomial", OF_ORDER, STRIKES),
    "strike_suppression": RuleParameter("share of its fire that a force loses under air strikes", OF_ORDER, STRIKES),
    "strike_suppression_hours": RuleParameter("h that it takes to recover from an air strike", OF_ORDER, STRIKES),
    "shell_deaths_mean": RuleParameter("deaths per fire mission, mean", OF_ORDER, SHELLING),
    "shell_deaths_size": RuleParameter("deaths per fire mission, size of the negative binomial", OF_ORDER, SHELLING),
    "shell_suppression": RuleParameter("share of its fire that a force loses under shelling", OF_ORDER, SHELLING),
    "shell_suppression_hours": RuleParameter("h that it takes to recover from a fire mission", OF_ORDER, SHELLING),
    "bomb_arrives": RuleParameter("chance that a vehicle bomb is not stopped on its way", OF_ORDER, BOMBS),
    "bomb_reaches": RuleParameter("chance that one that is not stopped reaches its target", OF_ORDER, BOMBS),
    "bomb_no_deaths": RuleParameter("share of vehicle bombs on target that kill nobody beyond chance", OF_ORDER, BOMBS),
    "bomb_deaths_mean": RuleParameter("deaths per other vehicle bomb on target, mean", OF_ORDER, BOMBS),
    "bomb_deaths_size": RuleParameter(
        "deaths per other vehicle bomb on target, size of the negative binomial", OF_ORDER, BOMBS
    ),
    "bomb_wounded_per_killed": RuleParameter("wounded per killed by a vehicle bomb", OF_ORDER, BOMBS),
    "bomb_shock": RuleParameter("share of its fire that a garrison loses after a bomb on target", OF_ORDER, BOMBS),
    "bomb_shock_hours": RuleParameter("h that it takes to recover from that", OF_ORDER, BOMBS),
    "ambush_deaths_mean": RuleParameter("deaths in an ambush, mean", OF_ORDER, AMBUSHES),
    "ambush_deaths_size": RuleParameter("deaths in an ambush, size of the negative binomial", OF_ORDER, AMBUSHES),
    "quality": RuleParameter(
        "combat power of each of a force's people over that of an average force's", OF_FORCE, ASSAULTS, is_optional=True
    ),
    "steadiness": RuleParameter(
        "fraction lost at which a force breaks over that at which an average force of its side does",
        OF_FORCE,
        ASSAULTS,
        is_optional=True,
    ),
}


LAW_PREFIX = "law_"  # before the name of a law's own parameter, which only the law in use reads

SHARE_RANGE: ValueRange = (0.0, 1.0)
SPEED_FACTOR_RANGE: ValueRange = (0.01, 1.0)  # a march that never arrives is no march
DEFAULT_RANGE: ValueRange = (0.0, MAX_COUNT)
# Of the parameters that are not just anything from nothing to a million.
PARAMETER_RANGES: dict[str, ValueRange] = {
    **dict.fromkeys(
        (
            *("night_fire", "moonlight", "fog_fire", "rain_fire", "fog_chance", "rain_chance"),
            *("strike_suppression", "shell_suppression", "bomb_arrives", "bomb_reaches", "bomb_no_deaths"),
            *("bomb_shock", "breach_cover", "seized_share"),
            *("unsupplied_fire", "reserve_at_share", "intensity_shared", "ground_price"),
            *("rout_loss_median", "rout_killed_fraction", "cut_off_loss_median", "withdrawal_killed_median"),
        ),
        SHARE_RANGE,
    ),
    **dict.fromkeys(("night_march", "fog_march"), SPEED_FACTOR_RANGE),
    **dict.fromkeys(
        ("intensity_sigma", "break_attack_sigma", "break_defend_sigma", "combat_power_sigma"),
        (0.0, 5.0),
    ),
    **dict.fromkeys(("rout_loss_sigma", "withdrawal_killed_sigma"), (0.0, 10.0)),
    **dict.fromkeys(("combat_power_mean", "break_odds_exponent"), (-5.0, 5.0)),
    "size_exponent": (-1.0, 1.0),
    "size_reference": (1.0, MAX_COUNT),
    "reference_cover": (0.0, 0.95),
    "intensity_persistence": (0.0, 0.99),
    "press_on_days": (0.0, 365.0),
    **dict.fromkeys(("quality", "steadiness"), (0.01, 100.0)),
    **dict.fromkeys(
        ("strike_deaths_size", "shell_deaths_size", "bomb_deaths_size", "ambush_deaths_size"), (0.01, MAX_COUNT)
    ),
    "reference_strength": (1.0, MAX_COUNT),
    "march_kmh": (0.01, 1000.0),
    "advance_km_per_day": (0.0, 1000.0),
}
