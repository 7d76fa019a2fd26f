"""The logarithmic score by the likelihood of the claims: it knows what was said and what could have been."""

import numpy as np
from scipy.special import logsumexp


def log_scores(log_likelihood: np.ndarray) -> np.ndarray:
    """For each term minus the logarithm of its mean chance over a sample of battles and of ways to report: shape
    (terms,) from (n, terms). Source: Good1952.
    """
    scores: np.ndarray = np.log(len(log_likelihood)) - logsumexp(log_likelihood, axis=0)
    return scores


def effective(log_likelihood: np.ndarray) -> np.ndarray:
    """On how many equally likely battles the score of each term rests, shape (terms,). Source: Kong1992."""
    weights = np.exp(log_likelihood - log_likelihood.max(axis=0))
    found: np.ndarray = weights.sum(axis=0) ** 2 / (weights * weights).sum(axis=0)
    return found
