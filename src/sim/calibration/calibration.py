"""A calibration: two islands cooled to the posterior, from the prior or another one, each kept on disk as it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from sim.calibration.bridge import Bridge, embarked, landed
from sim.calibration.effective import Evidence, Sample, effective_sizes, evidence_of, pooled, typical
from sim.calibration.island import Island, Plan, Told, cooled, run, settled
from sim.calibration.state import arrays_of, island_of
from sim.calibration.target import Target
from sim.calibration.workers import Workers
from sim.experiment.sealed import read_arrays, write_arrays

ISLANDS = (1, 2)  # always two, so that there is somebody to agree with

Quantities = Callable[[Island], np.ndarray]
Part = TypeVar("Part")


@dataclass(frozen=True)
class Kept:
    """Where states of islands are kept; `inputs` is the digest of what they come from."""

    folder: Path
    inputs: str

    def path(self, number: int) -> Path:
        """The file of an island, which no other calibration would take for its own."""
        return self.folder / f"island-{number}-{self.inputs[:16]}.npz"

    def read(self, number: int) -> Island | None:
        """The state of an island, if it was kept."""
        arrays = read_arrays(self.path(number))
        return None if arrays is None else island_of(arrays)

    def keep(self, island: Island) -> None:
        """Keep the state of an island."""
        write_arrays(self.path(island.number), arrays_of(island))


@dataclass(frozen=True)
class Cooled:
    """Islands that are finished, be they at the posterior or not."""

    islands: tuple[Island, ...]

    @property
    def reached(self) -> bool:
        """Whether all are at the posterior."""
        return all(island.reached and not island.stuck for island in self.islands)

    @property
    def battles(self) -> int:
        """How many battles were fought."""
        return sum(island.battles for island in self.islands)

    @cached_property
    def evidences(self) -> tuple[Evidence, ...]:
        """The evidence by each island."""
        return tuple(
            evidence_of(each.evidence, each.own_lines, [rung.error for rung in each.rungs]) for each in self.islands
        )

    @property
    def evidence(self) -> Evidence:
        """The evidence by all of them."""
        return pooled(list(self.evidences))

    def samples(self, quantities: Quantities) -> list[Sample]:
        """Quantities of the particles of each island, shape (particles, quantities) each, with their families."""
        return [Sample(quantities(island), island.lines) for island in self.islands]

    @cached_property
    def slot_sizes(self) -> np.ndarray:
        """The effective sample of each slot."""
        return effective_sizes(self.samples(lambda island: island.fought.cloud.slots))

    @cached_property
    def outcome_sizes(self) -> np.ndarray:
        """The effective sample of each outcome; NaN for one that is the same in every particle."""
        return effective_sizes(self.samples(lambda island: island.fought.outcomes))

    @property
    def effective(self) -> float:
        """The effective sample that half of the unknowns, and half of the outcomes, have at least."""
        return min(typical(self.slot_sizes), typical(self.outcome_sizes))


def cool(
    target: Target, plan: Plan, seed: int, workers: Workers, told: Told = lambda island: None, kept: Kept | None = None
) -> Cooled:
    """Cool the islands; from where they were kept, if they were. `plan.budget` is that of each."""

    def one(number: int, workers: Workers) -> Island:
        island = read(kept, number) or settled(target, plan, number, seed, workers)
        return run(target, island, plan, workers, keeping(kept, told))

    return together(one, ISLANDS, workers)


def cross(
    bridge: Bridge,
    islands: Sequence[Island],
    plan: Plan,
    workers: Workers,
    told: Told = lambda island: None,
    kept: Kept | None = None,
) -> Cooled:
    """Bring islands from the posterior where a bridge begins to that where it ends; from where they were kept, if they
    were. `plan.budget` is that of each, for this way alone.
    """

    def one(start: Island, workers: Workers) -> Island:
        island = read(kept, start.number)
        if island is None:
            way, island = under_way(bridge, start, plan, workers, kept)
            on_the_way = beside(kept, "bridge" if way is bridge else "detour")
            island = brought(way, island, plan, workers, keeping(on_the_way, told))
        return run(bridge.after, island, plan, workers, keeping(kept, told))

    return together(one, islands, workers)


def together(one: Callable[[Part, Workers], Island], parts: Sequence[Part], workers: Workers) -> Cooled:
    """What comes of each island, all of them at once where there are workers enough.

    Linear algebra keeps to one thread: more of them take processors from the battles, and might change the last bits.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        return Cooled(tuple(workers.side_by_side(one, parts)))


def under_way(bridge: Bridge, start: Island, plan: Plan, workers: Workers, kept: Kept | None) -> tuple[Bridge, Island]:
    """An island on a bridge or its detour: where it was kept, or at the beginning."""
    if (island := read(beside(kept, "bridge"), start.number)) is not None:
        return bridge, island
    if bridge.detour is not None and (island := read(beside(kept, "detour"), start.number)) is not None:
        return bridge.detour, island
    return embarked(bridge, start, plan, workers)


def beside(kept: Kept | None, way: str) -> Kept | None:
    """Where islands are kept that are on a way."""
    return None if kept is None else Kept(kept.folder / way, kept.inputs)


def brought(bridge: Bridge, island: Island, plan: Plan, workers: Workers, told: Told) -> Island:
    """An island over the bridge; on it still, if the budget or the possible ends before."""
    while not (island.finished or island.reached):
        island = cooled(bridge, island, plan, workers)
        told(island)
    return landed(bridge, island) if island.reached else island


def read(kept: Kept | None, number: int) -> Island | None:
    """The state of an island, if there is any."""
    return None if kept is None else kept.read(number)


def keeping(kept: Kept | None, told: Told) -> Told:
    """Keep what is told, if it is to be kept, and tell it on."""

    def hear(island: Island) -> None:
        if kept is not None:
            kept.keep(island)
        told(island)

    return hear
