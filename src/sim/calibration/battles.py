"""A battle with its testimony as a target of inference: particles are fought, and the sources are heard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.battle.fight import Stage
from sim.battle.given import Given, GivenDice
from sim.calibration.cloud import Cloud, Space
from sim.claims.testimony import Testimony, log_likelihood
from sim.experiment.replicate import in_bulk
from sim.measures.base import Observable
from sim.scenario.priors import Distribution


@dataclass(frozen=True)
class Battles:
    """A stage, and what its sources said."""

    stage: Stage
    testimony: Testimony

    @cached_property
    def priors(self) -> dict[str, Distribution]:
        """The priors that vary, by slot: those of the battle, then those of the reports that the testimony reads."""
        battle = {slot: prior for slot, prior in self.stage.priors.items() if slot not in self.stage.parameters}
        told = {slot: self.stage.scenario.priors[slot] for slot in self.testimony.slots}
        return {slot: prior for slot, prior in (battle | told).items() if varies(prior)}

    @cached_property
    def space(self) -> Space:
        """A slot for each prior that varies, the drivers and the streams of the battle."""
        tables = self.stage.tables
        slots = tuple(self.priors)
        return Space(slots, tuple(slot in self.testimony.slots for slot in slots), tables.drivers, tables.streams)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The names of the factors of the likelihood."""
        return tuple(term.name for term in self.testimony.terms)

    def values(self, cloud: Cloud) -> np.ndarray:
        """The parameters of particles, shape (particles, slots)."""
        columns = [prior.at(cloud.slots[:, n]) for n, prior in enumerate(self.priors.values())]
        return np.stack(columns, axis=1) if columns else np.zeros((len(cloud), 0))

    def given(self, cloud: Cloud) -> Given:
        """Particles as battles to fight."""
        seeds = np.full(len(cloud), cloud.seed, dtype=np.uint64)
        thrown = GivenDice(self.space.drivers, cloud.drivers, self.space.streams, cloud.salts, seeds, cloud.numbers)
        return Given(self.priors, self.values(cloud), cloud.slots, thrown)

    @property
    def width(self) -> int:
        """How many outcomes each particle has."""
        return len(self.testimony.asked)

    @property
    def fights(self) -> int:
        """How many battles are fought for each particle."""
        return 1

    def outcomes(self, cloud: Cloud) -> np.ndarray:
        """What the testimony asks of each battle, shape (particles, asked)."""
        return observed(self.stage.dealt(self.given(cloud)), cloud.seed, len(cloud), self.testimony.asked)

    def reporting(self, cloud: Cloud) -> np.ndarray:
        """The reporting priors of particles, shape (particles, slots of the testimony)."""
        columns = {slot: n for n, slot in enumerate(self.priors)}
        found = np.empty((len(cloud), len(self.testimony.slots)))
        for n, slot in enumerate(self.testimony.slots):
            prior = self.stage.scenario.priors[slot]
            found[:, n] = prior.at(cloud.slots[:, columns[slot]]) if slot in columns else prior.quantile(0.5)
        return found

    def log_likelihood(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of each term, shape (particles, terms)."""
        return log_likelihood(self.testimony, outcomes, self.reporting(cloud))

    def begun(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        """Nought, shape (particles,): it begins with the prior."""
        return np.zeros(len(cloud))

    def held_against(self, testimony: Testimony) -> "Battles":
        """The same battles with another record."""
        return replace(self, testimony=testimony)


def until_heard(stage: Stage, heard: Testimony) -> Battles:
    """A battle as far as its claims go: what comes later changes nothing of what they tell of."""
    return Battles(replace(stage, until=max((about.until for about in heard.asked), default=None)), heard)


def varies(prior: Distribution) -> bool:
    """Whether a prior leaves anything open."""
    return getattr(prior, "distribution", None) != "fixed"


def observed(stage: Stage, seed: int, count: int, asked: Sequence[Observable]) -> np.ndarray:
    """What is asked of the first battles of a stage, shape (count, asked): the same bits by either clock."""
    if in_bulk(stage):
        from sim.battle.bulk import fight_many  # here, since it needs numba

        return fight_many(stage, seed, range(count), [each.tally(stage.tables.names) for each in asked]).values
    rows = []
    for number in range(count):
        history = stage.fight(seed, number).history
        rows.append([each.observe(history) for each in asked])
    return np.array(rows, dtype=np.float64).reshape(count, len(asked))
