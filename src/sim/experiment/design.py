"""Designs of experiments: which level each factor has at each design point."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

from sim.scenario.priors import EDGE, Distribution

Design = Literal["grid", "latin", "sobol"]
STEPS = 5  # of a range or a prior in a grid, unless something else is said


@dataclass(frozen=True)
class Levels:
    """A factor that has one of a few levels, each as often as the others."""

    values: tuple[Any, ...]

    def at(self, share: float) -> Any:
        """The level that a share of the way through the factor stands at."""
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    def grid(self) -> list[Any]:
        """The levels of a grid."""
        return list(self.values)


@dataclass(frozen=True)
class Range:
    """A factor that has any number between two."""

    low: float
    high: float
    steps: int = STEPS

    def at(self, share: float) -> float:
        """The number a share of the way from low to high."""
        return self.low + (self.high - self.low) * share

    def grid(self) -> list[Any]:
        """Equally spaced numbers from low to high."""
        return [float(number) for number in np.linspace(self.low, self.high, self.steps)]


@dataclass(frozen=True)
class WholePrior:
    """A factor that is a prior over all its range: equal steps are equally likely."""

    prior: Distribution
    steps: int = STEPS

    def at(self, share: float) -> float:
        """The number below which that share of the prior lies."""
        return self.prior.quantile(share)

    def grid(self) -> list[Any]:
        """The middles of equally likely parts of the prior."""
        return [self.prior.quantile((step + 0.5) / self.steps) for step in range(self.steps)]


Factor = Levels | Range | WholePrior


def design_points(factors: Mapping[str, Factor], design: Design, points: int, seed: int) -> list[dict[str, Any]]:
    """The levels of each design point by factor: every combination, or so many points spread over the ranges.

    A Sobol design has a power of two of points. The same seed gives the same points. Source: Owen1998.
    """
    if design == "grid":
        return [
            dict(zip(factors, chosen, strict=True)) for chosen in product(*(each.grid() for each in factors.values()))
        ]
    return [
        {name: factor.at(share) for (name, factor), share in zip(factors.items(), row, strict=True)}
        for row in spread(design, len(factors), points, seed).tolist()
    ]


def spread(design: Literal["latin", "sobol"], factors: int, points: int, seed: int) -> np.ndarray:
    """Points of the unit cube, inside it, shape (points, factors)."""
    from scipy.stats import qmc  # here, since a grid needs none of it

    if design == "sobol":
        found = qmc.Sobol(factors, scramble=True, rng=seed).random(points)
    else:
        found = qmc.LatinHypercube(factors, rng=seed).random(points)
    inside: np.ndarray = np.clip(found, EDGE, 1 - EDGE)
    return inside
