"""Battles of one simulation, kept as the values that odds are made of, and fought on in small steps on all cores."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.battle.simulation import Simulation
from sim.likelihood.control import classify_control
from sim.runs.outcome_measures import compute_outcomes
from sim.runs.replicate import Batch, Study, concatenate_batches, run_batch
from sim.scoring.claim_comparison import select_observable_claims

MAX_PAIRS = 4_000  # battles of one simulation: more would tell less than a percentage point more
MAX_STEP = 200  # battles in one step: a thread can't be stopped


@dataclass(frozen=True)
class BattleValues:
    """What odds are made of, a row for each battle from number 0 on."""

    outcomes: np.ndarray  # (battles, measures), in the order of `list_outcome_measures`
    holds: np.ndarray  # (battles, claims): whether each observable claim holds
    control: np.ndarray  # (battles, places): the state at the end, a `ControlState`

    @property
    def count(self) -> int:
        """How many battles."""
        return len(self.outcomes)

    def take(self, count: int) -> "BattleValues":
        """The first so many battles."""
        return BattleValues(self.outcomes[:count], self.holds[:count], self.control[:count])


def extract_values(study: Study, batch: Batch) -> BattleValues:
    """The values of a batch."""
    scenario = study.simulation.scenario
    claims = select_observable_claims(scenario, study.simulation.end_hours).values()
    bounds = [(claim.value.low, claim.value.high) for claim in claims if claim.value is not None]
    lows, highs = np.array(bounds, dtype=np.float64).reshape(-1, 2).T
    return BattleValues(
        compute_outcomes(study, batch),
        (batch.claims >= lows) & (batch.claims <= highs),
        classify_control(batch.daily["control"][:, -1, :, 1], scenario.contested_share_range).astype(np.int8),
    )


@dataclass
class FoughtCase:
    """The battles of one simulation so far; more are fought when they are asked for.

    Parameters
    ----------
    simulation
        What is fought.
    seed
        The seed of all battles: with the same seed, battles of the same number share their random inputs.
    """

    simulation: Simulation
    seed: int
    parts: list[BattleValues] = field(default_factory=list)

    @cached_property
    def study(self) -> Study:
        """The battles as a study."""
        return Study(self.simulation, self.seed, MAX_PAIRS, n_saved_logs=0)

    @property
    def count(self) -> int:
        """How many battles there are."""
        return sum(part.count for part in self.parts)

    def list_missing(self, count: int) -> range:
        """The numbers of the battles that are missing of so many."""
        return range(self.count, max(self.count, min(count, MAX_PAIRS)))

    def get_values(self, count: int) -> BattleValues:
        """The first so many battles, all of which are there."""
        if len(self.parts) > 1:
            joined = (np.concatenate([getattr(part, name) for part in self.parts])
                      for name in ("outcomes", "holds", "control"))  # fmt: skip
            self.parts = [BattleValues(*joined)]
        return self.parts[0].take(count)


def fight_on(cases: list[FoughtCase], count: int, executor: ThreadPoolExecutor, workers: int) -> None:
    """Fight the battles that each case lacks of so many, in equal shares on all workers.

    Parameters
    ----------
    cases
        Which cases.
    count
        How many battles each is to have; at most `MAX_STEP` more than it has.
    executor, workers
        The threads, and how many of them are to be busy.
    """
    jobs = []
    for case in cases:
        missing = case.list_missing(count)
        if missing:
            jobs.append((case, submit_battles(case.study, missing, executor, workers)))
    for case, futures in jobs:
        batch = concatenate_batches([future.result() for future in futures])
        case.parts.append(extract_values(case.study, batch))


def submit_battles(study: Study, numbers: range, executor: ThreadPoolExecutor, workers: int) -> list[Future[Batch]]:
    """Give so many workers equal shares of some battles, by their numbers; the batches are in order."""
    _ = study.simulation.compiled_scenario, study.simulation.stream_keys, study.simulation.state_factory  # for all
    length = -(-len(numbers) // workers)
    chunks = [numbers[first : first + length] for first in range(0, len(numbers), length)]
    return [executor.submit(run_batch, study, chunk) for chunk in chunks]
