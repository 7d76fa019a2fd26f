"""The negative binomial by mean and size, in logarithms, stable in the far tail.

The size r is that of R and scipy (their `n`): variance = mean + mean^2 / r, so that a greater one is nearer to Poisson.
"""

import numpy as np
from scipy.special import betainc, gammaln
from scipy.stats import nbinom

MIN_TAIL = 1e-280  # below, a tail is computed from its first member


def nb_log_pmf(first: int, last: int, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Log probability of each count from first to last: shape (n, last - first + 1), for n means and sizes."""
    log_pmf_first = (
        gammaln(first + size)
        - gammaln(size)
        - gammaln(first + 1.0)
        - size * np.log1p(mean / size)
        + first * np.log(mean / (mean + size))
    )
    numbers = np.arange(first, last, dtype=np.float64)
    log_pmf = np.empty((len(mean), last - first + 1))
    log_pmf[:, 0] = log_pmf_first
    if last > first:
        ratios = np.log((size[:, None] + numbers) * ((mean / (mean + size))[:, None] / (numbers + 1.0)))
        np.cumsum(ratios, axis=1, out=log_pmf[:, 1:])
        log_pmf[:, 1:] += log_pmf_first[:, None]
    return log_pmf


def nb_log_tail(first: int, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Log probability of a count or more, shape (n,)."""
    if first <= 0:
        return np.zeros(len(mean))
    success_probability = mean / (mean + size)
    tail = betainc(first, size, success_probability)
    log_tail_probability: np.ndarray = np.log(np.maximum(tail, MIN_TAIL))
    if (is_underflow := tail < MIN_TAIL).any():
        mean, size, success_probability = mean[is_underflow], size[is_underflow], success_probability[is_underflow]
        decay = (
            success_probability * (first + size) / (first + 1.0)
        )  # each further member by this factor or a little less
        log_first = nb_log_pmf(first, first, mean, size)[:, 0]
        log_tail_probability[is_underflow] = log_first - np.log1p(-decay)
    return log_tail_probability


def nb_quantiles(probabilities: np.ndarray, mean: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The smallest counts that are not exceeded with these probabilities, same shape."""
    counts: np.ndarray = nbinom.ppf(probabilities, size, size / (size + mean))
    return counts
