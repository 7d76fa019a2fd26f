"""Counterfactuals in pairs: base case and change fought with the same luck, and what that does to each measure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Protocol

import numpy as np

from sim.battle.fight import Stage
from sim.claims.comparison import about, observed_claims, observed_sentences
from sim.claims.intervals import Z95
from sim.claims.wording import observed
from sim.experiment.provenance import Digest
from sim.experiment.replicate import Batch, Study
from sim.measures.base import Observable
from sim.scenario.model import Scenario
from sim.scenario.record import Claim


@dataclass(frozen=True)
class Measured:
    """Something that is compared: an event (`event`, 0 or 1 in a battle) or a number with a unit."""

    id: str
    text: str
    unit: str
    event: bool


def as_plain(found: tuple[Measured, ...]) -> dict[str, dict[str, Any]]:
    """Measures as plain data, as a manifest holds them."""
    return {each.id: {"text": each.text, "unit": each.unit, "event": each.event} for each in found}


def from_plain(found: dict[str, dict[str, Any]]) -> tuple[Measured, ...]:
    """Measures from a manifest."""
    return tuple(Measured(id, each["text"], each["unit"], each["event"]) for id, each in found.items())


class Named(Protocol):
    """A change as it is told of: its name, and what it is in words."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def says(self) -> str:
        """What it is in words."""


@dataclass(frozen=True)
class Change:
    """One change of the base case: what it is in words, and its stage."""

    name: str
    says: str
    stage: Stage
    asks: str | None = None


@dataclass(frozen=True)
class Difference:
    """What a change does to a measure: means, their paired difference with a 95% interval.

    `ratio` is how many times the variance the difference would have from as many unpaired battles; None where no pair
    differs. `up` and `down` count the pairs in which the measure rose and fell.
    """

    measured: Measured
    base: float
    changed: float
    difference: float
    low: float
    high: float
    ratio: float | None
    up: int
    down: int
    pairs: int

    @property
    def certain(self) -> bool:
        """Whether the interval leaves no difference out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Comparison:
    """A base case and its changes: the measures, and their values in every battle, shape (replications, measures)."""

    measures: tuple[Measured, ...]
    base: np.ndarray
    changed: dict[str, np.ndarray]
    digest: str

    def differences(self, change: str) -> list[Difference]:
        """What one change does to each measure."""
        return [
            difference(measured, self.base[:, n], self.changed[change][:, n])
            for n, measured in enumerate(self.measures)
        ]


def difference(measured: Measured, base: np.ndarray, changed: np.ndarray) -> Difference:
    """The paired difference of one measure; the interval is normal, from the spread of the differences."""
    apart = changed - base
    pairs = len(apart)
    mean = float(apart.mean())
    spread = float(apart.var(ddof=1)) if pairs > 1 else 0.0
    half = Z95 * sqrt(spread / pairs)
    alone = float(base.var(ddof=1) + changed.var(ddof=1)) if pairs > 1 else 0.0
    return Difference(
        measured=measured,
        base=float(base.mean()),
        changed=float(changed.mean()),
        difference=mean,
        low=mean - half,
        high=mean + half,
        ratio=alone / spread if spread > 0 else None,
        up=int((apart > 0).sum()),
        down=int((apart < 0).sum()),
        pairs=pairs,
    )


def measures(scenario: Scenario, ends: float) -> tuple[Measured, ...]:
    """What is compared: the scenario's sentences, the losses of each side, and what every observable claim is about."""
    found = [
        Measured(f"sentence_{number}", sentence.text, sentence.observable.unit, sentence.at_least is not None)
        for number, sentence in observed_sentences(scenario, ends).items()
    ]
    for series in LOSSES:
        found += [
            Measured(f"{series}_{id}", f"{side.short} {side.people} {series}", "people", False)
            for id, side in scenario.sides.items()
        ]
    for id, claim in distinct(scenario, ends).items():
        found.append(Measured(id, observed(scenario, about(claim)) or claim.says, about(claim).unit, False))
    return tuple(found)


def distinct(scenario: Scenario, ends: float) -> dict[str, Claim]:
    """The observable claims, but for those that are about the same as an earlier one or as a sentence."""
    seen: list[Observable] = [sentence.observable for sentence in observed_sentences(scenario, ends).values()]
    found = {}
    for id, claim in observed_claims(scenario, ends).items():
        if about(claim) not in seen:
            seen.append(about(claim))
            found[id] = claim
    return found


BASE = "base case"
LOSSES = ("killed", "wounded", "captured")


def values(study: Study, batch: Batch) -> np.ndarray:
    """The measures of some replications, shape (replications, measures), in the order of `measures`."""
    answers = observed_sentences(study.stage.scenario, study.stage.ends).values()
    columns = [
        batch.sentences[:, n]
        if sentence.at_least is None
        else (batch.sentences[:, n] >= sentence.at_least).astype(float)
        for n, sentence in enumerate(answers)
    ]
    for series in LOSSES:
        columns += list(batch.daily[series].sum(axis=(1, 2)).T)
    claims = list(observed_claims(study.stage.scenario, study.stage.ends))
    columns += [batch.claims[:, claims.index(id)] for id in distinct(study.stage.scenario, study.stage.ends)]
    return np.column_stack(columns)


@dataclass
class Gatherer:
    """Takes the measures out of the batches of a study, and forgets the rest."""

    study: Study
    digest: Digest = field(default_factory=Digest)
    found: list[np.ndarray] = field(default_factory=list)

    def gather(self, batches: Iterable[Batch]) -> np.ndarray:
        """The measures of all replications."""
        for batch in batches:
            self.digest.add(batch)
            self.found.append(values(self.study, batch))
        return np.concatenate(self.found)


def compare(studies: dict[str, Study], fight: Callable[[str, Study], Iterable[Batch]]) -> Comparison:
    """Fight the studies that `pairs` has made, by `fight`, and take the measures out."""
    digests: list[str] = []
    found = []
    for name, study in studies.items():
        gatherer = Gatherer(study)
        found.append(gatherer.gather(fight(name, study)))
        digests.append(gatherer.digest.hexdigest())
    base = studies[BASE].stage
    after = dict(zip(list(studies)[1:], found[1:], strict=True))
    return Comparison(measures(base.scenario, base.ends), found[0], after, joined_digest(digests))


def pairs(base: Stage, changes: list[Change], seed: int, runs: int) -> dict[str, Study]:
    """The base case and each change as studies by name, to be fought with common random numbers."""
    stages = {BASE: base} | {change.name: change.stage for change in changes}
    return {name: Study(stage, seed, runs, keep=0) for name, stage in stages.items()}


def joined_digest(digests: list[str]) -> str:
    """One digest for several studies."""
    from sim.experiment.provenance import digest_of

    return digest_of(digests)


def as_rows(changes: list[Change], comparison: Comparison) -> list[dict[str, Any]]:
    """Every difference as a row of a table."""
    return [
        {
            "change": change.name,
            "says": change.says,
            "measure": each.measured.id,
            "text": each.measured.text,
            "unit": "battles" if each.measured.event else each.measured.unit,
            "base": each.base,
            "changed": each.changed,
            "difference": each.difference,
            "low": each.low,
            "high": each.high,
            "variance_ratio": each.ratio,
            "up": each.up,
            "down": each.down,
            "pairs": each.pairs,
        }
        for change in changes
        for each in comparison.differences(change.name)
    ]
