"""From the posterior of one target to that of another: the next day of a record, or the same one read otherwise.

The likelihood goes from that of the one to that of the other along a geometric path, so that a population which has
heard the one need not begin with the prior again. What only one of them knows has its prior where the other stands.
Where the battles differ, but not in what had been heard of them, those of the other are fought from the first step on.
Sources: Neal2001, DelMoral2006.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim import dice
from sim.calibration.battles import Battles
from sim.calibration.cloud import MOST_SALT, Cloud, Space
from sim.calibration.effective import ROUNDING
from sim.calibration.island import Island, Plan, gathered, pieces_of, resampled
from sim.calibration.target import Target, fought, held, total
from sim.calibration.temper import kish, weights_of
from sim.calibration.workers import Workers


@dataclass(frozen=True)
class Bridge:
    """A target whose likelihood is that of `before` at temperature 0 and that of `after` at 1.

    `both` observes, of the battles of `after`, all that either asks, `after` first; `shared` are the places of what
    `before` asks. Without it the battles of each are fought, and held against its own record: `detour` is that way, for
    populations of which the other battles would leave too little at the first step.
    """

    before: Target
    after: Target
    both: Target | None = None
    shared: tuple[int, ...] = ()
    detour: "Bridge | None" = None

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
    """The bridge between two records, of one battle or of two that are much alike; each particle is fought once, if the
    battles of `after` can be held against both.
    """
    wanted = after.testimony.asked
    asked = (*wanted, *(each for each in before.testimony.asked if each not in wanted))
    until = max((before.stage, after.stage), key=lambda stage: stage.ends).until
    both = Battles(replace(after.stage, until=until), replace(after.testimony, asked=asked))
    if not can_observe(both):
        return Bridge(before, after)
    same = replace(before.stage, until=None) == replace(after.stage, until=None)
    shared = tuple(asked.index(each) for each in before.testimony.asked)
    return Bridge(before, after, both, shared, None if same else Bridge(before, after))


def can_observe(target: Battles) -> bool:
    """Whether all that is asked is of things that are there."""
    names = target.stage.tables.names
    try:
        for each in target.testimony.asked:
            each.tally(names)
    except ValueError:
        return False
    return True


def embarked(bridge: Bridge, island: Island, plan: Plan, workers: Workers) -> tuple[Bridge, Island]:
    """An island at the posterior of `before` as one at the beginning of a bridge, and which: this or its detour.

    What is new is drawn. What the battles of `after` make of the record of `before` is made good by weights at once.
    """
    rows = np.arange(plan.particles) * len(island.fought) // plan.particles
    old = island.fought.take(rows)
    draw = dice.generator(f"bridge:{island.passed}", old.cloud.seed)
    cloud = bridge.of_before.grown(old.cloud, bridge.space, draw)
    pieces = pieces_of(plan.particles, plan.piece)
    born = gathered(workers.work(lambda some: fought(bridge, cloud.take(some)), pieces, "bridge"))
    leap = born.begun - old.begun - old.gain
    if bridge.detour is not None and kish(weights_of(leap, 1.0)) < plan.share * plan.particles:
        return embarked(bridge.detour, island, plan, workers)
    there = Island(
        number=island.number,
        fought=born,
        lines=island.lines[rows],
        battles=bridge.fights * plan.particles,
        steps=island.steps,
        earlier=island.passed,
    )
    return bridge, there if np.allclose(leap, 0.0, atol=ROUNDING) else weighed(there, leap, float(draw.random()))


def weighed(island: Island, leap: np.ndarray, uniform: float) -> Island:
    """An island after a first step of these logarithms of weights."""
    after, step = resampled(island, leap, 1.0, island.temperature, uniform)
    return replace(after, rungs=(step,))


def landed(bridge: Bridge, island: Island) -> Island:
    """An island at the end of the bridge as one at the posterior of `after`."""
    cloud = bridge.of_after.cut(island.fought.cloud)
    return replace(island, fought=held(bridge.after, cloud, island.fought.outcomes[:, : bridge.after.width]))
