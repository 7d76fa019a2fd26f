"""Calibrations that findings rest on: of a stage on some claims, by one plan, from the prior or from what was heard."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sim.battle.fight import Stage
from sim.calibration.battles import Battles, until_heard
from sim.calibration.bridge import between
from sim.calibration.calibration import Cooled, Kept, cool, cross
from sim.calibration.island import Island, Plan, Told
from sim.calibration.posterior import Posterior, islands_of, posterior_of
from sim.calibration.predictive import predicted
from sim.calibration.verdict import Verdict, verdict
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded


@dataclass(frozen=True)
class Start:
    """A target, and islands that are at its posterior."""

    target: Battles
    islands: tuple[Island, ...]


@dataclass(frozen=True)
class Heard:
    """A stage after it has heard some claims; `posterior` is None where the verdict has something against it."""

    target: Battles
    cooled: Cooled
    posterior: Posterior | None
    verdict: Verdict

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that it heard."""
        return self.target.testimony.claims

    @property
    def start(self) -> Start | None:
        """Where another calibration can begin; nowhere, if it did not come to its posterior."""
        return Start(self.target, self.cooled.islands) if self.cooled.reached else None


def hear(
    stage: Stage,
    claims: Collection[str],
    plan: Plan,
    seed: int,
    workers: Workers,
    told: Told,
    kept: Kept | None,
    start: Start | None = None,
) -> Heard:
    """Calibrate a stage on some claims, from the prior or from another posterior; then the evidence is their ratio."""
    target = until_heard(stage, recorded(stage.scenario, stage.ends, claims))
    if start is None:
        cooled = cool(target, plan, seed, workers, told, kept)
    else:
        cooled = cross(between(start.target, target), start.islands, plan, workers, told, kept)
    posterior = posterior_of(target, cooled, about(target, seed), seed) if cooled.reached else None
    judged = verdict(cooled, plan, [] if posterior is None else predicted(posterior))
    return Heard(target, cooled, posterior if judged.stands else None, judged)


def start_of(stage: Stage, posterior: Posterior) -> Start:
    """A stored posterior of a stage as a start."""
    target = until_heard(stage, recorded(stage.scenario, stage.ends, posterior.claims))
    return Start(target, islands_of(posterior))


def about(target: Battles, seed: int) -> dict[str, Any]:
    """What a posterior is of."""
    return {
        "scenario": target.stage.scenario.name,
        "scenario_digest": target.stage.digest,
        "law": target.stage.law,
        "claims": list(target.testimony.claims),
        "seed": seed,
    }
