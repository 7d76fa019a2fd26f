"""The continuous ranked probability score of a sample."""

import numpy as np


def distance(sample: np.ndarray, told: float) -> float:
    """The mean distance of the sample from what was told."""
    return float(np.abs(sample - told).mean())


def spread(sample: np.ndarray) -> float:
    """The mean distance of two members of the sample drawn with replacement, in the order of n log n."""
    ordered = np.sort(sample)
    n = len(ordered)
    return float(2.0 * ((2.0 * np.arange(1, n + 1) - n - 1.0) * ordered).sum() / (n * n))


def crps(sample: np.ndarray, told: float) -> float:
    """Of the sample as the whole forecast. Source: Gneiting2007."""
    return distance(sample, told) - spread(sample) / 2.0


def fair_crps(sample: np.ndarray, told: float) -> float:
    """Of the distribution that the sample is drawn from, without bias for its size. Source: Ferro2014."""
    n = len(sample)
    return distance(sample, told) - (spread(sample) / 2.0 * n / (n - 1) if n > 1 else 0.0)
