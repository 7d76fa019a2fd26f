"""Designs of experiments: which level each factor has at each design point."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

from sim.scenario.priors import UNIFORM_MARGIN, PriorDistribution

DesignName = Literal["grid", "latin", "sobol"]
GRID_STEPS = 5  # default number of levels of a range or a prior in a grid


@dataclass(frozen=True)
class LevelFactor:
    """A factor that has one of a few levels, each equally often."""

    values: tuple[Any, ...]

    def value_at(self, coordinate: float) -> Any:
        """The level at a coordinate in (0, 1)."""
        return self.values[min(int(coordinate * len(self.values)), len(self.values) - 1)]

    def list_grid(self) -> list[Any]:
        """The levels of a grid."""
        return list(self.values)


@dataclass(frozen=True)
class RangeFactor:
    """A factor that has any number between two."""

    low: float
    high: float
    steps: int = GRID_STEPS

    def value_at(self, coordinate: float) -> float:
        """The number at a coordinate in (0, 1)."""
        return self.low + (self.high - self.low) * coordinate

    def list_grid(self) -> list[Any]:
        """Equally spaced numbers from low to high."""
        return [float(number) for number in np.linspace(self.low, self.high, self.steps)]


@dataclass(frozen=True)
class PriorFactor:
    """A factor that has the distribution of a prior: equal steps are equally likely."""

    prior: PriorDistribution
    steps: int = GRID_STEPS

    def value_at(self, coordinate: float) -> float:
        """The quantile of the prior at a coordinate in (0, 1)."""
        return self.prior.quantile(coordinate)

    def list_grid(self) -> list[Any]:
        """The medians of equally likely parts of the prior."""
        return [self.prior.quantile((step + 0.5) / self.steps) for step in range(self.steps)]


DesignFactor = LevelFactor | RangeFactor | PriorFactor


def make_design_points(
    factors: Mapping[str, DesignFactor], design: DesignName, n_points: int, seed: int
) -> list[dict[str, Any]]:
    """The levels of each design point by factor: every combination, or so many points that fill the space.

    A Sobol design has a power of two of points. The same seed gives the same points. Source: Owen1998.

    Parameters
    ----------
    factors
        The factors by name: levels, a range or a prior.
    design
        `grid`, or `latin` or `sobol`, which fill the space.
    n_points
        How many points; a grid has as many as there are combinations.
    seed
        Of `latin` and `sobol`; a grid has no chance.

    Returns
    -------
    list of dict
        For each point the level of each factor.

    Examples
    --------
    >>> make_design_points({"a": LevelFactor((1, 2)), "b": RangeFactor(0.0, 1.0, steps=2)}, "grid", 4, seed=1)
    [{'a': 1, 'b': 0.0}, {'a': 1, 'b': 1.0}, {'a': 2, 'b': 0.0}, {'a': 2, 'b': 1.0}]
    """
    if design == "grid":
        return [
            dict(zip(factors, levels, strict=True))
            for levels in product(*(each.list_grid() for each in factors.values()))
        ]
    return [
        {name: factor.value_at(coordinate) for (name, factor), coordinate in zip(factors.items(), row, strict=True)}
        for row in sample_unit_cube(design, len(factors), n_points, seed).tolist()
    ]


def sample_unit_cube(design: Literal["latin", "sobol"], n_factors: int, n_points: int, seed: int) -> np.ndarray:
    """Points inside the unit cube, shape (points, factors).

    Parameters
    ----------
    design
        A Latin hypercube, or a scrambled Sobol sequence. Source: Owen1998.
    n_factors, n_points
        How many columns and rows.
    seed
        The same seed gives the same points.

    Returns
    -------
    ndarray
        Coordinates in (0, 1), shape (points, factors).

    Examples
    --------
    >>> sample_unit_cube("sobol", n_factors=2, n_points=4, seed=1).shape
    (4, 2)
    """
    from scipy.stats import qmc  # here, since a grid does not need it

    if design == "sobol":
        sample = qmc.Sobol(n_factors, scramble=True, rng=seed).random(n_points)
    else:
        sample = qmc.LatinHypercube(n_factors, rng=seed).random(n_points)
    inside: np.ndarray = np.clip(sample, UNIFORM_MARGIN, 1 - UNIFORM_MARGIN)
    return inside
