"""Calibrations that findings rest on: of a stage on some claims, by one plan."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sim.battle.fight import Stage
from sim.calibration.battles import Battles
from sim.calibration.calibration import Kept, cool
from sim.calibration.effective import Evidence
from sim.calibration.island import Plan, Told
from sim.calibration.posterior import Posterior, posterior_of
from sim.calibration.predictive import predicted
from sim.calibration.verdict import Verdict, verdict
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded


@dataclass(frozen=True)
class Heard:
    """A stage after it has heard some claims; `posterior` is None where the verdict has something against it."""

    target: Battles
    posterior: Posterior | None
    verdict: Verdict
    evidence: Evidence
    battles: int

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that it heard."""
        return self.target.testimony.claims


def hear(
    stage: Stage, claims: Collection[str], plan: Plan, seed: int, workers: Workers, told: Told, kept: Kept | None
) -> Heard:
    """Calibrate a stage on some claims; its battles are fought no further than the last of them, since what comes later
    changes nothing of what came before.
    """
    record = recorded(stage.scenario, stage.ends, claims)
    last = max((about.until for about in record.asked), default=None)
    target = Battles(replace(stage, until=last), record)
    cooled = cool(target, plan, seed, workers, told, kept)
    posterior = posterior_of(target, cooled, about(target, seed), seed) if cooled.reached else None
    judged = verdict(cooled, plan, [] if posterior is None else predicted(posterior))
    return Heard(target, posterior if judged.stands else None, judged, cooled.evidence, cooled.battles)


def about(target: Battles, seed: int) -> dict[str, Any]:
    """What a posterior is of."""
    return {
        "scenario": target.stage.scenario.name,
        "scenario_digest": target.stage.digest,
        "law": target.stage.law,
        "claims": list(target.testimony.claims),
        "seed": seed,
    }
