"""Prior distributions, the priors that the rules of battle require, and the range allowed for each."""

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.scenario.quantities import MAX_COUNT
from sim.types import StrictModel, Text

STANDARD_NORMAL = NormalDist()
# Keeps a uniform number inside (0, 1), where every quantile is finite; 1 - UNIFORM_MARGIN is the last number below 1.
UNIFORM_MARGIN = 2.0**-53
ValueRange = tuple[float, float]


class PriorDistribution(StrictModel):
    """What all priors share: unit, reason and references, quantiles."""

    unit: str
    reason: Text
    basis: Literal["assumption", "literature"] = "assumption"
    reference: tuple[str, ...] = ()

    @model_validator(mode="after")
    def check_range(self) -> "PriorDistribution":
        """Refuse a prior that rests on literature and names none, and a range that is empty."""
        if self.basis == "literature" and not self.reference:
            raise ValueError("basis: literature needs a reference (a key of the bibliography)")
        low, high = getattr(self, "low", -math.inf), getattr(self, "high", math.inf)
        if low >= high:
            raise ValueError(f"low {low:g} is not below high {high:g}")
        try:
            is_finite = all(math.isfinite(end) for end in self.support())
        except (ArithmeticError, ValueError):
            is_finite = False
        if not is_finite:
            raise ValueError("goes beyond all numbers")
        return self

    def support(self) -> tuple[float, float]:
        """The lowest and the highest value that can be drawn."""
        return self.quantile(UNIFORM_MARGIN), self.quantile(1 - UNIFORM_MARGIN)

    def quantile(self, u: float) -> float:
        """The quantile of a probability in (0, 1)."""
        raise NotImplementedError

    def quantiles(self, probabilities: np.ndarray) -> np.ndarray:
        """The quantiles of many probabilities at once, to the same bits."""
        return np.array([self.quantile(u) for u in probabilities.tolist()], dtype=np.float64)

    def transform_normals(self, normals: np.ndarray) -> np.ndarray:
        """Standard normal numbers as values of this prior, by the same quantiles but for the last bits."""
        from scipy.special import ndtr  # here, since it takes long to import

        return self.quantiles(ndtr(normals))


class Fixed(PriorDistribution):
    """A quantity taken as known."""

    distribution: Literal["fixed"]
    value: float

    def quantile(self, u: float) -> float:
        return self.value


class Uniform(PriorDistribution):
    """Anything between low and high, equally likely."""

    distribution: Literal["uniform"]
    low: float
    high: float

    def quantile(self, u: float) -> float:
        return self.low + (self.high - self.low) * u

    def quantiles(self, probabilities: np.ndarray) -> np.ndarray:
        return self.low + (self.high - self.low) * probabilities


class LogUniform(PriorDistribution):
    """Any order of magnitude between low and high, equally likely."""

    distribution: Literal["loguniform"]
    low: Annotated[float, Field(gt=0)]
    high: Annotated[float, Field(gt=0)]

    def quantile(self, u: float) -> float:
        return self.low * math.exp(u * math.log(self.high / self.low))

    def transform_normals(self, normals: np.ndarray) -> np.ndarray:
        from scipy.special import ndtr

        return np.asarray(self.low * np.exp(ndtr(normals) * math.log(self.high / self.low)))


class Triangular(PriorDistribution):
    """Between low and high, most likely at the mode."""

    distribution: Literal["triangular"]
    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def check_mode(self) -> "Triangular":
        """Refuse a mode outside the range."""
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"mode {self.mode:g} lies outside {self.low:g} to {self.high:g}")
        return self

    def quantile(self, u: float) -> float:
        rise, width = self.mode - self.low, self.high - self.low
        if u * width < rise:
            return min(self.low + math.sqrt(u * width * rise), self.high)
        return max(self.high - math.sqrt((1 - u) * width * (self.high - self.mode)), self.low)


def truncate_normals(normals: np.ndarray, low: float, high: float) -> np.ndarray:
    """Standard normal numbers as those of the normal truncated at low and high, quantile by quantile."""
    from scipy.special import ndtr, ndtri

    if low == -math.inf and high == math.inf:
        return normals
    below, above = ndtr(low), ndtr(high)
    truncated: np.ndarray = ndtri(np.clip(below + (above - below) * ndtr(normals), UNIFORM_MARGIN, 1 - UNIFORM_MARGIN))
    return truncated


