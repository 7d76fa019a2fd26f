"""The effective sample size of a chain, from random inputs that nothing reads: negative controls.

Nothing that was conditioned on depends on a control, so that its posterior is its prior, standard normal. The mean of a
control over n independent draws has the variance 1 / n; a larger one shows that the draws are fewer than they seem. No
lineage is counted for it, so that it also sees the likeness that lineages miss.

All controls are one block, so that they take no more than one block's share of the moves; how many they are decides how
well the effective sample size is known: to sqrt(2 / N_CONTROLS) of itself, as one standard error.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from sim.inference.particles import find_block_name

N_CONTROLS = 100
CONTROL_BLOCK = "control"
CONTROL_NAMES = tuple(f"{CONTROL_BLOCK}:{number}" for number in range(1, N_CONTROLS + 1))
CONFIDENCE = 0.99  # of the interval: a chain is refused only where chance hardly explains it


@dataclass(frozen=True)
class ControlEstimate:
    """The effective sample size of one chain by its controls, with its interval."""

    chain_id: int
    ess: float
    low: float
    high: float


def select_controls(normal_inputs: np.ndarray, input_names: Sequence[str]) -> np.ndarray:
    """The columns of controls among some inputs, shape (particles, controls)."""
    columns = [n for n, name in enumerate(input_names) if find_block_name(name) == CONTROL_BLOCK]
    return normal_inputs[:, columns]


def compute_control_ess(controls: np.ndarray) -> float:
    """The effective sample size by controls, shape (particles, controls): their number over the sum of squared means.

    Without controls nothing speaks against the sample: infinite.

    Examples
    --------
    >>> compute_control_ess(np.array([[0.5, -0.1], [-0.3, 0.3]]))
    100.0
    """
    n_controls = controls.shape[1]
    return n_controls / sum_squared_means(controls) if n_controls else np.inf


def estimate_control_ess(chain_id: int, controls: np.ndarray) -> ControlEstimate:
    """The effective sample size by controls, shape (particles, controls), with its interval.

    With n independent draws, n times the sum of squared means has a chi-squared distribution with as many degrees of
    freedom as there are controls, which gives the interval.
    """
    low, high = chi2.ppf([(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], controls.shape[1]) / sum_squared_means(controls)
    return ControlEstimate(chain_id, compute_control_ess(controls), float(low), float(high))


def sum_squared_means(controls: np.ndarray) -> float:
    """The sum of the squared means of controls, not below the smallest number above 0."""
    return max(float((controls.mean(axis=0) ** 2).sum()), float(np.finfo(float).tiny))


def find_failed_controls(estimates: Sequence[ControlEstimate], min_ess: float) -> list[ControlEstimate]:
    """The chains of which even the upper end of the interval is below an equal share of `min_ess`."""
    return [each for each in estimates if each.high < min_ess / len(estimates)]
