"""A forecast from beginning to end: calibrated on what was known, frozen, fought on, and only then scored.

The record is heard as it came, day by day, each day from the posterior that the day before has left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from sim.battle.fight import Stage
from sim.experiment.identity import digest_of
from sim.experiment.scoring import Split
from sim.findings.ahead import Ahead, forecast, held_out
from sim.findings.fans import Fan, fans
from sim.findings.future import Mode, future
from sim.findings.heard import Heard
from sim.findings.rated import score
from sim.perturbations.base import PerturbationError
from sim.scenario.known import UnknownError, known_claims
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Cut:
    """Where the record is cut, and until when a forecast made there is scored."""

    name: str
    says: str
    at: datetime
    until: datetime
    daily: bool = False


@dataclass(frozen=True)
class Foreseen:
    """A forecast, what it was frozen as before it was scored, and its score; None where there is no posterior."""

    cut: Cut
    mode: Mode
    heard: Heard
    frozen: dict[str, Any]
    ahead: Ahead | None
    split: Split | None
    fans: tuple[Fan, ...] = ()


Freeze = Callable[[dict[str, Any]], None]


def moments(scenario: Scenario, cuts: Sequence[Cut], mode: Mode) -> list[datetime]:
    """When the record is heard: at each midnight from which there is a battle to fight, until the last cut, and at the
    cuts. What a cut knows thus hangs on nothing that is cut later.
    """
    last = max(cut.at for cut in cuts)
    days = [day.at for day in days_of(scenario) if day.at < last and there_is(scenario, day.at, mode)]
    return sorted({*days, *(cut.at for cut in cuts)})


def there_is(scenario: Scenario, at: datetime, mode: Mode) -> bool:
    """Whether what was known at a moment makes a battle."""
    try:
        future(scenario, at, mode)
    except (UnknownError, PerturbationError):
        return False
    return True


def as_known(base: Stage, at: datetime, mode: Mode) -> tuple[Stage, list[str]]:
    """The battle as it was known at a moment, and the claims that had been told by then of what is in it."""
    truth = base.scenario
    stage = replace(base, scenario=future(truth, at, mode), until=at)
    known = known_claims(truth, at) & set(stage.scenario.claims)
    return stage, [id for id in truth.claims if id in known and truth.claims[id].scored != "carried"]


def foresee(truth: Scenario, cut: Cut, mode: Mode, heard: Heard, seed: int, freeze: Freeze) -> Foreseen:
    """Forecast from what was heard at a cut of the whole scenario; `freeze` gets the statement of what will be scored
    before any of it is.
    """
    later = held_out(truth, known_claims(truth, cut.at), cut.at, cut.until)
    if heard.posterior is None:
        return Foreseen(cut, mode, heard, {}, None, None)
    stage = heard.target.stage
    ahead = forecast(truth, stage, heard.posterior, later, cut.until, seed)
    frozen = statement(truth, cut, mode, heard, ahead)
    freeze(frozen)
    opened = () if cut.daily else fans(stage, heard.posterior, cut.until, seed)
    return Foreseen(cut, mode, heard, frozen, ahead, score(cut.name, truth, cut.at, cut.until, ahead, seed), opened)


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
        found.append(Cut(f"day_{day:%m_%d}", says, day, day + timedelta(days=1), daily=True))
        day += timedelta(days=1)
    return found
