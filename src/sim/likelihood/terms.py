"""Terms of the likelihood: what they share, reports of yes or no, shares and times reported in steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import ndtr, ndtri

from sim.likelihood.binning import SHARE_STEPS, TIME_STEPS, Bin, Binning

MIN_PROBABILITY = 1e-300  # a likelihood is never zero


@dataclass(frozen=True)
class LikelihoodTerm:
    """One factor of the likelihood: the joint probability that these claims were reported as they were, given a battle.

    No claim is in two terms. `values` are what was observed in n battles, shape (n, observables), and
    `reporting_parameters` how the sources report, shape (n, parameters), with the columns of `ObservationModel`.
    """

    name: str
    claims: tuple[str, ...]
    observed_bins: tuple[Bin, ...]  # what was reported, for each claim
    binnings: tuple[Binning, ...]  # all that could have been reported

    @property
    def observable_columns(self) -> tuple[int, ...]:
        """The column of the values that each claim is about."""
        raise NotImplementedError

    def log_likelihood(self, values: np.ndarray, reporting_parameters: np.ndarray) -> np.ndarray:
        """Log probability of the reports for each battle, shape (n,)."""
        raise NotImplementedError

    def simulate_reports(
        self, values: np.ndarray, reporting_parameters: np.ndarray, uniforms: np.ndarray
    ) -> np.ndarray:
        """The numbers that the source would have reported, shape (n, claims), by uniform numbers of (n, claims, 2)."""
        raise NotImplementedError

    def with_claim_columns(self, first_column: int) -> Self:
        """The same term over values with one column for each claim, the first of its own in this column."""
        raise NotImplementedError

    def with_bins(self, bins: Sequence[Bin]) -> Self:
        """The same term with other reports."""
        raise NotImplementedError


def safe_log(probability: np.ndarray) -> np.ndarray:
    """The logarithm of a probability, or of the smallest one that is allowed."""
    log_probability: np.ndarray = np.log(np.maximum(probability, MIN_PROBABILITY))
    return log_probability


@dataclass(frozen=True)
class BinaryReport(LikelihoodTerm):
    """One claim that is true or not in a battle; with a small probability the source reports the contrary.

    P(reported as true) = 1 - flip probability if low <= value <= high, else the flip probability.
    """

    observable_column: int  # of the values
    low: float  # the limits of what was said
    high: float
    flip_column: int  # of the reporting parameters

    @property
    def observable_columns(self) -> tuple[int, ...]:
        return (self.observable_column,)

    def compute_yes_probability(self, values: np.ndarray, reporting_parameters: np.ndarray) -> np.ndarray:
        """The probability that it is reported as true, shape (n,)."""
        observed, flip_probability = values[:, self.observable_column], reporting_parameters[:, self.flip_column]
        return np.where((self.low <= observed) & (observed <= self.high), 1.0 - flip_probability, flip_probability)

    def log_likelihood(self, values: np.ndarray, reporting_parameters: np.ndarray) -> np.ndarray:
        yes_probability = self.compute_yes_probability(values, reporting_parameters)
        return safe_log(yes_probability if self.observed_bins[0].low == 1 else 1.0 - yes_probability)

    def simulate_reports(
        self, values: np.ndarray, reporting_parameters: np.ndarray, uniforms: np.ndarray
    ) -> np.ndarray:
        yes_probability = self.compute_yes_probability(values, reporting_parameters)
        return (uniforms[:, :, 0] < yes_probability[:, None]).astype(np.float64)

    def with_claim_columns(self, first_column: int) -> Self:
        return replace(self, observable_column=first_column)

    def with_bins(self, bins: Sequence[Bin]) -> Self:
        return replace(self, observed_bins=tuple(bins))


@dataclass(frozen=True)
class BinnedShare(LikelihoodTerm):
    """One claim of a share, in steps: reported with a normal error or, if misreported, as any of the steps alike.

    Errors beyond none or all are reported as none or all.
    """

    observable_column: int  # of the values
    sd_column: int  # of the reporting parameters
    flip_column: int

    @property
    def observable_columns(self) -> tuple[int, ...]:
        return (self.observable_column,)

    def log_likelihood(self, values: np.ndarray, reporting_parameters: np.ndarray) -> np.ndarray:
        observed, sd, flip_probability = (
            values[:, self.observable_column],
            reporting_parameters[:, self.sd_column],
            reporting_parameters[:, self.flip_column],
        )
        low, high = self.observed_bins[0].low, self.observed_bins[0].high
        below = ndtr(((low - 0.5) / SHARE_STEPS - observed) / sd) if low > 0 else 0.0
        up_to = ndtr(((high + 0.5) / SHARE_STEPS - observed) / sd) if high < SHARE_STEPS else 1.0
        n_steps = min(high, SHARE_STEPS) - low + 1.0
        return safe_log((1.0 - flip_probability) * (up_to - below) + flip_probability * n_steps / (SHARE_STEPS + 1.0))

    def simulate_reports(
        self, values: np.ndarray, reporting_parameters: np.ndarray, uniforms: np.ndarray
    ) -> np.ndarray:
        observed, sd = values[:, [self.observable_column]], reporting_parameters[:, [self.sd_column]]
        honest_step = np.clip(np.rint((observed + sd * ndtri(uniforms[:, :, 0])) * SHARE_STEPS), 0, SHARE_STEPS)
        flip_uniforms, flip_probability = uniforms[:, :, 1], reporting_parameters[:, [self.flip_column]]
        random_step = np.minimum(
            np.floor(flip_uniforms / np.maximum(flip_probability, flip_uniforms) * (SHARE_STEPS + 1)), SHARE_STEPS
        )
        reported_step: np.ndarray = np.where(flip_uniforms < flip_probability, random_step, honest_step)
        return reported_step

    def with_claim_columns(self, first_column: int) -> Self:
        return replace(self, observable_column=first_column)

    def with_bins(self, bins: Sequence[Bin]) -> Self:
        return replace(self, observed_bins=tuple(bins))


@dataclass(frozen=True)
class TimedReport(LikelihoodTerm):
    """One claim of a time or a length of time, in quarters of an hour: reported with a normal error within the period
    or, if misreported, as any quarter of it alike, or as never. What never came to be is honestly reported as never.
    """

    observable_column: int  # of the values
    sd_column: int  # of the reporting parameters
    flip_column: int
    until: float  # hours: the end of the period

    @property
    def observable_columns(self) -> tuple[int, ...]:
        return (self.observable_column,)

    @property
    def last_step(self) -> int:
        """The last quarter of an hour of the period; the step after it is never."""
        return int(self.until * TIME_STEPS)

    def log_likelihood(self, values: np.ndarray, reporting_parameters: np.ndarray) -> np.ndarray:
        observed, sd, flip_probability = (
            values[:, self.observable_column],
            reporting_parameters[:, self.sd_column],
            reporting_parameters[:, self.flip_column],
        )
        low, high, never = self.observed_bins[0].low, self.observed_bins[0].high, self.last_step + 1
        below = ndtr(((low - 0.5) / TIME_STEPS - observed) / sd) if low > 0 else 0.0
        up_to = ndtr(((high + 0.5) / TIME_STEPS - observed) / sd) if high < self.last_step else 1.0
        in_time = up_to - below if low < never else 0.0
        honest = np.where(observed > self.until, float(low <= never <= high), in_time)
        n_steps = max(min(high, never) - low + 1.0, 0.0)
        return safe_log((1.0 - flip_probability) * honest + flip_probability * n_steps / (never + 1.0))

    def simulate_reports(
        self, values: np.ndarray, reporting_parameters: np.ndarray, uniforms: np.ndarray
    ) -> np.ndarray:
        observed, sd = values[:, [self.observable_column]], reporting_parameters[:, [self.sd_column]]
        never = self.last_step + 1
        step = np.clip(np.rint((observed + sd * ndtri(uniforms[:, :, 0])) * TIME_STEPS), 0, self.last_step)
        honest_step = np.where(observed > self.until, never, step)
        flip_uniforms, flip_probability = uniforms[:, :, 1], reporting_parameters[:, [self.flip_column]]
        random_step = np.minimum(
            np.floor(flip_uniforms / np.maximum(flip_probability, flip_uniforms) * (never + 1)), never
        )
        reported_step: np.ndarray = np.where(flip_uniforms < flip_probability, random_step, honest_step)
        return reported_step

    def with_claim_columns(self, first_column: int) -> Self:
        return replace(self, observable_column=first_column)

    def with_bins(self, bins: Sequence[Bin]) -> Self:
        return replace(self, observed_bins=tuple(bins))
