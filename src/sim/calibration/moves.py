"""Moves that leave the prior as it is: normal numbers turn towards fresh ones, streams get other salts.

A proposal z' = sqrt(1 - b^2) z + b x, with x standard normal, has the prior as its reversible law, as has a fresh salt;
so only the tempered likelihood decides whether a move is taken. For parameters the same is done about a normal guess at
the posterior, and the ratio of prior and guess decides too. Sources: Cotter2013, Rudolf2018.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.calibration.cloud import MOST_SALT, Cloud, Space
from sim.calibration.target import Fought, Target, fought, held
from sim.dice import Generator

WANTED = 0.25  # share of moves taken at which a step is about right
LEAST, MOST = 1e-3, 1.0
PACE = 0.7  # how quickly a step follows its acceptance
TURNS = (1.0, 1.0, 0.5)  # how far the normal numbers of what is chosen turn, one drawn for each particle
CAUTION = 0.1  # the part of the prior in the guess, at least
SCALES = (1.0, 0.3)  # of the share that is chosen, one drawn for each particle: no one size suits all of them
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


@dataclass(frozen=True)
class Guess:
    """A normal guess at the tempered posterior of all slots, from the particles themselves."""

    mean: np.ndarray  # (slots,)
    precision: np.ndarray  # (slots, slots)


def guess_of(normals: np.ndarray) -> Guess:
    """The guess that some particles give, the nearer to the prior the fewer they are."""
    count, slots = normals.shape
    spread = np.cov(normals.T).reshape(slots, slots) if count > 1 else np.eye(slots)
    prior = min(CAUTION + slots / (2 * count), 1.0)
    return Guess(normals.mean(axis=0), np.linalg.inv((1 - prior) * spread + prior * np.eye(slots)))


Proposal = Callable[[Space, Cloud, float, Guess, Generator], tuple[Cloud, np.ndarray]]


def parameters(space: Space, cloud: Cloud, step: float, guess: Guess, draw: Generator) -> tuple[Cloud, np.ndarray]:
    """A few parameters, the same for all of these particles, turn towards what the guess gives them beside the others.

    The guess is left as it is by that, and not the prior: the ratio of the two goes into what is taken.
    """
    own = np.flatnonzero(~space.reports)
    none = np.zeros(len(cloud))
    if not len(own):
        return cloud, none
    count = 1 + int(draw.binomial(len(own) - 1, min(step * draw.choice(SCALES), 1.0)))
    few = draw.choice(own, count, replace=False)
    turn = float(draw.choice(TURNS))
    away = cloud.slots - guess.mean
    precision = guess.precision[np.ix_(few, few)]
    spread = np.linalg.inv(precision)
    middle = away[:, few] - (away @ guess.precision[:, few]) @ spread  # of the few, given the others
    fresh = draw.standard_normal((len(cloud), count)) @ np.linalg.cholesky(spread).T
    before = away[:, few] - middle
    after = np.sqrt(1 - turn * turn) * before + turn * fresh
    slots = cloud.slots.copy()
    slots[:, few] = guess.mean[few] + middle + after
    prior = 0.5 * (cloud.slots[:, few] ** 2 - slots[:, few] ** 2).sum(axis=1)
    guessed = 0.5 * (((before @ precision) * before).sum(axis=1) - ((after @ precision) * after).sum(axis=1))
    return replace(cloud, slots=slots), prior - guessed


def dice(space: Space, cloud: Cloud, step: float, guess: Guess, draw: Generator) -> tuple[Cloud, np.ndarray]:
    """The dice of some orders, days, places or sides are cast anew; the parameters stay."""
    return chosen(space, ~space.of_slots, cloud, step, draw), np.zeros(len(cloud))


def blocks(space: Space, cloud: Cloud, step: float, guess: Guess, draw: Generator) -> tuple[Cloud, np.ndarray]:
    """Some of both."""
    return chosen(space, np.ones(len(space.blocks), dtype=bool), cloud, step, draw), np.zeros(len(cloud))


def chosen(space: Space, among: np.ndarray, cloud: Cloud, step: float, draw: Generator) -> Cloud:
    """A share of some blocks, at least one, chosen anew for each particle: other salts, and normal numbers turn."""
    count, numbers = len(cloud), np.flatnonzero(among)
    if not len(numbers):
        return cloud
    share = step * draw.choice(SCALES, (count, 1))
    picked = among & (draw.random((count, len(among))) < share)
    picked[np.arange(count), numbers[draw.integers(len(numbers), size=count)]] = True
    turn = draw.choice(TURNS, (count, 1))
    inner = np.zeros(cloud.slots.shape, dtype=bool)
    inner[:, ~space.reports] = picked[:, space.slot_blocks]
    salts = draw.integers(1, MOST_SALT, cloud.salts.shape, dtype=np.uint64)
    return replace(
        cloud,
        slots=np.where(inner, turned(cloud.slots, turn, draw), cloud.slots),
        drivers=np.where(picked[:, space.driver_blocks], turned(cloud.drivers, turn, draw), cloud.drivers),
        salts=np.where(picked[:, space.stream_blocks], salts, cloud.salts),
    )


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
    """Particles after some moves, and how many took each kind of move."""

    fought: Fought
    taken: dict[str, float]


def turn(
    target: Target, kind: str, before: Fought, temperature: float, steps: Steps, guess: Guess, draw: Generator
) -> Moved:
    """One move of each particle that fights battles, and some of reporting slots alone."""
    moved = costly(target, kind, before, temperature, getattr(steps, kind), guess, draw)
    if not target.space.reports.any():
        return moved
    after, counts = moved.fought, []
    for _ in range(CHEAP):
        after, taken = cheap(target, after, temperature, steps.reports, draw)
        counts.append(taken)
    return Moved(after, moved.taken | {"reports": float(np.mean(counts))})


def costly(
    target: Target, kind: str, before: Fought, temperature: float, step: float, guess: Guess, draw: Generator
) -> Moved:
    """A move for which battles are fought, taken or not so that the tempered posterior stays as it is."""
    cloud, ratio = PROPOSALS[kind](target.space, before.cloud, step, guess, draw)
    proposed = fought(target, cloud)
    taken = accepted(proposed, before, temperature, ratio, draw)
    return Moved(proposed.where(taken, before), {kind: float(taken.sum())})


def cheap(target: Target, before: Fought, temperature: float, step: float, draw: Generator) -> tuple[Fought, float]:
    """A move of reporting slots alone: the battles are as they were."""
    proposed = held(target, reports(target.space, before.cloud, step, draw), before.outcomes)
    taken = accepted(proposed, before, temperature, np.zeros(len(before)), draw)
    return proposed.where(taken, before), float(taken.sum())


def accepted(proposed: Fought, before: Fought, temperature: float, ratio: np.ndarray, draw: Generator) -> np.ndarray:
    """Which moves are taken, so that the tempered likelihood is left as it is; none to the impossible. `ratio` is the
    logarithm of what the proposal itself leaves to be made good.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        above = proposed.above(before, temperature) + ratio
        found: np.ndarray = np.isfinite(proposed.gain) & (np.log(draw.random(len(ratio))) < above)
    return found


def adapted(step: float, acceptance: float) -> float:
    """A step that is larger if moves were taken more often than is wanted, smaller if less."""
    return float(min(max(step * np.exp(PACE * (acceptance - WANTED)), LEAST), MOST))
