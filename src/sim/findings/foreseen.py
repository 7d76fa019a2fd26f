"""A forecast from beginning to end: calibrated on what was known, frozen, fought on, and only then scored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from sim.battle.fight import Stage
from sim.calibration.calibration import Kept
from sim.calibration.island import Plan, Told
from sim.calibration.workers import Workers
from sim.experiment.identity import digest_of
from sim.experiment.scoring import Split
from sim.findings.ahead import Ahead, forecast, held_out
from sim.findings.future import Mode, future
from sim.findings.heard import Heard, hear
from sim.findings.rated import score
from sim.scenario.known import known_claims
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Cut:
    """Where the record is cut, and until when a forecast made there is scored."""

    name: str
    says: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Foreseen:
    """A forecast, what it was frozen as before it was scored, and its score; None where there is no posterior."""

    cut: Cut
    mode: Mode
    heard: Heard
    frozen: dict[str, Any]
    ahead: Ahead | None
    split: Split | None


Freeze = Callable[[dict[str, Any]], None]


def foresee(
    base: Stage,
    cut: Cut,
    mode: Mode,
    plan: Plan,
    seed: int,
    workers: Workers,
    told: Told,
    kept: Kept | None,
    freeze: Freeze,
) -> Foreseen:
    """Forecast from a cut; `base` is the stage of the whole scenario, and `freeze` gets the statement of what will be
    scored before any of it is.
    """
    truth = base.scenario
    known = known_claims(truth, cut.at)
    stage = replace(base, scenario=future(truth, cut.at, mode), until=cut.at)
    scored = [id for id in known if truth.claims[id].scored != "carried"]
    heard = hear(stage, [id for id in truth.claims if id in scored], plan, seed, workers, told, kept)
    later = held_out(truth, known, cut.at, cut.until)
    if heard.posterior is None:
        return Foreseen(cut, mode, heard, {}, None, None)
    ahead = forecast(truth, stage, heard.posterior, later, cut.until, seed)
    frozen = statement(truth, cut, mode, heard, ahead)
    freeze(frozen)
    return Foreseen(cut, mode, heard, frozen, ahead, score(cut.name, truth, cut.at, cut.until, ahead, seed))


def statement(truth: Scenario, cut: Cut, mode: Mode, heard: Heard, ahead: Ahead) -> dict[str, Any]:
    """What is settled before anything is scored: the split, what was heard, and the digest of the forecast itself."""
    assert heard.posterior is not None
    settled = {
        "split": cut.name,
        "cut": cut.at.isoformat(),
        "until": cut.until.isoformat(),
        "mode": mode,
        "scenario": truth.digest(),
        "fought": heard.target.stage.digest,
        "heard": list(heard.claims),
        "forecast": list(ahead.later),
        "not_asked": list(ahead.unasked),
        "posterior": heard.posterior.digest,
        "reports": digest_of(np.ascontiguousarray(ahead.reports).tobytes().hex()),
    }
    return settled | {"digest": digest_of(settled)}


def splits_of(scenario: Scenario) -> list[Cut]:
    """The cuts that the scenario declares."""
    return [Cut(id, split.says, split.cut, split.until) for id, split in scenario.splits.items()]


def days_of(scenario: Scenario) -> list[Cut]:
    """A cut at each midnight of the battle, each scored on the day that follows."""
    found, day = [], scenario.begins + timedelta(days=1)
    while day < scenario.ends:
        eve = day - timedelta(days=1)
        says = f"calibrated on all until {eve.day} {eve:%B}, held against {day.day} {day:%B}"
        found.append(Cut(f"day_{day:%m_%d}", says, day, day + timedelta(days=1)))
        day += timedelta(days=1)
    return found
