"""Proper scores in one table, the smaller the better: CRPS, fair CRPS, log CRPS, Brier, RPS, logarithmic score."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from sim.likelihood.control import ControlState
from sim.scoring.targets import STEPS, ForecastTarget, TargetKind


@dataclass(frozen=True)
class Score:
    """A proper score of a sample against a report: its expectation is least for the forecaster's true belief."""

    name: str
    target_kinds: tuple[TargetKind, ...]  # the targets that it can score
    unit: str
    compute: Callable[[np.ndarray, ForecastTarget], float]  # of a sample of reports, shape (n,)
    source: str


def snap_to_bins(sample: np.ndarray, target: ForecastTarget) -> tuple[np.ndarray, float]:
    """Each number as the lower edge of its bin, and so the report: what can be scored of a claim that is an interval.

    Since the bins do not depend on what was reported, a proper score of these numbers is a proper score of the claim;
    of the CRPS it is the threshold-weighted one, with its weight at the edges of the bins. Source: Gneiting2011.
    """
    return target.binning.find_bins(sample)[:, 0], float(target.observed_bin.low)


def compute_log_scores(log_likelihood: np.ndarray) -> np.ndarray:
    """The logarithmic score of each term, shape (terms,), from log-likelihoods of shape (n, terms).

    It is minus the logarithm of the mean likelihood over a sample of battles and of reporting parameters.
    Source: Good1952.
    """
    scores: np.ndarray = np.log(len(log_likelihood)) - logsumexp(log_likelihood, axis=0)
    return scores


def compute_ess(log_likelihood: np.ndarray) -> np.ndarray:
    """The effective sample size of each term, (sum w)^2 / sum w^2, shape (terms,). Source: Kong1992."""
    weights = np.exp(log_likelihood - log_likelihood.max(axis=0))
    ess: np.ndarray = weights.sum(axis=0) ** 2 / (weights * weights).sum(axis=0)
    return ess


def mean_distance(sample: np.ndarray, observation: float) -> float:
    """E|X - y|: the mean distance of the sample from the observation."""
    return float(np.abs(sample - observation).mean())


def mean_pair_distance(sample: np.ndarray) -> float:
    """E|X - X'|: the mean distance of two members of the sample drawn with replacement, in O(n log n)."""
    ordered = np.sort(sample)
    n = len(ordered)
    return float(2.0 * ((2.0 * np.arange(1, n + 1) - n - 1.0) * ordered).sum() / (n * n))


def compute_crps(sample: np.ndarray, observation: float) -> float:
    """The CRPS of the sample's own distribution: E|X - y| - E|X - X'| / 2. Source: Gneiting2007.

    Parameters
    ----------
    sample
        The forecast, shape (n,).
    observation
        What was observed, in the same unit.

    Returns
    -------
    float
        The score, in the same unit; 0 is perfect.

    Examples
    --------
    >>> compute_crps(np.array([0.0, 1.0]), 0.0)
    0.25
    """
    return mean_distance(sample, observation) - mean_pair_distance(sample) / 2.0


def compute_fair_crps(sample: np.ndarray, observation: float) -> float:
    """An unbiased estimate of the CRPS of the distribution that the sample is drawn from. Source: Ferro2014.

    Parameters
    ----------
    sample
        Independent draws from the forecast, shape (n,).
    observation
        What was observed, in the same unit.

    Returns
    -------
    float
        The estimate, in the same unit; it may fall below 0.

    Examples
    --------
    >>> round(compute_fair_crps(np.array([0.0, 1.0, 2.0]), 0.0), 6)
    0.333333
    """
    n = len(sample)
    return mean_distance(sample, observation) - (mean_pair_distance(sample) / 2.0 * n / (n - 1) if n > 1 else 0.0)


def score_crps(sample: np.ndarray, target: ForecastTarget) -> float:
    """The CRPS of the sample, in people, pieces or shares.

    Parameters
    ----------
    sample
        Simulated reports, shape (n,).
    target
        The claim: a count or a share, with the bin in which it was reported.

    Returns
    -------
    float
        People, pieces or share; 0 is perfect. Source: Gneiting2007.

    Examples
    --------
    >>> import sim
    >>> from sim.likelihood.observation_model import build_observation_model
    >>> from sim.scoring.targets import build_targets
    >>> targets = {each.claim: each for each in build_targets(build_observation_model(sim.load("teaching"), 72.0))}
    >>> score_crps(np.full(4, 12.0), targets["first_day_dead_gazette"])
    0.0
    """
    scale = STEPS.get(target.kind, 1)
    return compute_crps(*snap_to_bins(sample, target)) / scale


