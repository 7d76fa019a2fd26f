"""Calibration of forecasts: probability integral transforms, and the coverage of central intervals."""

from collections.abc import Sequence

import numpy as np

from sim.scoring.intervals import wilson_interval
from sim.scoring.targets import ForecastTarget


def compute_pit(sample: np.ndarray, target: ForecastTarget, uniform: float) -> float:
    """The randomised probability integral transform of a report in its forecast, for a uniform number v in (0, 1).

    It is F(low-) + v (F(high) - F(low-)), where F is the distribution of the sample and low to high the bin that was
    reported: uniform if reports are drawn from their forecasts. Source: Czado2009.
    """
    below = float((sample < target.observed_bin.low).mean())
    up_to = float((sample <= target.observed_bin.high).mean())
    return below + uniform * (up_to - below)


def is_inside_interval(pit: float, level: float) -> bool:
    """Whether a report lies in the central interval of its forecast that has this probability.

    Of a 50% interval these are the transforms from 0.25 to 0.75.
    """
    return abs(pit - 0.5) <= level / 2.0


def compute_coverage(pits: Sequence[float], level: float) -> tuple[int, int, tuple[float, float]]:
    """How many reports lie in the central intervals of their forecasts, of how many, and the 95% interval of the share.

    A calibrated forecast covers about `level` of them: fewer if it is too sure, more if it is too vague.
    """
    n_inside = sum(is_inside_interval(each, level) for each in pits)
    return n_inside, len(pits), wilson_interval(n_inside, len(pits))
