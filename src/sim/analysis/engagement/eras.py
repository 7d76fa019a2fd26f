"""Eras in the place of a drift with the year: one fit to all battles, from which comes a pack for each era.

A line through four centuries is a poor guide to a short war. Each era has therefore amounts of its own for the break
points, their spread, the rate of killing and combat power, drawn towards each other by their prior; what else the model
has, and what small battles differ by, the eras share. On CDB90's 608 battles the logarithm of the likelihood rises by
144 over that of the drift, for 16 more coefficients.
"""

from dataclasses import replace

import numpy as np

from sim.analysis.engagement.parameters import MEDIANS, SPREADS, Coefficient, Specification, make_specification
from sim.analysis.engagement.posterior import EngagementFit
from sim.analysis.engagement.record import ERAS, RecordedEngagements

RATE = ("killing_rate",)
POWER = ("combat_power_mean",)
# Small battles kill faster than the power of size says that the large ones follow (by exp(.45 ± .26), all eras alike).
SMALL_RATE = Coefficient("killing_rate_of_small", RATE, "smallness", 0.0, 0.7)
# Since 1939 there are hardly any small ones: how they differ then is left to be another than before.
LATE_SMALL = Coefficient("break_medians_of_late_small", MEDIANS, "late_smallness", 0.0, 0.5)
BY_ERA = (("break_medians", MEDIANS, 0.4), ("break_sigmas", SPREADS, 0.25), ("rate", RATE, 1.0), ("power", POWER, 0.3))
FIRST_LATE_ERA = "1939_1945"


def make_common_specification() -> Specification:
    """What the eras share: an intercept for each parameter, and what small battles and whole days differ by."""
    return Specification((*make_specification(("smallness", "whole_days")).coefficients, SMALL_RATE))


def make_era_specification() -> Specification:
    """The same, and what each era has of its own."""
    of_eras = [
        Coefficient(f"{name}_{era}", parameters, f"era_{era}", 0.0, sd)
        for era in ERAS
        for name, parameters, sd in BY_ERA
    ]
    return Specification((*make_common_specification().coefficients, LATE_SMALL, *of_eras))


def reduce_to_era(fit: EngagementFit, era: str, data: RecordedEngagements) -> EngagementFit:
    """The fit of all eras as that of one: what it has of its own is added to what the eras share.

    Parameters
    ----------
    fit : EngagementFit
        A fit with `make_era_specification`.
    era : str
        A key of `ERAS`.
    data : RecordedEngagements
        The battles of the era, for their number of wars.

    Returns
    -------
    EngagementFit
        With the coefficients of `make_common_specification`.
    """
    common = make_common_specification()
    full = fit.specification.coefficients
    is_late = list(ERAS).index(era) >= list(ERAS).index(FIRST_LATE_ERA)
    names = {f"era_{era}": "", **({"late_smallness": "smallness"} if is_late else {})}
    shares = np.zeros((len(common.coefficients), len(full)))
    for row, target in enumerate(common.coefficients):
        for column, each in enumerate(full):
            is_own = each.name == target.name
            is_added = names.get(each.covariate) == target.covariate and set(target.parameters) <= set(each.parameters)
            shares[row, column] = float(is_own or is_added)
    return replace(
        fit,
        specification=common,
        mode=shares @ fit.mode,
        mode_covariance=shares @ fit.mode_covariance @ shares.T,
        mean=shares @ fit.mean,
        covariance=shares @ fit.covariance @ shares.T,
        n_wars=len(set(data.war.tolist())),
    )
