"""The losses that the rates of a law let expect along each duel, beside those simulated: the sharpest test of a rate.

The number who fell less the rate integrated over the time is a martingale, whatever the law, with the expected number
who fell as its variance (the theorem of Doob and Meyer). So a rate that is off by a share d is seen with n people
fallen if d * sqrt(n) lies well above the bound.
"""

from collections.abc import Callable

import numpy as np

from support.duel import Sample

Losses = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # of X and Y, people an hour


def compute_excess(
    sample: Sample,
    start: tuple[int, int],
    losses: Losses,
    clock: Callable[[np.ndarray], np.ndarray] = lambda hours: hours,
) -> tuple[float, float]:
    """How many standard deviations more of X and of Y fell than the rates let expect; `clock` is their time scale.

    `losses` are the rates of X, who attacks, and of Y for arrays of strengths.
    """
    fell, expected = np.zeros(2), np.zeros(2)
    for (times, of_defender), hours in zip(sample.falls, sample.hours, strict=True):
        x = start[0] - np.concatenate([[0], np.cumsum(~of_defender)])
        y = start[1] - np.concatenate([[0], np.cumsum(of_defender)])
        spans = np.diff(clock(np.concatenate([[0.0], times, [hours]])))
        rates = losses(x, y)
        expected += [float(rate @ spans) for rate in rates]
        fell += [float((~of_defender).sum()), float(of_defender.sum())]
    return tuple(((fell - expected) / np.sqrt(expected)).tolist())
