"""One island: a population of particles that is cooled from the prior to the posterior.

Tempered sequential Monte Carlo: the temperature rises so far that the effective sample falls to a set share, the
particles are resampled, and then moved by sweeps that leave the tempered posterior as it is. Source: DelMoral2006.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from sim import dice
from sim.calibration import moves
from sim.calibration.cloud import from_prior, joined
from sim.calibration.effective import Sample, effective_sizes, sizes_of, typical, weight_error
from sim.calibration.moves import COSTLY, Steps
from sim.calibration.target import Fought, Target, fought
from sim.calibration.temper import kish, log_mean, rise_of, survivors, weights_of
from sim.calibration.workers import Workers


@dataclass(frozen=True)
class Plan:
    """How an island is cooled: particles, sweeps at each temperature, the share of the effective sample that a rise
    leaves, and how many battles may be fought in all. At the posterior rounds of `last` sweeps go on until the
    effective sample is as large as is wanted, as far as the budget allows. `piece` particles are sent to a worker at a
    time; that decides the bits, as each piece has dice of its own.
    """

    particles: int
    sweeps: int
    last: int
    share: float
    budget: int
    wanted: float = 0.0
    piece: int = 100


@dataclass(frozen=True)
class Rung:
    """One temperature: the effective sample before resampling, the battles so far, and how often moves were taken."""

    temperature: float
    evidence: float  # logarithm, so far
    error: float  # standard error of what this rung added to it
    effective: float
    battles: int
    acceptance: dict[str, float]


@dataclass(frozen=True)
class Island:
    """A population, how cold it is, and where each particle comes from: see `effective.Sample`.

    One that was brought from the posterior of another target has `earlier` temperatures behind it; its evidence is then
    the ratio of the two.
    """

    number: int
    fought: Fought
    lines: np.ndarray  # (particles, resamplings)
    temperature: float = 0.0
    evidence: float = 0.0
    battles: int = 0
    steps: Steps = field(default_factory=Steps)
    rungs: tuple[Rung, ...] = ()
    finished: bool = False
    earlier: int = 0

    @property
    def stuck(self) -> bool:
        """Whether no particle is possible: the evidence is nothing."""
        return not np.isfinite(self.fought.gain).any()

    @property
    def families(self) -> float:
        """How many families of equal size its particles are of, by their first ancestors."""
        return kish(sizes_of(self.lines[:, 0])) if self.lines.shape[1] else float(len(self.lines))

    @property
    def reached(self) -> bool:
        """Whether it is at the posterior."""
        return self.temperature >= 1.0

    @property
    def passed(self) -> int:
        """How many temperatures lie behind it in all."""
        return self.earlier + len(self.rungs)

    @property
    def own_lines(self) -> np.ndarray:
        """`lines` since it set out for this target."""
        risen = len({rung.temperature for rung in self.rungs})
        return self.lines[:, self.lines.shape[1] - risen :]


def settled(target: Target, plan: Plan, number: int, seed: int, workers: Workers) -> Island:
    """An island of particles from the prior; islands of other numbers share no luck with it."""
    own = seed_of(seed, number)
    pieces = [np.arange(rows.start, rows.stop, dtype=np.uint64) for rows in pieces_of(plan.particles, plan.piece)]
    born = workers.work(lambda numbers: fought(target, from_prior(target.space, own, numbers)), pieces, "prior")
    whole = gathered(born)
    return Island(
        number,
        whole,
        np.zeros((plan.particles, 0), dtype=np.int64),
        battles=target.fights * plan.particles,
    )


def seed_of(seed: int, number: int) -> int:
    """The seed of an island."""
    return int(
        dice.words(dice.keys([f"island:{number}"]), seed, 0, np.zeros(1, dtype=np.uint64), 1)[0, 0] >> np.uint64(1)
    )


def pieces_of(count: int, most: int) -> list[slice]:
    """Particles in pieces of so many at most, two at least."""
    size = min(most, -(-count // 2))
    return [slice(first, min(first + size, count)) for first in range(0, count, size)]


def gathered(pieces: list[Fought]) -> Fought:
    """Pieces put together."""
    return Fought(
        joined([piece.cloud for piece in pieces]),
        np.concatenate([piece.outcomes for piece in pieces]),
        np.concatenate([piece.begun for piece in pieces]),
        np.concatenate([piece.gain for piece in pieces]),
    )


def affordable(target: Target, island: Island, plan: Plan, sweeps: int) -> bool:
    """Whether the budget has room for some sweeps."""
    return island.battles + sweeps * len(COSTLY) * target.fights * len(island.fought) <= plan.budget


def cooled(target: Target, island: Island, plan: Plan, workers: Workers) -> Island:
    """The island one temperature colder, or finished: at the posterior, at the end of the budget, or stuck."""
    if island.stuck:
        return replace(island, finished=True)
    if island.reached:
        return settling(target, island, plan, workers)
    if not affordable(target, island, plan, plan.sweeps):
        return replace(island, finished=True)
    gain = island.fought.gain
    rise = rise_of(gain, 1.0 - island.temperature, plan.share)
    draw = dice.generator(f"resampling:{island.passed}", island.fought.cloud.seed)
    # A sum of rises can miss one by a rounding.
    temperature = 1.0 if rise >= 1.0 - island.temperature else island.temperature + rise
    colder, step = resampled(island, gain, rise, temperature, float(draw.random()))
    moved, acceptance = swept(target, colder, plan.sweeps, plan.piece, workers)
    rung = replace(step, battles=moved.battles, acceptance=acceptance)
    return replace(moved, rungs=(*island.rungs, rung))


def resampled(
    island: Island, logarithms: np.ndarray, rise: float, temperature: float, uniform: float
) -> tuple[Island, Rung]:
    """The island at another temperature, resampled by weights of so large a part of some logarithms, and what that was
    worth.
    """
    weights = weights_of(logarithms, rise)
    rows = survivors(weights, uniform)
    evidence = island.evidence + log_mean(logarithms, rise)
    error = weight_error(weights, island.lines)
    after = replace(
        island,
        fought=island.fought.take(rows),
        lines=np.concatenate([island.lines[rows], rows[:, None]], axis=1),
        temperature=temperature,
        evidence=evidence,
    )
    return after, Rung(temperature, evidence, error, kish(weights), island.battles, {})


def settling(target: Target, island: Island, plan: Plan, workers: Workers) -> Island:
    """The island after another round of sweeps at the posterior, or finished if it tells enough or none can be paid.

    One from the prior has a round in any case; one that comes from another posterior had its rounds there.
    """
    had_rounds = island.earlier > 0 or sum(rung.temperature >= 1.0 for rung in island.rungs) > 1
    if not affordable(target, island, plan, plan.last) or (had_rounds and told_by(island) >= plan.wanted):
        return replace(island, finished=True)
    moved, acceptance = swept(target, island, plan.last, plan.piece, workers)
    rung = Rung(1.0, island.evidence, 0.0, told_by(moved), moved.battles, acceptance)
    return replace(moved, rungs=(*island.rungs, rung))


def told_by(island: Island) -> float:
    """The effective sample that half of the slots, and half of the outcomes, have at least, of this island alone."""
    kinds = (island.fought.cloud.slots, island.fought.outcomes)
    return min(typical(effective_sizes([Sample(values, island.lines)])) for values in kinds)


def swept(target: Target, island: Island, sweeps: int, piece: int, workers: Workers) -> tuple[Island, dict[str, float]]:
    """The particles moved by some sweeps, with steps that follow how often they are taken."""
    taken: dict[str, list[float]] = {}
    for number in range(sweeps * len(COSTLY)):
        island, acceptance = turned(target, island, COSTLY[number % len(COSTLY)], number, piece, workers)
        for kind, share in acceptance.items():
            taken.setdefault(kind, []).append(share)
    return island, {kind: float(np.mean(shares)) for kind, shares in taken.items()}


def turned(
    target: Target, island: Island, kind: str, number: int, piece: int, workers: Workers
) -> tuple[Island, dict[str, float]]:
    """Every particle moved once by a kind of move that fights battles, and by some that don't.

    One half moves about the guess that the other half gives, and then the other way round: a guess that knew the
    particles it moves would draw them together.
    """
    pieces = pieces_of(len(island.fought), piece)
    halves = [range(len(pieces) // 2), range(len(pieces) // 2, len(pieces))]
    now = [island.fought.take(rows) for rows in pieces]
    taken: list[dict[str, float]] = []
    for half, other in (halves, halves[::-1]):
        guess = moves.guess_of(np.concatenate([now[n].cloud.slots for n in other]))
        name = f"turn:{island.passed}:{number}:{kind}"
        work = partial(piece_moved, target, kind, island.temperature, island.steps, guess, name)
        for n, moved in zip(half, workers.work(work, [(n, now[n]) for n in half], kind), strict=True):
            now[n] = moved.fought
            taken.append(moved.taken)
    count = len(island.fought)
    acceptance = {each: sum(one[each] for one in taken) / count for each in taken[0]}
    after = replace(
        island,
        fought=gathered(now),
        steps=island.steps.following(acceptance),
        battles=island.battles + target.fights * count,
    )
    return after, acceptance


def piece_moved(
    target: Target,
    kind: str,
    temperature: float,
    steps: Steps,
    guess: moves.Guess,
    name: str,
    piece: tuple[int, Fought],
) -> moves.Moved:
    """One piece moved once, by dice of its own."""
    draw = dice.generator(name, piece[1].cloud.seed, piece[0])
    return moves.turn(target, kind, piece[1], temperature, steps, guess, draw)


Told = Callable[[Island], None]


def run(target: Target, island: Island, plan: Plan, workers: Workers, told: Told) -> Island:
    """Cool an island until it is finished; `told` hears of each temperature, and may keep the state."""
    while not island.finished:
        island = cooled(target, island, plan, workers)
        told(island)
    return island
