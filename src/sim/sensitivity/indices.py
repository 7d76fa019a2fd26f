"""Screening, and shares of the variance, of any function of the unit cube: SALib behind four functions.

Source: Morris1991 for screening, Saltelli2010 for the shares.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

LEVELS = 4  # of a factor in screening
EDGES = (0.05, 0.95)  # where screening stays, as shares of a prior: the ends of some are endless


@dataclass(frozen=True)
class Effect:
    """What screening says of a factor: the mean size of its elementary effects, and their spread.

    `half` is half the 95% interval of the mean size; a spread beyond it tells of interplay, or of chance.
    """

    factor: str
    size: float
    half: float
    spread: float


@dataclass(frozen=True)
class Share:
    """A factor's shares of the variance, each with half its 95% interval.

    `first` goes when this factor alone is known; `total` is left when all but this factor is known.
    """

    factor: str
    first: float
    first_half: float
    total: float
    total_half: float


def problem(factors: tuple[str, ...], edges: tuple[float, float]) -> dict[str, Any]:
    """Factors as SALib wants them."""
    return {"num_vars": len(factors), "names": list(factors), "bounds": [list(edges)] * len(factors)}


def screening_rows(factors: tuple[str, ...], trajectories: int, seed: int) -> np.ndarray:
    """The rows of a screening, shape (trajectories * (factors + 1), factors): in each step one factor changes."""
    from SALib.sample import morris  # here, since it takes a second to import

    rows: np.ndarray = morris.sample(problem(factors, EDGES), trajectories, num_levels=LEVELS, seed=seed)
    return rows


def effects(factors: tuple[str, ...], rows: np.ndarray, outcomes: np.ndarray, seed: int) -> list[Effect]:
    """The effect of each factor on an outcome, the largest first."""
    from SALib.analyze import morris

    found = morris.analyze(problem(factors, EDGES), rows, outcomes, num_levels=LEVELS, seed=seed)
    columns = zip(factors, found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True)
    each = [Effect(name, float(size), float(half), float(spread)) for name, size, half, spread in columns]
    return sorted(each, key=lambda effect: -effect.size)


def share_rows(factors: tuple[str, ...], base: int, seed: int) -> np.ndarray:
    """The rows of a Saltelli design, shape (base * (factors + 2), factors); base is a power of two."""
    from SALib.sample import sobol

    rows: np.ndarray = sobol.sample(problem(factors, (0.0, 1.0)), base, calc_second_order=False, seed=seed)
    return rows


def shares(factors: tuple[str, ...], outcomes: np.ndarray, seed: int) -> list[Share] | None:
    """The shares of each factor, the largest total first; None for an outcome that never varies."""
    from SALib.analyze import sobol

    if float(np.ptp(outcomes)) == 0:
        return None
    found = sobol.analyze(problem(factors, (0.0, 1.0)), outcomes, calc_second_order=False, seed=seed)
    columns = zip(factors, *(found[key] for key in ("S1", "S1_conf", "ST", "ST_conf")), strict=True)
    each = [Share(name, *(float(number) for number in numbers)) for name, *numbers in columns]
    return sorted(each, key=lambda share: -share.total)
