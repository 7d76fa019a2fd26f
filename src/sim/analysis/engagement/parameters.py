"""The parameters of the engagement: their scales, their weak priors, and how they drift with year and size."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit

Scale = Literal["identity", "log", "logit"]

REFERENCE_YEAR = 1914.0
YEARS_PER_UNIT = 100.0
REFERENCE_SIZE = 11_000.0  # people; the geometric mean of both strengths in a battle of middling size
SMALL_SIZE, LARGE_SIZE = 2_000.0, 8_000.0  # people; between these break points go from those of the small to the large
COVARIATE_NAMES = ("year", "smallness", "whole_days")  # the last is 1 where the hours of a battle are unknown
INVERSES: dict[Scale, Callable[[np.ndarray], np.ndarray]] = {"identity": np.asarray, "log": np.exp, "logit": expit}


@dataclass(frozen=True)
class FittedParameter:
    """A parameter of the engagement, the scale on which it is normal, and its weak prior there."""

    name: str
    scale: Scale
    prior_mean: float
    prior_sd: float


@dataclass(frozen=True)
class Coefficient:
    """What is fitted: an amount that is added to parameters on their scales, times a covariate if one is named."""

    name: str
    parameters: tuple[str, ...]
    covariate: str  # "" for an intercept
    prior_mean: float
    prior_sd: float


# Weak priors. The exponent's is of the literature: Helmbold's, and what CDB90's casualties alone give, 0.56 to 0.94, so
# that two standard deviations reach from 0.5 to 1.3. The others span what any account of battles would allow.
PARAMETERS = (
    FittedParameter("law_ratio_exponent", "log", math.log(0.8), 0.25),
    FittedParameter("combat_power_mean", "identity", 0.0, 1.0),
    FittedParameter("combat_power_sigma", "log", math.log(1.2), 0.5),
    FittedParameter("break_attack_median", "log", math.log(0.2), 0.7),
    FittedParameter("break_odds_exponent", "identity", 0.0, 0.5),
    FittedParameter("break_attack_sigma", "log", 0.0, 0.4),
    FittedParameter("break_defend_median", "log", math.log(0.2), 0.7),
    FittedParameter("break_defend_sigma", "log", 0.0, 0.4),
    FittedParameter("rout_loss_median", "logit", float(logit(0.03)), 1.0),
    FittedParameter("rout_loss_sigma", "log", math.log(2.0), 0.5),
    FittedParameter("killing_rate", "log", math.log(0.1), 1.5),
    FittedParameter("size_exponent", "identity", 0.0, 0.5),
    FittedParameter("intensity_sigma", "log", math.log(0.8), 0.5),
)
SCALES: dict[str, Scale] = {parameter.name: parameter.scale for parameter in PARAMETERS}
MEDIANS = ("break_attack_median", "break_defend_median")
SPREADS = ("break_attack_sigma", "break_defend_sigma")
# A century may move break points by a third and their spread by a fifth; the rate of killing by far more, as battles
# grew from an afternoon to weeks. Both sides drift together: apart, their drift carries who wins along with it, and
# before 1917 the table holds too little of that to be carried further. Small forces are apart, and no line in the
# logarithm of size leads to them: since 1900 losing defenders lost .25 at 1,000 to 4,000 people, .06 at 8,000 to 20,000
# and .20 beyond, at the median.
DRIFTS = (
    Coefficient("break_medians_by_year", MEDIANS, "year", 0.0, 0.3),
    Coefficient("break_medians_of_small", MEDIANS, "smallness", 0.0, 0.5),
    Coefficient("break_sigmas_by_year", SPREADS, "year", 0.0, 0.2),
    Coefficient("break_sigmas_of_small", SPREADS, "smallness", 0.0, 0.3),
    Coefficient("killing_rate_by_year", ("killing_rate",), "year", 0.0, 2.0),
    # Days that are counted whole hold nights and pauses, so that the rate by them is not that of an hour of fighting.
    Coefficient("killing_rate_by_whole_days", ("killing_rate",), "whole_days", 0.0, 2.0),
)


@dataclass(frozen=True)
class Specification:
    """The coefficients that are fitted."""

    coefficients: tuple[Coefficient, ...]

    @property
    def prior_means(self) -> np.ndarray:
        """Prior means of the coefficients."""
        return np.array([each.prior_mean for each in self.coefficients])

    @property
    def prior_sds(self) -> np.ndarray:
        """Prior standard deviations of the coefficients."""
        return np.array([each.prior_sd for each in self.coefficients])

    def compute_parameters(self, values: np.ndarray, covariates: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Each parameter as the model reads it.

        Parameters
        ----------
        values : np.ndarray
            The coefficients, shape (..., coefficients).
        covariates : Mapping[str, np.ndarray]
            `year`, `smallness` and `whole_days`, of any shape that goes with that of the coefficients.

        Returns
        -------
        dict[str, np.ndarray]
            By the name of the parameter.
        """
        linear: dict[str, np.ndarray] = {}
        for coefficient, value in zip(self.coefficients, np.moveaxis(values, -1, 0), strict=True):
            term = value * covariates[coefficient.covariate] if coefficient.covariate else value
            for name in coefficient.parameters:
                linear[name] = linear[name] + term if name in linear else term
        return {name: INVERSES[SCALES[name]](value) for name, value in linear.items()}


def make_specification(covariates: tuple[str, ...] = COVARIATE_NAMES) -> Specification:
    """An intercept for each parameter, and the drifts with the covariates that are named."""
    intercepts = [Coefficient(each.name, (each.name,), "", each.prior_mean, each.prior_sd) for each in PARAMETERS]
    return Specification((*intercepts, *(each for each in DRIFTS if each.covariate in covariates)))


def compute_year_covariate(year: np.ndarray | float) -> np.ndarray:
    """Centuries since the reference year."""
    return (np.asarray(year) - REFERENCE_YEAR) / YEARS_PER_UNIT
