"""Whether a calibration left a posterior that may be shown, and if not, why, in words."""

from dataclasses import dataclass

import numpy as np

from sim.calibration.calibration import Cooled
from sim.calibration.effective import disagreement
from sim.calibration.identified import ENOUGH
from sim.calibration.island import Plan
from sim.calibration.predictive import Predicted

APART = 3.0  # standard errors
MISSED = 0.1  # share of the claims: if more are missed, model and record contradict each other


@dataclass(frozen=True)
class Verdict:
    """Why there is no posterior (nothing, if there is one), and what to know about it."""

    against: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether there is a posterior to show."""
        return not self.against


def verdict(cooled: Cooled, plan: Plan, predicted: list[Predicted]) -> Verdict:
    """Judge islands that are finished, and what they say of the claims, if they are at the posterior."""
    against = [*never_there(cooled, plan)]
    if not against:
        against += [*too_little(cooled), *contradicted(predicted)]
    return Verdict(tuple(against), tuple(warnings(cooled, predicted)) if not against else ())


def never_there(cooled: Cooled, plan: Plan) -> list[str]:
    """Islands that did not come to the posterior."""
    found = []
    for island in cooled.islands:
        if island.stuck:
            found.append(
                f"Island {island.number}: no battle makes the claims possible at all; the evidence is nothing."
            )
        elif not island.reached:
            found.append(
                f"Island {island.number}: {island.battles:,} of {plan.budget:,} battles brought it to temperature "
                f"{island.temperature:.2g}, not to 1: the claims lie too far from what the model does, or the budget "
                "is too small."
            )
    return found


def too_little(cooled: Cooled) -> list[str]:
    """An effective sample that is too small to show."""
    if cooled.effective >= ENOUGH:
        return []
    return [
        f"Half of the unknowns, or of what was observed, have an effective sample below {cooled.effective:.0f}; below "
        f"{ENOUGH} no posterior is shown: more particles or sweeps are needed."
    ]


def contradicted(predicted: list[Predicted]) -> list[str]:
    """More claims missed than a record may have that the model can explain."""
    missed = [each.claim for each in predicted if each.missed]
    if len(missed) <= MISSED * len(predicted):
        return []
    return [
        f"Model and record contradict each other: even after it has heard them, the model hardly ever says what "
        f"{len(missed)} of {len(predicted)} claims say ({', '.join(missed[:8])}{', ...' if len(missed) > 8 else ''})."
    ]


def warnings(cooled: Cooled, predicted: list[Predicted]) -> list[str]:
    """What to know about a posterior that stands."""
    found = []
    first, second = cooled.evidences[:2]
    if first.apart(second) > APART:
        found.append(
            f"The islands do not agree on the evidence within their error: {first.log:.2f} ± {first.error:.2f} and "
            f"{second.log:.2f} ± {second.error:.2f}."
        )
    apart = np.abs(disagreement(*cooled.samples(lambda island: island.fought.cloud.slots)))
    # Of so many parameters some are three errors apart by chance: the bound grows with their number.
    bound = APART + np.sqrt(2 * np.log(max(len(apart), 1))) / 2
    if (apart > bound).any():
        found.append(f"The islands do not agree on {int((apart > bound).sum())} of {len(apart)} parameters.")
    found += [
        f"{each.claim}: hardly ever told as it was, even by the calibrated model." for each in predicted if each.missed
    ]
    return found
