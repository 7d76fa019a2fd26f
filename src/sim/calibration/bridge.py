"""From the posterior of one target to that of another: the next day of a record, or the same one read otherwise.

The likelihood goes from that of the one to that of the other along a geometric path, so that a population which has
heard the one need not begin with the prior again. What only one of them knows has its prior where the other stands.
Sources: Neal2001, DelMoral2006.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim import dice
from sim.calibration.battles import Battles
from sim.calibration.cloud import MOST_SALT, Cloud, Space
from sim.calibration.island import Island, Plan, gathered, pieces_of
from sim.calibration.target import Target, fought, held, total
from sim.calibration.workers import Workers


@dataclass(frozen=True)
class Bridge:
    """A target whose likelihood is that of `before` at temperature 0 and that of `after` at 1.

    `both` observes, of the same battles, all that either asks, `after` first; `shared` are the places of what `before`
    asks. If there are no such battles, each has its own fought.
    """

    before: Target
    after: Target
    both: Target | None = None
    shared: tuple[int, ...] = ()

    @cached_property
    def space(self) -> Space:
        """What either of them knows."""
        spaces = (self.after.space, self.before.space)
        slots = tuple(dict.fromkeys(slot for space in spaces for slot in space.slots))
        battle = {slot for space in spaces for slot, told in zip(space.slots, space.reporting, strict=True) if not told}
        return Space(
            slots,
            tuple(slot not in battle for slot in slots),
            tuple(dict.fromkeys(name for space in spaces for name in space.drivers)),
            tuple(dict.fromkeys(name for space in spaces for name in space.streams)),
        )

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the factors of the likelihood that is gone to."""
        return self.after.terms

    @property
    def width(self) -> int:
        """How many outcomes each particle has."""
        return self.after.width + self.before.width if self.both is None else self.both.width

    @property
    def fights(self) -> int:
        """How many battles are fought for each particle."""
        return self.after.fights + self.before.fights if self.both is None else self.both.fights

    @cached_property
    def of_before(self) -> "Columns":
        """What `before` knows of a particle."""
        return columns_of(self.before.space, self.space)

    @cached_property
    def of_after(self) -> "Columns":
        """What `after` knows of a particle."""
        return columns_of(self.after.space, self.space)

    def outcomes(self, cloud: Cloud) -> np.ndarray:
        """What comes of each particle, shape (particles, outcomes): what `after` asks first."""
        after = self.of_after.cut(cloud)
        if self.both is not None:
            return self.both.outcomes(after)
        return np.concatenate([self.after.outcomes(after), self.before.outcomes(self.of_before.cut(cloud))], axis=1)

    def log_likelihood(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of each term of `after`, shape (particles, terms)."""
        return self.after.log_likelihood(self.of_after.cut(cloud), outcomes[:, : self.after.width])

    def begun(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of the likelihood of `before`, shape (particles,)."""
        places = self.shared if self.both is not None else range(self.after.width, self.width)
        return total(self.before.log_likelihood(self.of_before.cut(cloud), outcomes[:, list(places)]))


@dataclass(frozen=True)
class Columns:
    """Where the coordinates of one space stand in another that has them all."""

    slots: np.ndarray
    drivers: np.ndarray
    streams: np.ndarray

    def cut(self, cloud: Cloud) -> Cloud:
        """Particles of the larger space without what the smaller does not know."""
        return replace(
            cloud,
            slots=cloud.slots[:, self.slots],
            drivers=cloud.drivers[:, self.drivers],
            salts=cloud.salts[:, self.streams],
        )

    def grown(self, cloud: Cloud, whole: Space, draw: dice.Generator) -> Cloud:
        """Particles of the smaller space with what the larger has beside, from its prior."""
        count = len(cloud)
        slots = draw.standard_normal((count, len(whole.slots)))
        drivers = draw.standard_normal((count, len(whole.drivers)))
        salts = draw.integers(1, MOST_SALT, (count, len(whole.streams)), dtype=np.uint64)
        slots[:, self.slots], drivers[:, self.drivers], salts[:, self.streams] = cloud.slots, cloud.drivers, cloud.salts
        return replace(cloud, slots=slots, drivers=drivers, salts=salts)


def columns_of(space: Space, whole: Space) -> Columns:
    """Where a space stands in another one."""
    kinds = ((space.slots, whole.slots), (space.drivers, whole.drivers), (space.streams, whole.streams))
    found = []
    for names, all_names in kinds:
        at = {name: n for n, name in enumerate(all_names)}
        found.append(np.array([at[name] for name in names], dtype=np.int64))
    return Columns(*found)


def between(before: Battles, after: Battles) -> Bridge:
    """The bridge between two records; of one battle, it fights each particle once."""
    stages = (before.stage, after.stage)
    if replace(stages[0], until=None) != replace(stages[1], until=None):
        return Bridge(before, after)
    wanted = after.testimony.asked
    asked = (*wanted, *(each for each in before.testimony.asked if each not in wanted))
    longer = max(stages, key=lambda stage: stage.ends)
    both = Battles(longer, replace(after.testimony, asked=asked))
    return Bridge(before, after, both, tuple(asked.index(each) for each in before.testimony.asked))


def embarked(bridge: Bridge, island: Island, plan: Plan, workers: Workers) -> Island:
    """An island at the posterior of `before` as one at the beginning of the bridge; what is new is drawn."""
    rows = np.arange(plan.particles) * len(island.fought) // plan.particles
    old = island.fought.cloud.take(rows)
    draw = dice.generator(f"bridge:{island.passed}", old.seed)
    cloud = bridge.of_before.grown(old, bridge.space, draw)
    born = workers.work(lambda some: fought(bridge, cloud.take(some)), pieces_of(plan.particles, plan.piece), "bridge")
    return Island(
        number=island.number,
        fought=gathered(born),
        lines=island.lines[rows],
        battles=bridge.fights * plan.particles,
        steps=island.steps,
        earlier=island.passed,
    )


def landed(bridge: Bridge, island: Island) -> Island:
    """An island at the end of the bridge as one at the posterior of `after`."""
    cloud = bridge.of_after.cut(island.fought.cloud)
    return replace(island, fought=held(bridge.after, cloud, island.fought.outcomes[:, : bridge.after.width]))
