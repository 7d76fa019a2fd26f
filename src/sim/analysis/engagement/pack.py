"""The pack of priors that comes of the fit: coefficients, their covariance, and where they come from."""

import math
from typing import Any

import numpy as np

from sim.analysis.engagement.parameters import (
    DRIFTS,
    LARGE_SIZE,
    PARAMETERS,
    REFERENCE_SIZE,
    REFERENCE_YEAR,
    SCALES,
    SMALL_SIZE,
    YEARS_PER_UNIT,
)
from sim.analysis.engagement.persistence import PersistenceFit
from sim.analysis.engagement.posterior import EngagementFit
from sim.analysis.engagement.record import RecordedEngagements
from sim.analysis.engagement.size_check import describe_rates_by_size

SCALE_NAMES = {"identity": "normal", "log": "lognormal", "logit": "logitnormal"}
# Unit, lowest and highest value of each parameter. The ends are far out: they keep draws among what the rules can take.
PARAMETER_LIMITS: dict[str, tuple[str, float, float]] = {
    "law_ratio_exponent": ("1", 0.05, 2.0),
    "combat_power_mean": ("1", -2.0, 2.0),
    "combat_power_sigma": ("1", 0.1, 4.0),
    "break_attack_median": ("share", 0.002, 0.9),
    "break_odds_exponent": ("1", -1.0, 2.0),
    "break_attack_sigma": ("1", 0.1, 4.0),
    "break_defend_median": ("share", 0.002, 0.9),
    "break_defend_sigma": ("1", 0.1, 4.0),
    "rout_loss_median": ("share", 0.0, 0.5),
    "rout_loss_sigma": ("1", 0.1, 8.0),
    "killing_rate": ("1/day", 0.0001, 20.0),
    "size_exponent": ("1", -1.0, 1.0),
    "intensity_sigma": ("1", 0.1, 4.0),
    "intensity_persistence": ("1", 0.0, 0.99),
    "intensity_shared": ("1", 0.0, 0.999),
}
# One campaign says how persistent intensity was in that one: the deviation of the logit between campaigns is assumed.
BETWEEN_CAMPAIGNS_SD = 0.5
# In the fit to battles both sides share the intensity wholly, and whatever drives their losses apart is combat power.
# So what the rules may take from the sides' intensity beyond that is little, or it would count twice: the logit's mean
# and deviation are assumed, and the correlation that a campaign shows is that of both together.
SHARED_SHARE, SHARED_LOGIT_SD = 0.95, 0.7
CAMPAIGN_PARAMETERS = ("intensity_persistence", "intensity_shared")
SIGNIFICANT_DIGITS = 6
YEAR_REASON = (
    "ASSUMPTION: the drift goes on after the last year of the table, and what it may do besides is a random walk that "
    "moves in a century as far as a drift could, by the prior of the fit"
)
ERA_REASON = (
    "ASSUMPTION: within these years nothing drifts; beyond them everything may, by a random walk that moves in a "
    "century as far as a drift could, by the prior of the fit with a drift"
)
SIZE_REASON = (
    "ASSUMPTION: companies are as the smallest battles of the table, and may differ by a random walk that moves, for "
    "each factor of e in size, as far as small battles could from large ones, by the prior of the fit"
)
METHOD = (
    "exact likelihood of winner, both fractions lost and active days given the odds; posterior normal at its mode, the "
    "likelihood's information adjusted for battles of one war being alike; drift shared by both sides"
)


