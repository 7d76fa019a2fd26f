"""The inference rehearsed: truths from the prior, their reports simulated, and what is inferred held against them.

If the inference is right, the rank of a truth among draws from its posterior is uniform, for every quantity. Sources:
Talts2018; Sailynoja2022 for the band around the distribution of ranks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.stats import chi2

from sim import dice
from sim.calibration.battles import Battles
from sim.calibration.cloud import Cloud, from_prior
from sim.calibration.island import Island, Plan, run, seed_of, settled
from sim.calibration.workers import Workers
from sim.claims.testimony import told, with_cells
from sim.experiment.replicate import Watch, unwatched
from sim.experiment.sealed import read_arrays, write_arrays

DRAWS = 19  # that a truth is ranked among: far enough apart in the population to be no near relatives
INTERVALS = (0.5, 0.9)
TRIALS = 4_000  # of uniform ranks, from which the width of the band comes
TRUTH = 0  # the number that the seed of truths has among those of islands


@dataclass(frozen=True)
class Rehearsed:
    """What came of all rehearsals: ranks and coverage by quantity, a row for each synthetic battle."""

    names: tuple[str, ...]
    ranks: np.ndarray  # (battles, quantities), 0 to DRAWS
    covered: np.ndarray  # (battles, quantities, intervals)
    reached: np.ndarray  # (battles,)

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each rank came, (quantities, ranks)."""
        return np.stack([np.bincount(column, minlength=DRAWS + 1) for column in self.ranks.T])

    @cached_property
    def chances(self) -> np.ndarray:
        """For each quantity the chance that uniform ranks come out as unevenly: Pearson's test."""
        expected = len(self.ranks) / (DRAWS + 1)
        statistic = ((self.counts - expected) ** 2 / expected).sum(axis=1)
        found: np.ndarray = chi2.sf(statistic, DRAWS)
        return found

    @property
    def smallest(self) -> float:
        """The smallest of those chances times their number: below 0.05, something is wrong."""
        return float(min(self.chances.min() * len(self.names), 1.0))

    def coverage(self) -> np.ndarray:
        """In how many of the battles each interval holds the truth, (quantities, intervals)."""
        found: np.ndarray = self.covered.sum(axis=0)
        return found

    def distributions(self) -> np.ndarray:
        """The share of truths of at most each rank, beyond what is expected, (quantities, ranks)."""
        found: np.ndarray = np.cumsum(self.counts, axis=1) / len(self.ranks) - expected_shares()
        return found

    def band(self, seed: int = 0) -> np.ndarray:
        """How far a distribution of uniform ranks strays at most from what is expected in 95 of 100 trials, by rank: so
        many standard deviations, the same number at all ranks.
        """
        draw = dice.generator("band", seed)
        ranks = draw.integers(0, DRAWS + 1, (TRIALS, len(self.ranks)))
        counts = np.stack([(ranks == rank).sum(axis=1) for rank in range(DRAWS + 1)], axis=1)
        away = np.abs(np.cumsum(counts, axis=1) / len(self.ranks) - expected_shares())[:, :-1]
        share = expected_shares()[:-1]
        spread = np.sqrt(share * (1 - share) / len(self.ranks))
        wide = float(np.quantile((away / spread).max(axis=1), 0.95))
        return np.append(wide * spread, 0.0)


def expected_shares() -> np.ndarray:
    """The share of uniform ranks of at most each rank."""
    return np.arange(1, DRAWS + 2) / (DRAWS + 1)


def quantities(target: Battles) -> tuple[str, ...]:
    """The names of what is ranked: every unknown, every outcome, and the logarithm of the likelihood."""
    outcomes = [f"observed_{n}" for n in range(len(target.testimony.asked))]
    return (*target.space.slots, *outcomes, "log_likelihood")


