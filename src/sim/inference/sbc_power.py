"""The power of simulation-based calibration: how often a fault of the posterior of some size is found.

A fault is that of one quantity whose right posterior is normal: in every data set the inferred one is too narrow by a
factor, or shifted by some right standard deviations. The ranks of the truth among independent draws then have a
distribution that is computed by quadrature; data sets are drawn from it, and tested as `SBCResult` does. A fault that
is not in every data set, or goes both ways, is found less often. Source: Talts2018.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import binom, chi2

from sim import random_streams
from sim.inference.sbc import N_RANKED_DRAWS

QUADRATURE_LIMIT, QUADRATURE_POINTS = 9.0, 4_001  # standard deviations of the right posterior, either way
POWER_TRIALS = 4_000  # sets of ranks: the power is known within .016
SIGNIFICANCE = 0.05  # of the whole test, over all quantities


@dataclass(frozen=True)
class PosteriorFault:
    """An inferred normal posterior that is too narrow by a factor, or shifted by some right standard deviations."""

    narrowing: float = 1.0
    shift: float = 0.0

    @property
    def label(self) -> str:
        """The fault in a few words."""
        parts = [f"too narrow by a factor of {self.narrowing:g}"] if self.narrowing != 1 else []
        parts += [f"shifted by {self.shift:g} standard deviation{'s' * (self.shift != 1)}"] if self.shift else []
        return " and ".join(parts) or "none"


FAULTS = (
    PosteriorFault(narrowing=1.25),
    PosteriorFault(narrowing=1.5),
    PosteriorFault(narrowing=2.0),
    PosteriorFault(shift=0.25),
    PosteriorFault(shift=0.5),
    PosteriorFault(shift=1.0),
)


def compute_rank_distribution(fault: PosteriorFault, n_draws: int = N_RANKED_DRAWS) -> np.ndarray:
    """The probability of each rank, 0 to `n_draws`, of a truth among independent draws of a posterior with a fault."""
    truth = np.linspace(-QUADRATURE_LIMIT, QUADRATURE_LIMIT, QUADRATURE_POINTS)
    weights = np.exp(-(truth**2) / 2)
    p_below = ndtr((truth - fault.shift) * fault.narrowing)
    result: np.ndarray = binom.pmf(np.arange(n_draws + 1)[:, None], n_draws, p_below) @ weights / weights.sum()
    return result


def compute_power(
    fault: PosteriorFault, n_datasets: int, n_quantities: int, n_draws: int = N_RANKED_DRAWS, seed: int = 0
) -> float:
    """The chance that the test finds a fault of one of the quantities.

    Parameters
    ----------
    fault
        What is wrong with the posterior of that quantity, in every data set.
    n_datasets
        Synthetic data sets.
    n_quantities
        Quantities that are tested at once, each at the level over that number (Bonferroni).
    n_draws
        Draws among which a truth is ranked.
    seed
        Of the simulated ranks.

    Returns
    -------
    float
        The share of simulated sets of ranks that Pearson's chi-squared test calls uneven.
    """
    rng = random_streams.make_generator("sbc power", seed)
    counts = rng.multinomial(n_datasets, compute_rank_distribution(fault, n_draws), POWER_TRIALS)
    expected = n_datasets / (n_draws + 1)
    statistic = ((counts - expected) ** 2 / expected).sum(axis=1)
    return float((chi2.sf(statistic, n_draws) * n_quantities < SIGNIFICANCE).mean())


def compute_power_table(
    n_datasets: Sequence[int], n_quantities: int, faults: Sequence[PosteriorFault] = FAULTS
) -> np.ndarray:
    """The chance that each fault (rows) is found with each number of data sets (columns)."""
    return np.array([[compute_power(fault, number, n_quantities) for number in n_datasets] for fault in faults])
