"""A posterior: draws of parameters and dice that were fought, with what their sources would have told."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.battle.given import Given, GivenDice
from sim.calibration.battles import Battles
from sim.calibration.calibration import Cooled
from sim.calibration.cloud import Cloud, from_prior, joined
from sim.calibration.effective import Sample, effective_sizes
from sim.calibration.island import Island
from sim.calibration.target import Fought
from sim.claims.testimony import told
from sim.scenario.priors import Distribution


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of several islands, one after the other; `about` says of what: scenario, law, claims and so on.

    `families` number relatives within an island; `reports` and `cells` are in the order of `claims`.
    """

    about: dict[str, Any]
    priors: Mapping[str, Distribution]  # by slot
    islands: np.ndarray  # (draws,): number of the island
    families: np.ndarray  # (draws,)
    normals: np.ndarray  # (draws, slots)
    values: np.ndarray  # (draws, slots)
    before: np.ndarray  # (draws, slots): as many from the prior
    dice: GivenDice
    outcomes: np.ndarray  # (draws, asked)
    terms: tuple[str, ...]
    likelihood: np.ndarray  # (draws, terms)
    claims: tuple[str, ...]
    reports: np.ndarray  # (draws, claims)
    cells: np.ndarray  # (claims, 2)
    rungs: dict[int, np.ndarray] = field(default_factory=dict)  # by island: see `RUNG`

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(self.priors)

    def __len__(self) -> int:
        return len(self.islands)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of every number of it: equal digests mean equal bits."""
        named = [self.about, self.slots, self.terms, self.claims]
        found = hashlib.sha256(json.dumps(named, sort_keys=True).encode())
        for array in self.arrays():
            found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()

    def arrays(self) -> list[np.ndarray]:
        """All of its numbers."""
        thrown = self.dice
        own = [self.islands, self.families, self.normals, self.values, self.before, self.outcomes, self.likelihood]
        return [*own, self.reports, self.cells, thrown.normals, thrown.salts, thrown.seeds, thrown.numbers]

    @cached_property
    def as_fought(self) -> Given:
        """The draws as battles to be fought again, to the bit."""
        return Given(self.priors, self.values, self.normals, self.dice, self.digest, self.says, self.worth)

    @cached_property
    def with_fresh_dice(self) -> Given:
        """The parameters of the draws, for battles with other dice."""
        return Given(self.priors, self.values, self.normals, None, self.digest, self.says, self.worth)

    @property
    def worth(self) -> float:
        """How many independent draws half of the unknowns and outcomes are worth; 0 where that is not known."""
        return float(self.about.get("effective_sample", 0.0))

    @property
    def says(self) -> str:
        """What it was calibrated on, in a few words."""
        known = f" known by {self.about['cut'][:10]}" if self.about.get("cut") else ""
        return f"calibrated on {len(self.claims)} claims{known}"

    def samples(self, values: np.ndarray) -> list[Sample]:
        """A number for each draw and quantity, by island."""
        return [
            Sample(values[self.islands == number], self.families[self.islands == number, None])
            for number in np.unique(self.islands)
        ]

    def effective(self, values: np.ndarray) -> np.ndarray:
        """The effective sample of each quantity, (draws, quantities) to (quantities,)."""
        return effective_sizes(self.samples(values))


RUNG = ("temperature", "log_evidence", "error", "effective_sample", "battles")


def posterior_of(target: Battles, cooled: Cooled, about: dict[str, Any], seed: int) -> Posterior:
    """The particles of islands that are at the posterior, with reports of their own."""
    islands = cooled.islands
    clouds = [island.fought.cloud for island in islands]
    outcomes = np.concatenate([island.fought.outcomes for island in islands])
    values = np.concatenate([target.values(cloud) for cloud in clouds])
    likelihood = [target.log_likelihood(each.fought.cloud, each.fought.outcomes) for each in islands]
    reporting = np.concatenate([target.reporting(cloud) for cloud in clouds])
    draws = np.arange(len(values), dtype=np.uint64)
    before = from_prior(target.space, seed, draws)
    return Posterior(
        about=about,
        priors=target.priors,
        islands=np.repeat([island.number for island in islands], [len(cloud) for cloud in clouds]),
        families=np.concatenate([sample.families for sample in cooled.samples(lambda each: each.fought.outcomes)]),
        normals=np.concatenate([cloud.slots for cloud in clouds]),
        values=values,
        before=target.values(before),
        dice=dice_of(target, clouds),
        outcomes=outcomes,
        terms=target.terms,
        likelihood=np.concatenate(likelihood),
        claims=target.testimony.claims,
        reports=told(target.testimony, outcomes, reporting, seed, draws).counts,
        cells=target.testimony.cells,
        rungs={each.number: rungs_of(each.rungs) for each in islands},
    )


def rungs_of(rungs: Any) -> np.ndarray:
    """The temperatures of an island as rows of `RUNG`."""
    rows = [[each.temperature, each.evidence, each.error, each.effective, each.battles] for each in rungs]
    return np.array(rows, dtype=np.float64).reshape(-1, len(RUNG))


def islands_of(posterior: Posterior) -> tuple[Island, ...]:
    """The islands that a posterior was made of, from which another one is begun; their evidence is left behind."""
    return tuple(island_of(posterior, int(number)) for number in np.unique(posterior.islands))


def island_of(posterior: Posterior, number: int) -> Island:
    """One of them."""
    rows, thrown = posterior.islands == number, posterior.dice
    cloud = Cloud(
        int(thrown.seeds[rows][0]),
        thrown.numbers[rows],
        posterior.normals[rows],
        thrown.normals[rows],
        thrown.salts[rows],
    )
    likelihood = posterior.likelihood[rows].sum(axis=1)
    return Island(
        number=number,
        fought=Fought(cloud, posterior.outcomes[rows], np.zeros(len(cloud)), likelihood),
        lines=posterior.families[rows, None],
        temperature=1.0,
        finished=True,
        earlier=len(posterior.rungs[number]),
    )


def dice_of(target: Battles, clouds: list[Cloud]) -> GivenDice:
    """The dice of particles of several islands."""
    seeds = np.concatenate([np.full(len(cloud), cloud.seed, dtype=np.uint64) for cloud in clouds])
    whole = joined(clouds)
    return GivenDice(target.space.drivers, whole.drivers, target.space.streams, whole.salts, seeds, whole.numbers)
