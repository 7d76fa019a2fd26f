"""All that a calibration found, for those who tell, draw and write it."""

from dataclasses import dataclass

from sim.calibration.battles import Battles
from sim.calibration.calibration import Cooled
from sim.calibration.importance import Weighted
from sim.calibration.island import Plan
from sim.calibration.posterior import Posterior
from sim.calibration.predictive import Predicted
from sim.calibration.verdict import Verdict
from sim.calibration.wave import Wave


@dataclass(frozen=True)
class Calibrated:
    """History matching, plain weights, the islands, and what they came to; `posterior` is None if they never got there.

    Whether a posterior may be shown is the verdict's to say.
    """

    target: Battles
    plan: Plan
    wave: Wave
    weighted: Weighted
    cooled: Cooled
    posterior: Posterior | None
    predicted: list[Predicted]
    verdict: Verdict

    @property
    def shown(self) -> Posterior | None:
        """The posterior, if it may be shown."""
        return self.posterior if self.verdict.stands else None
