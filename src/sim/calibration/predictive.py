"""Each claim beside what its source would have told, by the posterior: does the calibrated model say such things?"""

from dataclasses import dataclass

import numpy as np

from sim.calibration.identified import ENOUGH
from sim.calibration.posterior import Posterior

RARE = 0.005  # chance of a report as far out as the claim, below which it is missed


@dataclass(frozen=True)
class Predicted:
    """A claim as `low` to `high`, quantiles of the reports, and the chances of a report like it and as far out."""

    claim: str
    low: float
    high: float
    median: float
    half: tuple[float, float]
    most: tuple[float, float]
    like: float
    tail: float
    effective: float  # the effective sample of the reports

    @property
    def shown(self) -> bool:
        """Whether there are draws enough to show it."""
        return self.effective >= ENOUGH

    @property
    def missed(self) -> bool:
        """Whether the model hardly ever says such a thing, even after it has heard the claim."""
        return self.tail < RARE


def predicted(posterior: Posterior) -> list[Predicted]:
    """Every claim of a posterior."""
    sizes = np.nan_to_num(posterior.effective(posterior.reports), nan=float(len(posterior)))
    return [
        one(claim, posterior.reports[:, n], float(posterior.cells[n, 0]), float(posterior.cells[n, 1]), float(sizes[n]))
        for n, claim in enumerate(posterior.claims)
    ]


def one(claim: str, reports: np.ndarray, low: float, high: float, effective: float) -> Predicted:
    """One claim; the tail is twice the smaller of the two chances of being at or beyond it, at most one."""
    ends = np.quantile(reports, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
    tail = min(2 * min(float((reports <= high).mean()), float((reports >= low).mean())), 1.0)
    return Predicted(
        claim=claim,
        low=low,
        high=high,
        median=ends[2],
        half=(ends[1], ends[3]),
        most=(ends[0], ends[4]),
        like=float(((low <= reports) & (reports <= high)).mean()),
        tail=tail,
        effective=effective,
    )
