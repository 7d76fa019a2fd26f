"""The plain square law: each side loses by the other's numbers, one battle without places. Source: Lanchester1916.

Deterministic, with strengths and killing rates drawn from the scenario's priors.
"""

import numpy as np

from sim.baselines.base import Asked, Guess
from sim.baselines.lanchester import dead, matched


def guess(asked: Asked) -> Guess:
    """The dead of both sides."""
    return dead(asked, left)


def left(asked: Asked, side: str, days: float) -> np.ndarray:
    """How many of a side are left, shape (n,): x' = -b y, y' = -a x, until one is gone."""
    x0, y0, a, b = matched(asked, side)
    pace, ratio = np.sqrt(a * b), np.sqrt(b / a) * y0 / x0
    with np.errstate(divide="ignore"):
        ends = np.arctanh(np.minimum(ratio, 1.0 / ratio)) / pace
    at = np.minimum(days, ends) * pace
    found: np.ndarray = np.maximum(x0 * (np.cosh(at) - ratio * np.sinh(at)), 0.0)
    return found
