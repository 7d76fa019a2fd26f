"""The range of an unknown, with its reason: one distribution each, as an inverse distribution function."""

import math
from statistics import NormalDist
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.schema import Part, Words

STANDARD = NormalDist()
EDGE = 2.0**-53  # keeps a uniform inside (0, 1), where every quantile is finite; 1 - EDGE is the last number below 1


class Distribution(Part):
    """What every prior says of itself."""

    unit: str
    reason: Words
    basis: Literal["assumption", "literature"] = "assumption"
    reference: tuple[str, ...] = ()

    @model_validator(mode="after")
    def sensible(self) -> "Distribution":
        """Refuse a prior that rests on literature and names none, and a range that is empty."""
        if self.basis == "literature" and not self.reference:
            raise ValueError("basis: literature needs a reference (a key of the bibliography)")
        low, high = getattr(self, "low", -math.inf), getattr(self, "high", math.inf)
        if low >= high:
            raise ValueError(f"low {low:g} is not below high {high:g}")
        try:
            drawable = all(math.isfinite(end) for end in self.reach())
        except (ArithmeticError, ValueError):
            drawable = False
        if not drawable:
            raise ValueError("goes beyond all numbers")
        return self

    def reach(self) -> tuple[float, float]:
        """The lowest and the highest value that dice can draw."""
        return self.quantile(EDGE), self.quantile(1 - EDGE)

    def quantile(self, u: float) -> float:
        """The value below which a share `u` of the distribution lies, u in (0, 1)."""
        raise NotImplementedError

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The same for many shares at once, to the same bits."""
        return np.array([self.quantile(u) for u in shares.tolist()], dtype=np.float64)

    def at(self, normals: np.ndarray) -> np.ndarray:
        """The values that standard normal numbers stand for: those at the same shares, but for the last bits."""
        from scipy.special import ndtr  # here, since it takes long to import

        return self.quantiles(ndtr(normals))


class Fixed(Distribution):
    """A quantity taken as known."""

    distribution: Literal["fixed"]
    value: float

    def quantile(self, u: float) -> float:
        return self.value


class Uniform(Distribution):
    """Anything between low and high, equally likely."""

    distribution: Literal["uniform"]
    low: float
    high: float

    def quantile(self, u: float) -> float:
        return self.low + (self.high - self.low) * u

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        return self.low + (self.high - self.low) * shares


class LogUniform(Distribution):
    """Any order of magnitude between low and high, equally likely."""

    distribution: Literal["loguniform"]
    low: Annotated[float, Field(gt=0)]
    high: Annotated[float, Field(gt=0)]

    def quantile(self, u: float) -> float:
        return self.low * math.exp(u * math.log(self.high / self.low))

    def at(self, normals: np.ndarray) -> np.ndarray:
        from scipy.special import ndtr

        return np.asarray(self.low * np.exp(ndtr(normals) * math.log(self.high / self.low)))


class Triangular(Distribution):
    """Between low and high, most likely at the mode."""

    distribution: Literal["triangular"]
    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def peaked(self) -> "Triangular":
        """Refuse a mode outside the range."""
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"mode {self.mode:g} lies outside {self.low:g} to {self.high:g}")
        return self

    def quantile(self, u: float) -> float:
        rise, width = self.mode - self.low, self.high - self.low
        if u * width < rise:
            return min(self.low + math.sqrt(u * width * rise), self.high)
        return max(self.high - math.sqrt((1 - u) * width * (self.high - self.mode)), self.low)


def cut(normals: np.ndarray, low: float, high: float) -> np.ndarray:
    """Standard normal numbers as those of the same distribution cut at low and high, share by share."""
    from scipy.special import ndtr, ndtri

    if low == -math.inf and high == math.inf:
        return normals
    below, above = ndtr(low), ndtr(high)
    found: np.ndarray = ndtri(np.clip(below + (above - below) * ndtr(normals), EDGE, 1 - EDGE))
    return found


class Normal(Distribution):
    """Normal, cut at low and high where they are given."""

    distribution: Literal["normal"]
    mean: float
    sd: Annotated[float, Field(gt=0)]
    low: float = -math.inf
    high: float = math.inf

    def quantile(self, u: float) -> float:
        below = STANDARD.cdf((self.low - self.mean) / self.sd)
        above = STANDARD.cdf((self.high - self.mean) / self.sd)
        inside = min(max(below + (above - below) * u, EDGE), 1 - EDGE)
        return min(max(self.mean + self.sd * STANDARD.inv_cdf(inside), self.low), self.high)

    def at(self, normals: np.ndarray) -> np.ndarray:
        between = cut(normals, (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd)
        return np.clip(self.mean + self.sd * between, self.low, self.high)


class LogNormal(Distribution):
    """Lognormal by its median and the standard deviation of the logarithm, cut at low and high."""

    distribution: Literal["lognormal"]
    median: Annotated[float, Field(gt=0)]
    sigma: Annotated[float, Field(gt=0)]
    low: Annotated[float, Field(ge=0)] = 0.0
    high: float = math.inf

    def quantile(self, u: float) -> float:
        below = STANDARD.cdf(math.log(self.low / self.median) / self.sigma) if self.low > 0 else 0.0
        above = STANDARD.cdf(math.log(self.high / self.median) / self.sigma) if self.high < math.inf else 1.0
        inside = min(max(below + (above - below) * u, EDGE), 1 - EDGE)
        drawn = self.median * math.exp(self.sigma * STANDARD.inv_cdf(inside))
        return min(max(drawn, self.low), self.high)

    def at(self, normals: np.ndarray) -> np.ndarray:
        low = math.log(self.low / self.median) / self.sigma if self.low > 0 else -math.inf
        high = math.log(self.high / self.median) / self.sigma if self.high < math.inf else math.inf
        return np.clip(self.median * np.exp(self.sigma * cut(normals, low, high)), self.low, self.high)


class Beta(Distribution):
    """A share, by the two shape parameters."""

    distribution: Literal["beta"]
    a: Annotated[float, Field(ge=0.001, le=1e6)]
    b: Annotated[float, Field(ge=0.001, le=1e6)]

    def reach(self) -> tuple[float, float]:
        return 0.0, 1.0

    def quantile(self, u: float) -> float:
        from scipy.special import betaincinv  # here, since few scenarios need it and it takes 0.3 s to import

        return float(betaincinv(self.a, self.b, u))

    def at(self, normals: np.ndarray) -> np.ndarray:
        from scipy.special import betaincinv, ndtr

        return np.asarray(betaincinv(self.a, self.b, ndtr(normals)))


Prior = Annotated[
    Fixed | Uniform | LogUniform | Triangular | Normal | LogNormal | Beta,
    Field(discriminator="distribution"),
]
