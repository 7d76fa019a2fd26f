"""The negative binomial by mean and size, in logarithms, so that what is next to impossible still has an order."""

import numpy as np
from scipy.special import betainc, gammaln
from scipy.stats import nbinom

LEAST = 1e-280  # below, a tail is told by its first member


def log_masses(first: int, last: int, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Logarithm of the chance of each number from first to last: shape (n, last - first + 1), for n means and sizes."""
    at_first = (
        gammaln(first + size)
        - gammaln(size)
        - gammaln(first + 1.0)
        - size * np.log1p(mean / size)
        + first * np.log(mean / (mean + size))
    )
    numbers = np.arange(first, last, dtype=np.float64)
    masses = np.empty((len(mean), last - first + 1))
    masses[:, 0] = at_first
    if last > first:
        ratios = np.log((size[:, None] + numbers) * ((mean / (mean + size))[:, None] / (numbers + 1.0)))
        np.cumsum(ratios, axis=1, out=masses[:, 1:])
        masses[:, 1:] += at_first[:, None]
    return masses


def log_tail(first: int, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Logarithm of the chance of a number or more, shape (n,)."""
    if first <= 0:
        return np.zeros(len(mean))
    share = mean / (mean + size)
    tail = betainc(first, size, share)
    logarithm: np.ndarray = np.log(np.maximum(tail, LEAST))
    if (far := tail < LEAST).any():
        falls = share[far] * (first + size[far]) / (first + 1.0)  # each further member by this factor, or a little less
        logarithm[far] = log_masses(first, first, mean[far], size[far])[:, 0] - np.log1p(-falls)
    return logarithm


def quantiles(shares: np.ndarray, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The number below which, or at which, such a share lies: whole numbers, same shape."""
    found: np.ndarray = nbinom.ppf(shares, size, size / (size + mean))
    return found
