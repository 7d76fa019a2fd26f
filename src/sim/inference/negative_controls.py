"""The effective sample size of a chain, from random inputs that nothing reads: negative controls.

Nothing that was conditioned on depends on a control, so that its posterior is its prior, standard normal. The mean of a
control over n independent draws has the variance 1 / n; a larger one shows that the draws are fewer than they seem. No
lineage is counted for it, so that it also sees the likeness that lineages miss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

CONFIDENCE = 0.99  # of the interval: a chain is refused only where chance hardly explains it


@dataclass(frozen=True)
class ControlEstimate:
    """The effective sample size of one chain by its controls, with its interval."""

    chain_id: int
    ess: float
    low: float
    high: float


def select_controls(normal_inputs: np.ndarray, input_names: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """The columns of some controls, shape (particles, controls)."""
    columns = [input_names.index(name) for name in names]
    return normal_inputs[:, columns]


def estimate_control_ess(chain_id: int, controls: np.ndarray) -> ControlEstimate:
    """The effective sample size by controls, shape (particles, controls): their number over the sum of squared means.

    With n independent draws, n times that sum has a chi-squared distribution with as many degrees of freedom as there
    are controls, which gives the interval.
    """
    n_controls = controls.shape[1]
    total = max(float((controls.mean(axis=0) ** 2).sum()), np.finfo(float).tiny)
    low, high = chi2.ppf([(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], n_controls) / total
    return ControlEstimate(chain_id, n_controls / total, float(low), float(high))


def find_failed_controls(estimates: Sequence[ControlEstimate], min_ess: float) -> list[ControlEstimate]:
    """The chains of which even the upper end of the interval is below an equal share of `min_ess`."""
    return [each for each in estimates if each.high < min_ess / len(estimates)]
