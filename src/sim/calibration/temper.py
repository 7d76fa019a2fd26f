"""From one temperature to the next: how far to go, what that weighs, and who goes on. Source: DelMoral2006."""

import numpy as np

HALVINGS = 60


def kish(weights: np.ndarray) -> float:
    """How many equal weights would tell as much as these. Source: Kish1965."""
    whole = float(weights.sum())
    return whole * whole / float((weights * weights).sum()) if whole > 0 else 0.0


def weights_of(likelihood: np.ndarray, rise: float) -> np.ndarray:
    """The weights, the largest of them one, that a rise of the temperature gives."""
    best = likelihood.max()
    if not np.isfinite(best):
        return np.zeros(len(likelihood))
    possible = np.isfinite(likelihood)
    found: np.ndarray = np.where(possible, np.exp(rise * (np.where(possible, likelihood, best) - best)), 0.0)
    return found


def rise_of(likelihood: np.ndarray, left: float, share: float) -> float:
    """The rise at which the effective sample falls to a share of the particles that are possible, at most `left`."""
    wanted = share * int(np.isfinite(likelihood).sum())
    if kish(weights_of(likelihood, left)) >= wanted:
        return left
    low, high = 0.0, left
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if kish(weights_of(likelihood, middle)) >= wanted else (low, middle)
    return low


def log_mean(likelihood: np.ndarray, rise: float) -> float:
    """The logarithm of the mean weight: what the rise adds to the logarithm of the evidence."""
    best = float(likelihood.max())
    if not np.isfinite(best):
        return -np.inf
    return rise * best + float(np.log(np.mean(weights_of(likelihood, rise))))


def survivors(weights: np.ndarray, uniform: float) -> np.ndarray:
    """Which particles go on, by systematic resampling: as many as there are, in their order. Source: Kitagawa1996."""
    count = len(weights)
    below = np.cumsum(weights) / weights.sum()
    found: np.ndarray = np.searchsorted(below, (np.arange(count) + uniform) / count, side="right")
    return np.asarray(np.minimum(found, count - 1))
