"""How well a forecast of engagements agrees with the recorded ones: who wins at which odds, what is lost, how long."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from sim.analysis.engagement.closed_form import EngagementOutcomes
from sim.analysis.engagement.record import RecordedEngagements
from sim.scoring.intervals import wilson_interval
from sim.scoring.scores import compute_fair_crps

FORCE_RATIO_EDGES = (0.0, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, np.inf)
LOSS_QUANTILES = (0.1, 0.5, 0.9)
LEAST_LOSS = 1e-4  # share; a loss of nobody has no logarithm
N_JACKKNIFE_PARTS = 20


@dataclass(frozen=True)
class ForecastMeasures:
    """Measures of a forecast; NaN where it says nothing of them.

    A draw counts as a battle that the attacker did not win, in the record and for losses alike.
    """

    win_curve_rmse: float
    classes_inside: float
    slope: float
    share_won: float
    brier: float
    log_quantile_error: float = np.nan
    crps_attackers: float = np.nan
    crps_defenders: float = np.nan
    median_days: float = np.nan
    long_days: float = np.nan  # the 90% point


def list_classes(ratio: np.ndarray) -> list[np.ndarray]:
    """The battles in each class of the force ratio."""
    return [(ratio > low) & (ratio <= high) for low, high in pairwise(FORCE_RATIO_EDGES)]


def fit_logit_line(log_ratio: np.ndarray, won: np.ndarray) -> np.ndarray:
    """Intercept and slope of a logistic regression of the attacker's victory on the logarithm of the force ratio."""
    x, y = log_ratio, won.astype(float)

    def negative_log_likelihood(values: np.ndarray) -> float:
        p = np.clip(expit(values[0] + values[1] * x), 1e-12, 1 - 1e-12)
        return -float((y * np.log(p) + (1 - y) * np.log(1 - p)).sum())

    return np.asarray(minimize(negative_log_likelihood, np.zeros(2), method="BFGS").x)


def compute_slope_interval(record: RecordedEngagements) -> tuple[float, float]:
    """The recorded slope, and two of its errors by a jackknife in twenty parts."""
    won = record.won > 0
    slope = float(fit_logit_line(record.log_ratio, won)[1])
    masks = [np.arange(len(won)) % N_JACKKNIFE_PARTS != part for part in range(N_JACKKNIFE_PARTS)]
    slopes = np.array([fit_logit_line(record.log_ratio[mask], won[mask])[1] for mask in masks])
    factor = (N_JACKKNIFE_PARTS - 1) / N_JACKKNIFE_PARTS
    return slope, 2 * float(np.sqrt(factor * ((slopes - slopes.mean()) ** 2).sum()))


def measure_chances(record: RecordedEngagements, chances: np.ndarray, slope: float) -> ForecastMeasures:
    """The measures of who wins, from the chance of the attacker's victory in each battle."""
    won = record.won > 0
    squares, inside = [], 0
    for each in list_classes(np.exp(record.log_ratio)):
        n = int(each.sum())
        if n == 0:
            continue
        forecast, recorded = float(chances[each].mean()), float(won[each].mean())
        low, high = wilson_interval(int(won[each].sum()), n)
        squares.append(n * (forecast - recorded) ** 2)
        inside += low <= forecast <= high
    return ForecastMeasures(
        float(np.sqrt(sum(squares) / len(won))),
        inside,
        slope,
        float(chances.mean()),
        float(np.mean((chances - won) ** 2)),
    )


def measure_outcomes(record: RecordedEngagements, outcomes: EngagementOutcomes) -> ForecastMeasures:
    """All measures, from simulated engagements of shape (battles, draws)."""
    n_draws = outcomes.won.shape[1]
    slope = float(fit_logit_line(np.repeat(record.log_ratio, n_draws), outcomes.won.ravel())[1])
    of_winning = measure_chances(record, outcomes.won.mean(axis=1), slope)
    attackers, defenders = (
        np.log(np.maximum(lost, LEAST_LOSS)) for lost in (outcomes.attackers_lost, outcomes.defenders_lost)
    )
    recorded_attackers, recorded_defenders = np.log(record.attackers_lost), np.log(record.defenders_lost)
    won = record.won > 0
    errors = [
        np.abs(np.quantile(forecast[simulated], LOSS_QUANTILES) - np.quantile(recorded[mask], LOSS_QUANTILES))
        for forecast, recorded in ((attackers, recorded_attackers), (defenders, recorded_defenders))
        for simulated, mask in ((outcomes.won, won), (~outcomes.won, ~won))
        if mask.any() and simulated.any()
    ]
    is_counted_in_days = record.shortest_days != record.longest_days
    days = np.where(is_counted_in_days[:, None], np.ceil(outcomes.days), outcomes.days)
    days = days[~np.isnan(record.longest_days)]
    return ForecastMeasures(
        of_winning.win_curve_rmse,
        of_winning.classes_inside,
        of_winning.slope,
        of_winning.share_won,
        of_winning.brier - compute_sampling_excess(outcomes.won),
        float(np.mean(errors)) if errors else np.nan,
        compute_mean_crps(attackers, recorded_attackers),
        compute_mean_crps(defenders, recorded_defenders),
        float(np.median(days)),
        float(np.quantile(days, 0.9)),
    )


def compute_sampling_excess(won: np.ndarray) -> float:
    """What a finite number of draws, shape (battles, draws), adds to the Brier score on average. Source: Ferro2014."""
    share, n_draws = won.mean(axis=1), won.shape[1]
    return float(np.mean(share * (1 - share) / (n_draws - 1)))


def compute_mean_crps(forecast: np.ndarray, recorded: np.ndarray) -> float:
    """The mean CRPS over battles."""
    return float(np.mean([compute_fair_crps(sample, value) for sample, value in zip(forecast, recorded, strict=True)]))
