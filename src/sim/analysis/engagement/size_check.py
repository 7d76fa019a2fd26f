"""Whether small battles kill as fast as a fit says: recorded rates by the size of the battle, over the fitted ones.

With the fractions lost at the end as if the fight had gone on to them, the closed form gives the length of the fight
times its rate, and the recorded days give the rate. What the rout adds makes all of these rates a little too high; so
they are told over their own mean, and a size at which the fit kills too slowly has a ratio above 1.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.analysis.engagement.closed_form import compute_power_loss, compute_scaled_duration
from sim.analysis.engagement.parameters import REFERENCE_SIZE
from sim.analysis.engagement.posterior import EngagementFit
from sim.analysis.engagement.record import RecordedEngagements

SIZES = (0.0, 2_000.0, 5_000.0, 15_000.0, 50_000.0, math.inf)  # people; the geometric mean of both sides


@dataclass(frozen=True)
class SizeClassRate:
    """Recorded rate of losses over the fitted one in battles of a size, geometric mean, and its 95% interval."""

    low: float
    high: float
    n: int
    ratio: float
    ratio_low: float
    ratio_high: float


def compute_log_rate_ratios(fit: EngagementFit, data: RecordedEngagements) -> np.ndarray:
    """The logarithm of each battle's rate of losses over the fitted one; NaN where its days are not known."""
    parameters = {name: values[:, 0] for name, values in fit.compute_parameters(fit.mean[None], data).items()}
    exponent = parameters["law_ratio_exponent"]
    fitted = np.log(parameters["killing_rate"]) - parameters["size_exponent"] * data.log_size
    losses = compute_power_loss(data.attackers_lost, exponent), compute_power_loss(data.defenders_lost, exponent)
    with np.errstate(divide="ignore", invalid="ignore"):  # a side without losses has no rate
        # Where only bounds are known the fit's rate is that by whole days, and so is this one.
        recorded = np.log(compute_scaled_duration(*losses, exponent) / data.longest_days)
    return np.asarray(recorded - fitted + parameters["intensity_sigma"] ** 2 / 2)


def compute_rates_by_size(fit: EngagementFit, data: RecordedEngagements) -> list[SizeClassRate]:
    """The classes of size that hold two battles or more."""
    ratios = compute_log_rate_ratios(fit, data)
    sizes = REFERENCE_SIZE * np.exp(data.log_size)
    ratios, sizes = ratios[np.isfinite(ratios)], sizes[np.isfinite(ratios)]
    result = []
    for low, high in pairwise(SIZES):
        chosen = ratios[(sizes >= low) & (sizes < high)]
        if len(chosen) < 2:
            continue
        mean = float(chosen.mean() - ratios.mean())
        # The spread between battles is that of all of them: two battles of a size tell nothing of it.
        margin = 1.96 * float(ratios.std(ddof=1)) / math.sqrt(len(chosen))
        result.append(
            SizeClassRate(low, high, len(chosen), math.exp(mean), math.exp(mean - margin), math.exp(mean + margin))
        )
    return result


def describe_rates_by_size(fit: EngagementFit, data: RecordedEngagements) -> list[str]:
    """A sentence for each class of size."""
    return [
        f"rate of losses in battles of {describe_sizes(each)} people: {each.ratio:.2f} times the fitted one "
        f"({each.ratio_low:.2f} to {each.ratio_high:.2f}; {each.n:,} battles)"
        for each in compute_rates_by_size(fit, data)
    ]


def describe_sizes(rate: SizeClassRate) -> str:
    """The bounds of a class in words."""
    if math.isinf(rate.high):
        return f"{rate.low:,.0f} and more"
    return f"fewer than {rate.high:,.0f}" if rate.low == 0 else f"{rate.low:,.0f} to {rate.high:,.0f}"
