"""Moves that leave the prior as it is: normal numbers turn towards fresh ones, streams get other salts.

A proposal z' = sqrt(1 - b^2) z + b x, with x standard normal, has the prior as its reversible law, as has a fresh salt;
so only the tempered likelihood decides whether a move is taken. Source: Cotter2013.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.calibration.cloud import MOST_SALT, Cloud, Space
from sim.calibration.target import Fought, Target, total
from sim.dice import Generator

WANTED = 0.25  # share of moves taken at which a step is about right
LEAST, MOST = 1e-3, 1.0
PACE = 0.7  # how quickly a step follows its acceptance
TURNS = (1.0, 0.5, 0.2)  # how far the normal numbers of what is chosen turn, one drawn for each particle
SCALES = (1.0, 0.4)  # of the share that is chosen, one drawn for each particle: no one size suits all of them
HARDEST = 0.05  # of the usual acceptance: a block that is harder to move is chosen no more often for it
SHY = 20  # moves of the usual acceptance that the record of each block begins with
HEED = 0.3  # how quickly that record follows
CHEAP = 2  # moves of reporting slots alone after each move that fights battles


@dataclass(frozen=True)
class Steps:
    """What share of the parameters, of the dice and of all blocks is chosen, and how far reporting slots turn."""

    parameters: float = 0.2
    dice: float = 0.2
    blocks: float = 0.2
    reports: float = 0.5

    def plain(self) -> list[float]:
        """As numbers."""
        return [self.parameters, self.dice, self.blocks, self.reports]

    def following(self, acceptance: dict[str, float]) -> "Steps":
        """Steps that are longer where moves were taken more often than is wanted, and shorter where less."""
        return replace(self, **{kind: adapted(getattr(self, kind), share) for kind, share in acceptance.items()})


Proposal = Callable[[Space, Cloud, float, np.ndarray, Generator], tuple[Cloud, np.ndarray]]


def parameters(space: Space, cloud: Cloud, step: float, ease: np.ndarray, draw: Generator) -> tuple[Cloud, np.ndarray]:
    """Some parameters turn; the dice stay."""
    return chosen(space, space.of_slots, cloud, step, ease, draw)


def dice(space: Space, cloud: Cloud, step: float, ease: np.ndarray, draw: Generator) -> tuple[Cloud, np.ndarray]:
    """The dice of some orders, days, places or sides are cast anew; the parameters stay."""
    return chosen(space, ~space.of_slots, cloud, step, ease, draw)


def blocks(space: Space, cloud: Cloud, step: float, ease: np.ndarray, draw: Generator) -> tuple[Cloud, np.ndarray]:
    """Some of both."""
    return chosen(space, np.ones(len(space.blocks), dtype=bool), cloud, step, ease, draw)


def chosen(
    space: Space, among: np.ndarray, cloud: Cloud, step: float, ease: np.ndarray, draw: Generator
) -> tuple[Cloud, np.ndarray]:
    """A share of some blocks, at least one, chosen anew for each particle: other salts, and normal numbers turn. The
    harder a block is to move, the more often it is chosen. Also which blocks they were, (particles, blocks).
    """
    count = len(cloud)
    weights = among / np.maximum(ease, HARDEST)
    picked = np.zeros((count, len(among)), dtype=bool)
    if not among.any():
        return cloud, picked
    likely = weights / weights.sum()
    share = step * draw.choice(SCALES, (count, 1)) * likely * among.sum()
    picked = draw.random((count, len(among))) < share
    picked[np.arange(count), np.searchsorted(np.cumsum(likely)[:-1], draw.random(count), side="right")] = True
    turn = draw.choice(TURNS, (count, 1))
    inner = np.zeros(cloud.slots.shape, dtype=bool)
    inner[:, ~space.reports] = picked[:, space.slot_blocks]
    salts = draw.integers(1, MOST_SALT, cloud.salts.shape, dtype=np.uint64)
    moved = replace(
        cloud,
        slots=np.where(inner, turned(cloud.slots, turn, draw), cloud.slots),
        drivers=np.where(picked[:, space.driver_blocks], turned(cloud.drivers, turn, draw), cloud.drivers),
        salts=np.where(picked[:, space.stream_blocks], salts, cloud.salts),
    )
    return moved, picked


def reports(space: Space, cloud: Cloud, step: float, draw: Generator) -> Cloud:
    """About half of the reporting slots turn; no battle need be fought again."""
    turn = step * draw.choice(SCALES, (len(cloud), 1))
    picked = space.reports & (draw.random(cloud.slots.shape) < 0.5)
    return replace(cloud, slots=np.where(picked, turned(cloud.slots, turn, draw), cloud.slots))


def turned(normals: np.ndarray, turn: np.ndarray, draw: Generator) -> np.ndarray:
    """Normal numbers turned towards fresh ones."""
    fresh: np.ndarray = draw.standard_normal(normals.shape)
    return np.asarray(np.sqrt(1 - turn * turn) * normals + turn * fresh)


PROPOSALS: dict[str, Proposal] = {"parameters": parameters, "dice": dice, "blocks": blocks}
KINDS = (*PROPOSALS, "reports")
COSTLY = ("parameters", "dice", "parameters", "blocks")  # a sweep: moves that fight battles


@dataclass(frozen=True)
class Moved:
    """Particles after some moves; how many took each kind of move, how often each block was chosen, and then moved."""

    fought: Fought
    taken: dict[str, float]
    tried: np.ndarray  # (blocks,)
    eased: np.ndarray  # (blocks,)


def turn(
    target: Target, kind: str, before: Fought, temperature: float, steps: Steps, ease: np.ndarray, draw: Generator
) -> Moved:
    """One move of each particle that fights battles, and some of reporting slots alone."""
    moved = costly(target, kind, before, temperature, getattr(steps, kind), ease, draw)
    if not target.space.reports.any():
        return moved
    after, counts = moved.fought, []
    for _ in range(CHEAP):
        after, taken = cheap(target, after, temperature, steps.reports, draw)
        counts.append(taken)
    return replace(moved, fought=after, taken=moved.taken | {"reports": float(np.mean(counts))})


def costly(
    target: Target, kind: str, before: Fought, temperature: float, step: float, ease: np.ndarray, draw: Generator
) -> Moved:
    """A move for which battles are fought, taken or not so that the tempered posterior stays as it is."""
    old = before.cloud
    cloud, picked = PROPOSALS[kind](target.space, old, step, ease, draw)
    outcomes = target.outcomes(cloud)
    likelihood = total(target.log_likelihood(cloud, outcomes))
    taken = accepted(before.likelihood, likelihood, temperature, draw)
    rows = taken[:, None]
    mixed = replace(
        old,
        slots=np.where(rows, cloud.slots, old.slots),
        drivers=np.where(rows, cloud.drivers, old.drivers),
        salts=np.where(rows, cloud.salts, old.salts),
    )
    after = Fought(mixed, np.where(rows, outcomes, before.outcomes), np.where(taken, likelihood, before.likelihood))
    return Moved(after, {kind: float(taken.sum())}, picked.sum(axis=0), (picked & rows).sum(axis=0))


def cheap(target: Target, before: Fought, temperature: float, step: float, draw: Generator) -> tuple[Fought, float]:
    """A move of reporting slots alone: the battles are as they were."""
    old = before.cloud
    cloud = reports(target.space, old, step, draw)
    likelihood = total(target.log_likelihood(cloud, before.outcomes))
    taken = accepted(before.likelihood, likelihood, temperature, draw)
    mixed = replace(old, slots=np.where(taken[:, None], cloud.slots, old.slots))
    return Fought(mixed, before.outcomes, np.where(taken, likelihood, before.likelihood)), float(taken.sum())


def accepted(before: np.ndarray, after: np.ndarray, temperature: float, draw: Generator) -> np.ndarray:
    """Which moves are taken: by the tempered ratio of likelihoods; none to where nothing is possible."""
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = temperature * (after - before)
        found: np.ndarray = np.isfinite(after) & (np.log(draw.random(len(before))) < gain)
    return found


def adapted(step: float, acceptance: float) -> float:
    """A step that is larger if moves were taken more often than is wanted, smaller if less."""
    return float(min(max(step * np.exp(PACE * (acceptance - WANTED)), LEAST), MOST))


def eased(ease: np.ndarray, tried: np.ndarray, moved: np.ndarray, acceptance: float) -> np.ndarray:
    """How often moves of each block are taken, in terms of the usual acceptance, after some more of them."""
    if not acceptance > 0:
        return ease
    seen = (moved + SHY * acceptance) / (tried + SHY) / acceptance
    found: np.ndarray = np.where(tried > 0, ease + HEED * (seen - ease), ease)
    return found
