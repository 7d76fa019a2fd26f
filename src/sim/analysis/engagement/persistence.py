"""How the intensity of fighting goes on from day to day, and how far both sides share it, from a campaign's losses."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PersistenceFit:
    """One autoregression of the logarithm of daily losses for both sides, with a mean of its own for each side.

    `r2` is that of losses in people, the day before being known; errors are of the sample alone.
    """

    persistence: float
    persistence_error: float
    shared: float  # correlation of the innovations of both sides
    shared_error: float
    r2: float
    n_days: int


def fit_persistence(losses: np.ndarray) -> PersistenceFit:
    """The autoregression by least squares.

    Parameters
    ----------
    losses : np.ndarray
        People lost, shape (2, days), none of them 0.

    Returns
    -------
    PersistenceFit
    """
    logs = np.log(losses)
    deviations = logs - logs.mean(axis=1, keepdims=True)
    today, before = deviations[:, 1:], deviations[:, :-1]
    persistence = float((today * before).sum() / (before**2).sum())
    innovations = today - persistence * before
    shared = float(np.corrcoef(innovations)[0, 1])
    n_days = today.shape[1]
    # The two sides' innovations are alike, so that both together are worth 2 / (1 + shared) of one.
    effective_days = 2 * n_days / (1 + max(shared, 0.0))
    predicted = np.exp(logs.mean(axis=1, keepdims=True) + persistence * before)
    residual = ((losses[:, 1:] - predicted) ** 2).sum()
    total = ((losses[:, 1:] - losses[:, 1:].mean(axis=1, keepdims=True)) ** 2).sum()
    return PersistenceFit(
        persistence,
        float(np.sqrt((1 - persistence**2) / effective_days)),
        shared,
        float((1 - shared**2) / np.sqrt(n_days - 1)),
        float(1 - residual / total),
        n_days,
    )