def build_pack(
    fit: EngagementFit,
    data: RecordedEngagements,
    persistence: PersistenceFit,
    tables: dict[str, str],
    written: str,
) -> dict[str, Any]:
    """The pack as plain data.

    Parameters
    ----------
    fit : EngagementFit
        The fit to all battles.
    data : RecordedEngagements
        Those battles.
    persistence : PersistenceFit
        The fit of a campaign's daily losses.
    tables : dict[str, str]
        SHA-256 of the tables by file name.
    written : str
        Date and version of the code.

    Returns
    -------
    dict[str, Any]
        What `sim.scenario.prior_packs.PriorPack` reads.
    """
    campaign = [
        compute_logit_moments(persistence.persistence, persistence.persistence_error),
        (math.log(SHARED_SHARE / (1 - SHARED_SHARE)), SHARED_LOGIT_SD),
    ]
    # The rules ask for the rate by the hour, at which the covariate of whole days is 0.
    kept = [n for n, each in enumerate(fit.specification.coefficients) if each.covariate != "whole_days"]
    fitted = [fit.specification.coefficients[n] for n in kept]
    coefficients = [
        {
            "name": each.name,
            "parameters": list(each.parameters),
            "covariate": each.covariate,
            "mean": round_number(float(mean)),
            "walk_sd": each.prior_sd if each.covariate else 0.0,
        }
        for each, mean in zip(fitted, fit.mean[kept], strict=True)
    ]
    coefficients += [
        {"name": name, "parameters": [name], "covariate": "", "mean": round_number(mean), "walk_sd": 0.0}
        for name, (mean, _) in zip(CAMPAIGN_PARAMETERS, campaign, strict=True)
    ]
    n = len(kept)
    # A fit with eras has no drift within one: its mean is 0 without an error, and the walk beyond the years stays.
    names = {each.name for each in fitted}
    absent_drifts = [each for each in DRIFTS if each.covariate == "year" and each.name not in names]
    coefficients += [
        {
            "name": each.name,
            "parameters": list(each.parameters),
            "covariate": "year",
            "mean": 0.0,
            "walk_sd": each.prior_sd,
        }
        for each in absent_drifts
    ]
    size = n + len(campaign) + len(absent_drifts)
    factor = np.zeros((size, size))
    factor[:n, :n] = np.linalg.cholesky(fit.covariance[np.ix_(kept, kept)])
    factor[range(n, n + len(campaign)), range(n, n + len(campaign))] = [sd for _, sd in campaign]
    sizes = REFERENCE_SIZE * np.exp(data.log_size)
    scales = {each.name: SCALE_NAMES[SCALES[each.name]] for each in PARAMETERS} | dict.fromkeys(
        CAMPAIGN_PARAMETERS, SCALE_NAMES["logit"]
    )
    years = f"{data.year.min():.0f} to {data.year.max():.0f}"
    title = "Joint fit of the engagement to recorded battles"
    return {
        "title": f"{title} of {years}" if absent_drifts else title,
        "reference": ["CDB90"],
        "fitted_to": [
            f"CDB90: {len(data):,} battles of {fit.n_wars} wars, {years}, {sizes.min():,.0f} to {sizes.max():,.0f} "
            "people (geometric mean of both sides)"
            + (f"; what all eras share is from {fit.n_battles:,} battles" if absent_drifts else ""),
            f"Ardennes 1944-45: {persistence.n_days} days of both sides (intensity_persistence)",
            "nothing: intensity_shared, ASSUMPTION that what drives the sides' losses apart is combat power; the fit "
            f"to CDB90 implies a correlation of {compute_implied_correlation(fit):.2f} with it, the Ardennes show "
            f"{persistence.shared:.2f} ± {persistence.shared_error:.2f}",
        ],
        "tables": tables,
        "method": METHOD,
        "checks": describe_rates_by_size(fit, data),
        "written": written,
        "year": {
            "reference": REFERENCE_YEAR,
            "unit": YEARS_PER_UNIT,
            "low": float(data.year.min()),
            "high": float(data.year.max()),
            "reason": ERA_REASON if absent_drifts else YEAR_REASON,
        },
        "size": {
            "small": SMALL_SIZE,
            "large": LARGE_SIZE,
            "low": round_number(float(sizes.min())),
            "high": round_number(float(sizes.max())),
            "reason": SIZE_REASON,
        },
        "parameters": {
            name: {"scale": scales[name], "unit": unit, "low": low, "high": high}
            for name, (unit, low, high) in PARAMETER_LIMITS.items()
        },
        "coefficients": coefficients,
        "cholesky": [[round_number(float(value)) for value in row[: k + 1]] for k, row in enumerate(factor)],
    }


def compute_implied_correlation(fit: EngagementFit) -> float:
    """The correlation of the logarithms of both sides' rates: the intensity is shared, half the power is opposed."""
    names = [each.name for each in fit.specification.coefficients]
    shared, power = (math.exp(2 * fit.mean[names.index(name)]) for name in ("intensity_sigma", "combat_power_sigma"))
    return float((shared - power / 4) / (shared + power / 4))


def compute_logit_moments(value: float, error: float) -> tuple[float, float]:
    """Mean and deviation of the logit of a share that was estimated in one campaign."""
    return math.log(value / (1 - value)), math.hypot(error / (value * (1 - value)), BETWEEN_CAMPAIGNS_SD)


def round_number(value: float) -> float:
    """A number with the digits that are worth writing."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