class Normal(PriorDistribution):
    """Normal, truncated at low and high where they are given."""

    distribution: Literal["normal"]
    mean: float
    sd: Annotated[float, Field(gt=0)]
    low: float = -math.inf
    high: float = math.inf

    def quantile(self, u: float) -> float:
        below = STANDARD_NORMAL.cdf((self.low - self.mean) / self.sd)
        above = STANDARD_NORMAL.cdf((self.high - self.mean) / self.sd)
        inside = min(max(below + (above - below) * u, UNIFORM_MARGIN), 1 - UNIFORM_MARGIN)
        return min(max(self.mean + self.sd * STANDARD_NORMAL.inv_cdf(inside), self.low), self.high)

    def transform_normals(self, normals: np.ndarray) -> np.ndarray:
        truncated = truncate_normals(normals, (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd)
        return np.clip(self.mean + self.sd * truncated, self.low, self.high)


class LogNormal(PriorDistribution):
    """Lognormal by its median and the standard deviation of the logarithm, truncated at low and high."""

    distribution: Literal["lognormal"]
    median: Annotated[float, Field(gt=0)]
    sigma: Annotated[float, Field(gt=0)]
    low: Annotated[float, Field(ge=0)] = 0.0
    high: float = math.inf

    def quantile(self, u: float) -> float:
        below = STANDARD_NORMAL.cdf(math.log(self.low / self.median) / self.sigma) if self.low > 0 else 0.0
        above = STANDARD_NORMAL.cdf(math.log(self.high / self.median) / self.sigma) if self.high < math.inf else 1.0
        inside = min(max(below + (above - below) * u, UNIFORM_MARGIN), 1 - UNIFORM_MARGIN)
        value = self.median * math.exp(self.sigma * STANDARD_NORMAL.inv_cdf(inside))
        return min(max(value, self.low), self.high)

    def transform_normals(self, normals: np.ndarray) -> np.ndarray:
        low = math.log(self.low / self.median) / self.sigma if self.low > 0 else -math.inf
        high = math.log(self.high / self.median) / self.sigma if self.high < math.inf else math.inf
        return np.clip(self.median * np.exp(self.sigma * truncate_normals(normals, low, high)), self.low, self.high)


class LogitNormal(PriorDistribution):
    """A share whose logit is normal, by its median and the deviation of the logit, truncated at low and high."""

    distribution: Literal["logitnormal"]
    median: Annotated[float, Field(gt=0, lt=1)]
    sigma: Annotated[float, Field(gt=0)]
    low: Annotated[float, Field(ge=0, lt=1)] = 0.0
    high: Annotated[float, Field(gt=0, le=1)] = 1.0

    def standardise(self, share: float) -> float:
        """A share in standard deviations of its logit from the median."""
        if share <= 0 or share >= 1:
            return -math.inf if share <= 0 else math.inf
        return (math.log(share / (1 - share)) - math.log(self.median / (1 - self.median))) / self.sigma

    def quantile(self, u: float) -> float:
        below, above = (STANDARD_NORMAL.cdf(self.standardise(end)) for end in (self.low, self.high))
        inside = min(max(below + (above - below) * u, UNIFORM_MARGIN), 1 - UNIFORM_MARGIN)
        odds = self.median / (1 - self.median) * math.exp(self.sigma * STANDARD_NORMAL.inv_cdf(inside))
        return min(max(odds / (1 + odds), self.low), self.high)

    def transform_normals(self, normals: np.ndarray) -> np.ndarray:
        truncated = truncate_normals(normals, self.standardise(self.low), self.standardise(self.high))
        odds = self.median / (1 - self.median) * np.exp(self.sigma * truncated)
        return np.clip(odds / (1 + odds), self.low, self.high)


class Beta(PriorDistribution):
    """A share, by the two shape parameters."""

    distribution: Literal["beta"]
    a: Annotated[float, Field(ge=0.001, le=1e6)]
    b: Annotated[float, Field(ge=0.001, le=1e6)]

    def support(self) -> tuple[float, float]:
        return 0.0, 1.0

    def quantile(self, u: float) -> float:
        from scipy.special import betaincinv  # here, since few scenarios need it and it takes 0.3 s to import

        return float(betaincinv(self.a, self.b, u))

    def transform_normals(self, normals: np.ndarray) -> np.ndarray:
        from scipy.special import betaincinv, ndtr

        return np.asarray(betaincinv(self.a, self.b, ndtr(normals)))


Prior = Annotated[
    Fixed | Uniform | LogUniform | Triangular | Normal | LogNormal | LogitNormal | Beta,
    Field(discriminator="distribution"),
]


# Every scenario gives a prior of each of these names that its orders use. One of SIDE_PARAMETERS may be given once for
# both sides (`killing_rate`) or for each (`killing_rate_red`).
BATTLE_PARAMETERS: dict[str, str] = {
    "reference_strength": "people; at this strength the linear law kills as fast as the square law",
    "combat_power_mean": "mean of the logarithm of the attacker's combat power a head over the defender's",
    "combat_power_sigma": "the same, standard deviation between assaults",
    "break_odds_exponent": "how fast the attacker's break point falls with his numbers over the defender's, as a power",
    "size_exponent": "how fast losses a head fall with the size of a fight, as a power of it",
    "size_reference": "people; the size of a fight, sqrt(attackers x defenders), at which killing_rate holds",
    "reference_cover": "cover of the defenders in the battles that combat_power_mean is taken from",
    "intensity_sigma": "standard deviation of the logarithm of an assault's intensity",
    "intensity_shared": "correlation of the logarithms of both sides' intensity in an assault",
    "intensity_persistence": "correlation of the logarithm of the intensity with that of the day before, same place",
    "fatigue_per_hour": "1/h; the rate at which the tempo of an assault falls off",
    "advance_km_per_day": "km a day that the line moves for a side with the whole upper hand",
    "ground_price": "share of what breaks the defenders that the last block of prepared ground costs them",
    "assault_hours": "h that an assault lasts at most in one day",
    "press_on_days": "days for which an attack is tried again that time, dark, fog or fatigue broke off",
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
    "breach_cover": "share of the cover that is left at a breach",
    "breach_hours": "h until a breach is closed",
    "rout_loss_median": "share of those who break that is killed or taken as they flee, median",
    "rout_loss_sigma": "the same, standard deviation of the logit",
    "rout_killed_fraction": "share of these that is killed; the others are taken prisoner",
    "cut_off_loss_median": "as rout_loss_median, of those who have no place of their side beside them to go to",
    "withdrawal_killed_median": "share of those who leave a place under assault that is killed, median",
    "withdrawal_killed_sigma": "the same, standard deviation of the logarithm",
    "seized_share": "share of a broken side's equipment at the place that is taken",
    "supply_days": "days that a force can fight on what it has",
    "unsupplied_fire": "share of its fire that a force without supplies has left",
    "reserve_at_share": "share of a covered place still held at which the reserve is called",
    "reserve_delay_hours": "h between the call and the reserve's march",
}

SIDE_PARAMETERS: dict[str, str] = {
    "killing_rate": "1/day; fraction of an equal, unsheltered enemy put out of action in a day of assault",
    "break_attack_median": "fraction lost at which an assault is called off, median",
    "break_attack_sigma": "the same, standard deviation of the logarithm",
    "break_defend_median": "fraction lost at which a garrison gives way, median",
    "break_defend_sigma": "the same, standard deviation of the logarithm",
    "wounded_per_killed": "wounded per killed in ground fighting",
    "replacements_per_day": "people a day who replace losses of the forces that are replaced, all together",
    "march_kmh": "km/h on a road by day",
}

# One of these may be given once for all orders of a kind (`shell_deaths_mean`), for those of a side
# (`shell_deaths_mean_red`), or for one order (`shell_deaths_mean_naval_guns`).
ORDER_PARAMETERS: dict[str, str] = {
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
    "ambush_deaths_mean": "deaths in an ambush, mean",
    "ambush_deaths_size": "deaths in an ambush, size of the negative binomial",
}


LAW_PREFIX = "law_"  # before the name of a law's own parameter, which only the law in use reads
# A force may have a prior of each of these names with its own id after it (`quality_garrison`); 1 if it has none.
FORCE_PARAMETERS: dict[str, str] = {
    "quality": "combat power of each of a force's people over that of an average force's",
    "steadiness": "fraction lost at which a force breaks over that at which an average force of its side does",
}


def list_force_priors(forces: Iterable[str]) -> dict[str, str]:
    """The names of the priors that forces may have, and which of `FORCE_PARAMETERS` each gives."""
    return {f"{name}_{force}": name for name in FORCE_PARAMETERS for force in forces}


def list_rule_priors(
    sides: Sequence[str], forces: Iterable[str], orders: Iterable[str], names: Iterable[str]
) -> set[str]:
    """Every name of a prior that the rules may read, and of the names given those that a law may read."""
    of_sides = {f"{name}_{side}" for name in (*SIDE_PARAMETERS, *ORDER_PARAMETERS) for side in sides}
    of_orders = {f"{name}_{order}" for name in ORDER_PARAMETERS for order in orders}
    of_law = {name for name in names if name.startswith(LAW_PREFIX)}
    common = {*BATTLE_PARAMETERS, *SIDE_PARAMETERS, *ORDER_PARAMETERS}
    return common | of_sides | of_orders | set(list_force_priors(forces)) | of_law


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
