"""Particles: standard normal numbers for parameters and drivers, and salts of streams; and what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from sim import dice

MOST_SALT = 2**53  # salts lie below it, so that any file format keeps them whole


@dataclass(frozen=True)
class Space:
    """What a particle consists of, by name. `reporting` marks slots that no battle reads, only its reports.

    Coordinates that belong together move together: each slot alone, and all drivers and streams of one order, day,
    place or side.
    """

    slots: tuple[str, ...]
    reporting: tuple[bool, ...]
    drivers: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()

    @cached_property
    def reports(self) -> np.ndarray:
        """`reporting` as an array."""
        return np.array(self.reporting, dtype=bool)

    @cached_property
    def blocks(self) -> tuple[str, ...]:
        """The groups of coordinates that move together, those that only reports read left out."""
        slots = [f"prior:{slot}" for slot, told in zip(self.slots, self.reporting, strict=True) if not told]
        return tuple(dict.fromkeys([*slots, *map(owner, self.drivers), *map(owner, self.streams)]))

    @cached_property
    def of_slots(self) -> np.ndarray:
        """Which blocks are parameters; the others are dice."""
        return np.array([name.startswith("prior:") for name in self.blocks], dtype=bool)

    @cached_property
    def slot_blocks(self) -> np.ndarray:
        """The block of each slot that a battle reads."""
        told = zip(self.slots, self.reporting, strict=True)
        return self.numbers([f"prior:{slot}" for slot, reporting in told if not reporting])

    @cached_property
    def driver_blocks(self) -> np.ndarray:
        """The block of each driver."""
        return self.numbers([owner(name) for name in self.drivers])

    @cached_property
    def stream_blocks(self) -> np.ndarray:
        """The block of each stream."""
        return self.numbers([owner(name) for name in self.streams])

    def numbers(self, blocks: list[str]) -> np.ndarray:
        """Blocks by their numbers."""
        number = {name: n for n, name in enumerate(self.blocks)}
        return np.array([number[name] for name in blocks], dtype=np.int64)


def owner(name: str) -> str:
    """Whose driver or stream it is: all of a name but its last part."""
    return name.rsplit(":", 1)[0]


@dataclass(frozen=True)
class Cloud:
    """Some particles, a row each; a battle's dice are cast by `seed` and its number, and by the salts."""

    seed: int
    numbers: np.ndarray  # (particles,), uint64
    slots: np.ndarray  # (particles, slots)
    drivers: np.ndarray  # (particles, drivers)
    salts: np.ndarray  # (particles, streams), uint64

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: np.ndarray | slice) -> "Cloud":
        """Some of the particles, copies among them if a row is named twice."""
        columns = {name: getattr(self, name)[rows] for name in COLUMNS}
        return Cloud(self.seed, **columns)

    def where(self, rows: np.ndarray, other: "Cloud") -> "Cloud":
        """Its coordinates in the rows that are marked, shape (particles, 1), else those of the other."""
        slots, drivers, salts = (
            np.where(rows, getattr(self, name), getattr(other, name)) for name in ("slots", "drivers", "salts")
        )
        return Cloud(self.seed, self.numbers, slots, drivers, salts)


COLUMNS = tuple(each.name for each in fields(Cloud) if each.name != "seed")


def from_prior(space: Space, seed: int, numbers: np.ndarray) -> Cloud:
    """Particles drawn from the prior, each by its own number: whoever else is drawn changes nothing."""
    names = [f"particle:{name}" for name in (*space.slots, *space.drivers)]
    none = np.zeros(len(names), dtype=np.uint64)
    from scipy.special import ndtri

    normals = ndtri(dice.shares(dice.words(dice.keys(names), seed, numbers, none, 1)[..., 0]))
    count = len(space.slots)
    salts = np.zeros((len(numbers), len(space.streams)), dtype=np.uint64)
    return Cloud(seed, numbers, normals[:, :count], normals[:, count:], salts)


def joined(clouds: Sequence[Cloud]) -> Cloud:
    """Particles of one seed put together."""
    columns = {name: np.concatenate([getattr(cloud, name) for cloud in clouds]) for name in COLUMNS}
    return Cloud(clouds[0].seed, **columns)
