"""The logarithmic score by the likelihood of the claims: it knows what was said and what could have been."""

import numpy as np
from scipy.special import logsumexp


def log_scores(log_likelihood: np.ndarray) -> np.ndarray:
    """For each term minus the logarithm of its mean chance over a sample of battles and of ways to report: shape
    (terms,) from (n, terms). Source: Good1952.
    """
    scores: np.ndarray = np.log(len(log_likelihood)) - logsumexp(log_likelihood, axis=0)
    return scores
