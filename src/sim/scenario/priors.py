"""Prior distributions: their quantiles, their supports, and what no distribution can be."""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.types import Remark, StrictModel, Text

STANDARD_NORMAL = NormalDist()
# Keeps a uniform number inside (0, 1), where every quantile is finite; 1 - UNIFORM_MARGIN is the last number below 1.
UNIFORM_MARGIN = 2.0**-53
TRUNCATIONS_KEPT = 4096  # a battle draws from each of its priors, which are always the same


class PriorDistribution(StrictModel):
    """What all priors share: unit, reason and references, quantiles."""

    unit: Remark
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


@lru_cache(maxsize=TRUNCATIONS_KEPT)
def find_truncation(low: float, high: float) -> tuple[float, float]:
    """The shares of the standard normal distribution that lie below two numbers."""
    return STANDARD_NORMAL.cdf(low), STANDARD_NORMAL.cdf(high)


@lru_cache(maxsize=TRUNCATIONS_KEPT)
def find_lognormal_truncation(median: float, sigma: float, low: float, high: float) -> tuple[float, float]:
    """The shares of a lognormal distribution that lie below two numbers."""
    below = STANDARD_NORMAL.cdf(math.log(low / median) / sigma) if low > 0 else 0.0
    above = STANDARD_NORMAL.cdf(math.log(high / median) / sigma) if high < math.inf else 1.0
    return below, above


def invert_truncated(probabilities: np.ndarray, limits: tuple[float, float]) -> list[float]:
    """Quantiles of a standard normal distribution that is cut off where so much of it lies below.

    One by one, since an inverse of numpy's or scipy's has other last bits.
    """
    below, above = limits
    inside = np.clip(below + (above - below) * probabilities, UNIFORM_MARGIN, 1 - UNIFORM_MARGIN)
    return [STANDARD_NORMAL.inv_cdf(share) for share in inside.tolist()]


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
        below, above = find_truncation((self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd)
        inside = min(max(below + (above - below) * u, UNIFORM_MARGIN), 1 - UNIFORM_MARGIN)
        return min(max(self.mean + self.sd * STANDARD_NORMAL.inv_cdf(inside), self.low), self.high)

    def quantiles(self, probabilities: np.ndarray) -> np.ndarray:
        limits = find_truncation((self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd)
        normals = np.array(invert_truncated(probabilities, limits), dtype=np.float64)
        return np.clip(self.mean + self.sd * normals, self.low, self.high)

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
        below, above = find_lognormal_truncation(self.median, self.sigma, self.low, self.high)
        inside = min(max(below + (above - below) * u, UNIFORM_MARGIN), 1 - UNIFORM_MARGIN)
        value = self.median * math.exp(self.sigma * STANDARD_NORMAL.inv_cdf(inside))
        return min(max(value, self.low), self.high)

    def quantiles(self, probabilities: np.ndarray) -> np.ndarray:
        limits = find_lognormal_truncation(self.median, self.sigma, self.low, self.high)
        factors = [math.exp(self.sigma * z) for z in invert_truncated(probabilities, limits)]
        return np.clip(self.median * np.array(factors, dtype=np.float64), self.low, self.high)

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
        below, above = find_truncation(self.standardise(self.low), self.standardise(self.high))
        inside = min(max(below + (above - below) * u, UNIFORM_MARGIN), 1 - UNIFORM_MARGIN)
        odds = self.median / (1 - self.median) * math.exp(self.sigma * STANDARD_NORMAL.inv_cdf(inside))
        return min(max(odds / (1 + odds), self.low), self.high)

    def quantiles(self, probabilities: np.ndarray) -> np.ndarray:
        limits = find_truncation(self.standardise(self.low), self.standardise(self.high))
        factors = [math.exp(self.sigma * z) for z in invert_truncated(probabilities, limits)]
        odds = self.median / (1 - self.median) * np.array(factors, dtype=np.float64)
        return np.clip(odds / (1 + odds), self.low, self.high)

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


OwnPrior = Fixed | Uniform | LogUniform | Triangular | Normal | LogNormal | LogitNormal | Beta
BY_DISTRIBUTION = Field(discriminator="distribution")


class Pooled(PriorDistribution):
    """A prior of the battle's own as other battles move it: normal, on the scale on which its own is standard normal.

    With F the distribution function of its own prior and Phi the normal one, it is F^-1(Phi(mean + sd z)), z ~ N(0, 1):
    a mean of 0 and an sd of 1 leave it as it was.
    """

    distribution: Literal["pooled"]
    own: Annotated[OwnPrior, BY_DISTRIBUTION]
    mean: float
    sd: Annotated[float, Field(gt=0)]

    def support(self) -> tuple[float, float]:
        return self.own.support()

    def quantile(self, u: float) -> float:
        share = STANDARD_NORMAL.cdf(self.mean + self.sd * STANDARD_NORMAL.inv_cdf(u))
        return self.own.quantile(min(max(share, UNIFORM_MARGIN), 1 - UNIFORM_MARGIN))

    def transform_normals(self, normals: np.ndarray) -> np.ndarray:
        return self.own.transform_normals(self.mean + self.sd * normals)


Prior = Annotated[OwnPrior | Pooled, BY_DISTRIBUTION]