def rehearse(
    target: Battles,
    plan: Plan,
    battles: int,
    seed: int,
    workers: Workers,
    folder: Path | None = None,
    inputs: str = "",
    watch: Watch = unwatched,
) -> Rehearsed:
    """Infer so many synthetic battles, those that are kept in the folder left out; the same for any workers."""

    def path(number: int) -> Path | None:
        return None if folder is None else folder / f"rehearsal-{number}-{inputs[:16]}.npz"

    there = {number: kept for number in range(battles) if (kept := read_kept(path(number))) is not None}
    missing = [number for number in range(battles) if number not in there]

    def do(number: int) -> dict[str, np.ndarray]:
        found = one(target, plan, number, seed)
        where = path(number)
        if where is not None:
            write_arrays(where, found)
        return found

    stream: Iterable[dict[str, np.ndarray]] = watch(workers.stream(do, missing, "rehearsal"), len(missing))
    there |= dict(zip(missing, stream, strict=True))
    rows = [there[number] for number in range(battles)]
    return Rehearsed(
        quantities(target),
        np.stack([row["ranks"] for row in rows]),
        np.stack([row["covered"] for row in rows]),
        np.array([bool(row["reached"]) for row in rows]),
    )


def read_kept(path: Path | None) -> dict[str, np.ndarray] | None:
    """What is kept of one rehearsal."""
    return None if path is None else read_arrays(path)


def one(target: Battles, plan: Plan, number: int, seed: int) -> dict[str, np.ndarray]:
    """One rehearsal: a truth, its reports, what is inferred from them, and where the truth lies in that."""
    truth, shown = staged(target, number, seed)
    island = inferred(shown, plan, number, seed)
    true, draws = quantities_of(shown, truth), quantities_of(shown, island.fought.cloud, island.fought.outcomes)
    draw = dice.generator("ranks", seed, number)
    return {
        "ranks": rank(true[0], apart(draws, island), draw),
        "covered": covered(true[0], draws, draw),
        "reached": np.array(island.reached),
    }


def staged(target: Battles, number: int, seed: int) -> tuple[Cloud, Battles]:
    """A truth from the prior, and the battle with what its sources told of that truth as its record."""
    truth = from_prior(target.space, seed_of(seed, TRUTH), np.array([number], dtype=np.uint64))
    outcomes = target.outcomes(truth)
    reports = told(target.testimony, outcomes, target.reporting(truth), seed_of(seed, TRUTH), truth.numbers)
    return truth, target.held_against(with_cells(target.testimony, reports.cells[0]))


def inferred(target: Battles, plan: Plan, number: int, seed: int) -> Island:
    """An island of its own for one synthetic battle."""
    alone = Workers()
    return run(target, settled(target, plan, number + 1, seed, alone), plan, alone, lambda island: None)


def quantities_of(target: Battles, cloud: Cloud, outcomes: np.ndarray | None = None) -> np.ndarray:
    """What is ranked, (particles, quantities)."""
    outcomes = target.outcomes(cloud) if outcomes is None else outcomes
    likelihood = target.log_likelihood(cloud, outcomes).sum(axis=1)
    return np.concatenate([cloud.slots, outcomes, likelihood[:, None]], axis=1)


def apart(draws: np.ndarray, island: Island) -> np.ndarray:
    """Some draws of a population that are no near relatives: in the order of their families, at equal distances."""
    order = np.lexsort(island.lines.T[::-1]) if island.lines.shape[1] else np.arange(len(draws))
    places = (np.arange(DRAWS) + 0.5) / DRAWS * len(draws)
    return draws[order[places.astype(np.int64)]]


def rank(truth: np.ndarray, draws: np.ndarray, draw: dice.Generator) -> np.ndarray:
    """How many draws lie below the truth, (quantities,); of those equal to it a share that is drawn."""
    below, equal = (draws < truth).sum(axis=0), (draws == truth).sum(axis=0)
    found: np.ndarray = below + draw.integers(0, equal + 1)
    return found


def covered(truth: np.ndarray, draws: np.ndarray, draw: dice.Generator) -> np.ndarray:
    """Whether the truth lies in the middle half and in the middle nine tenths of the draws, (quantities, intervals)."""
    share = (draws < truth).mean(axis=0) + (draws == truth).mean(axis=0) * draw.random(len(truth))
    return np.stack([np.abs(share - 0.5) <= wide / 2 for wide in INTERVALS], axis=1)
