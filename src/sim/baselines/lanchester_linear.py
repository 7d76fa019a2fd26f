"""The plain linear law: each side loses by both numbers, one battle without places. Source: Lanchester1916.

Deterministic, with strengths and killing rates drawn from the scenario's priors; at the scenario's reference strength
it is as fast as the square law.
"""

import numpy as np

from sim.baselines.base import Asked, Guess
from sim.baselines.lanchester import dead, matched
from sim.baselines.prior_draws import prior


def guess(asked: Asked) -> Guess:
    """The dead of both sides."""
    return dead(asked, left)


def left(asked: Asked, side: str, days: float) -> np.ndarray:
    """How many of a side are left, shape (n,): x' = -b x y, y' = -a x y."""
    x0, y0, a, b = matched(asked, side)
    scale = prior(asked, "reference_strength", side)
    lead = (a * x0 - b * y0) / scale
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        time = np.where(lead == 0.0, days, -np.expm1(-lead * days) / lead)
    found: np.ndarray = x0 / (1.0 + b * y0 / scale * time)
    return found
