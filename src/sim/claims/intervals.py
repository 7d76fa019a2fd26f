"""Intervals for what a finite number of replications can say."""

from math import sqrt

Z95 = 1.959963984540054


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Wilson's 95% interval for a probability. Source: Wilson1927."""
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    scale = 1 + Z95 * Z95 / trials
    centre = (share + Z95 * Z95 / (2 * trials)) / scale
    half = Z95 * sqrt(share * (1 - share) / trials + Z95 * Z95 / (4 * trials * trials)) / scale
    return max(centre - half, 0.0), min(centre + half, 1.0)