def score_fair_crps(sample: np.ndarray, target: ForecastTarget) -> float:
    """The CRPS of the distribution behind the sample: for samples of different sizes.

    Parameters
    ----------
    sample
        Simulated reports, shape (n,).
    target
        The claim: a count or a share, with the bin in which it was reported.

    Returns
    -------
    float
        People, pieces or share. Source: Ferro2014.

    Examples
    --------
    >>> import sim
    >>> from sim.likelihood.observation_model import build_observation_model
    >>> from sim.scoring.targets import build_targets
    >>> targets = {each.claim: each for each in build_targets(build_observation_model(sim.load("teaching"), 72.0))}
    >>> score_fair_crps(np.full(4, 12.0), targets["first_day_dead_gazette"])
    0.0
    """
    scale = STEPS.get(target.kind, 1)
    return compute_fair_crps(*snap_to_bins(sample, target)) / scale


def score_log_crps(sample: np.ndarray, target: ForecastTarget) -> float:
    """The fair CRPS of log(1 + count), in which claims of tens and of hundreds weigh alike.

    Parameters
    ----------
    sample
        Simulated reports, shape (n,): people or pieces.
    target
        The claim: a count, with the bin in which it was reported.

    Returns
    -------
    float
        In units of log(1 + count). Source: Bosse2023.

    Examples
    --------
    >>> import sim
    >>> from sim.likelihood.observation_model import build_observation_model
    >>> from sim.scoring.targets import build_targets
    >>> targets = {each.claim: each for each in build_targets(build_observation_model(sim.load("teaching"), 72.0))}
    >>> score_log_crps(np.full(4, 12.0), targets["first_day_dead_gazette"])
    0.0
    """
    counts, observation = snap_to_bins(sample, target)
    return compute_fair_crps(np.log1p(counts), float(np.log1p(observation)))


def score_brier(sample: np.ndarray, target: ForecastTarget) -> float:
    """The squared error of the probability that something is reported to have been so.

    Parameters
    ----------
    sample
        Simulated reports, shape (n,): 1 if it is reported to have been so, else 0.
    target
        The claim: an event.

    Returns
    -------
    float
        From 0, perfect, to 1. Source: Brier1950.

    Examples
    --------
    >>> from sim.likelihood.binning import UNIT_BINS, Bin
    >>> score_brier(np.array([1.0, 0.0]), ForecastTarget("fell", "event", "fell", UNIT_BINS, Bin(1, 1.0)))
    0.25
    """
    probability = float((sample == 1.0).mean())
    return (probability - float(target.observed_bin.low == 1)) ** 2


def score_rps(sample: np.ndarray, target: ForecastTarget) -> float:
    """The mean squared error of the probability to be at most each state but the last.

    The states of a place are ordered (one side, contested, the other), so that a far miss costs more than a near one.

    Parameters
    ----------
    sample
        Simulated reports, shape (n,): numbers of `ControlState`.
    target
        The claim: a state.

    Returns
    -------
    float
        From 0, perfect, to 1. Source: Epstein1969.

    Examples
    --------
    >>> from sim.likelihood.binning import UNIT_BINS, Bin
    >>> score_rps(np.array([0.0, 2.0]), ForecastTarget("held", "state", "held", UNIT_BINS, Bin(2, 2.0)))
    0.25
    """
    thresholds = range(len(ControlState) - 1)
    squared_errors = [
        (float((sample <= state).mean()) - float(target.observed_bin.high <= state)) ** 2 for state in thresholds
    ]
    return sum(squared_errors) / len(squared_errors)


SCORES = {
    each.name: each
    for each in (
        Score("brier", ("event",), "chance squared", score_brier, "Brier1950"),
        Score("crps", ("count", "share", "time"), "people, pieces, share or hours", score_crps, "Gneiting2007"),
        Score("fair_crps", ("count", "share", "time"), "people, pieces, share or hours", score_fair_crps, "Ferro2014"),
        Score("log_crps", ("count",), "log(1 + count)", score_log_crps, "Bosse2023"),
        Score("rps", ("state",), "chance squared", score_rps, "Epstein1969"),
    )
}
