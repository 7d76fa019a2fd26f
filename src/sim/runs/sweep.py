"""Sweeps: design points times replications with common random numbers, and the outcome measures of each."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np

from sim.battle.designed_simulation import make_designed_simulation
from sim.battle.simulation import SchedulerName, Simulation
from sim.runs.cached_runner import CachedRunner
from sim.runs.outcome_measures import OutcomeMeasure, list_outcome_measures
from sim.runs.replicate import ProgressWrapper, Study, choose_engine, no_progress
from sim.scoring.intervals import Z95, wilson_interval

INITIAL_RUNS = 50  # replications of a point before its precision is first estimated


@dataclass(frozen=True)
class DesignBlock:
    """Design points of one simulation, which differ by parameters only; `levels` has a number for each point."""

    simulation: Simulation
    points: tuple[int, ...]
    levels: dict[str, np.ndarray] = field(default_factory=dict)

    def make_study(
        self, wanted_points: Collection[int], replications: range, seed: int
    ) -> tuple[Study, np.ndarray, np.ndarray]:
        """A study of some of its points, point by point, with the point and the replication of each row."""
        columns = [n for n, point in enumerate(self.points) if point in wanted_points]
        point = np.repeat([self.points[n] for n in columns], len(replications))
        replication_numbers = np.tile(np.array(replications, dtype=np.uint64), len(columns))
        levels = {name: np.repeat(column[columns], len(replications)) for name, column in self.levels.items()}
        simulation = make_designed_simulation(self.simulation, levels, replication_numbers, replication_numbers)
        return Study(simulation, seed, len(point), n_saved_logs=0), point, replication_numbers.astype(np.int64)


@dataclass(frozen=True)
class Precision:
    """Replicate until half the width of the 95% interval of each measure named is small enough."""

    half_widths: dict[str, float]  # in the unit of the measure, of an event as a share of the battles
    max_runs: int  # where to give up


@dataclass(frozen=True)
class SweepResult:
    """The points of a sweep, and for each battle its point, replication and measures, sorted by these."""

    factors: tuple[str, ...]
    points: list[dict[str, Any]]
    measures: tuple[OutcomeMeasure, ...]
    point_index: np.ndarray
    replication: np.ndarray
    outcomes: np.ndarray  # (battles, measures)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it: equal digests mean equal bits."""
        digest = hashlib.sha256(repr(self.points).encode())
        for array in (self.point_index, self.replication, self.outcomes):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def find_column(self, measure: str) -> np.ndarray:
        """The values of a measure in every battle."""
        column: np.ndarray = self.outcomes[:, [each.id for each in self.measures].index(measure)]
        return column

    def find_measure(self, measure: str) -> OutcomeMeasure:
        """A measure by its id."""
        return next(each for each in self.measures if each.id == measure)


def run_sweep(
    factors: tuple[str, ...],
    points: list[dict[str, Any]],
    blocks: list[DesignBlock],
    seed: int,
    runs: int | Precision,
    runner: CachedRunner,
    scheduler: SchedulerName | Any = "auto",
    progress: ProgressWrapper = no_progress,
) -> SweepResult:
    """Replicate every point so many times, or to a precision; the same bits for any number and kind of workers.

    Parameters
    ----------
    factors, points
        Names of the factors, and the level of each at each design point.
    blocks
        The design points as simulations; points of one scenario share a block.
    seed
        Replication k has the same random inputs at each point.
    runs
        Replications of each point, or the precision at which to stop.
    runner
        Simulates the studies, or takes their outcomes from the cache.
    scheduler, progress
        As for `choose_engine` and `run_study`.

    Returns
    -------
    SweepResult
        `point_index` and `replication` of shape (battles,), `outcomes` of shape (battles, measures).
    """
    outcome_measures = list_outcome_measures(blocks[0].simulation.scenario, blocks[0].simulation.end_hours)
    wanted_points = set(range(len(points)))
    done, first = 0, runs if isinstance(runs, int) else min(INITIAL_RUNS, runs.max_runs)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    while wanted_points:
        replications = range(done, first)
        parts.append(simulate_points(blocks, wanted_points, replications, seed, runner, scheduler, progress))
        if isinstance(runs, int):
            break
        done, first = first, min(2 * first, runs.max_runs)
        wanted_points = (
            find_imprecise_points(wanted_points, parts, outcome_measures, runs) if done < runs.max_runs else set()
        )
    point, replication, outcomes = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((replication, point))
    return SweepResult(factors, points, outcome_measures, point[order], replication[order], outcomes[order])


def simulate_points(
    blocks: list[DesignBlock],
    wanted_points: Collection[int],
    replications: range,
    seed: int,
    runner: CachedRunner,
    scheduler: SchedulerName | Any,
    progress: ProgressWrapper,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some replications of the points wanted: point, replication and measures of each battle."""
    rows = [
        block.make_study(wanted_points, replications, seed)
        for block in blocks
        if not set(wanted_points).isdisjoint(block.points)
    ]
    total = sum(study.runs for study, _, _ in rows)
    studies = [
        Study(choose_engine(study.simulation, scheduler, total), seed, study.runs, n_saved_logs=0)
        for study, _, _ in rows
    ]
    outcomes = np.concatenate(list(runner.iterate_outcomes(studies, progress)))
    return np.concatenate([point for _, point, _ in rows]), np.concatenate([number for _, _, number in rows]), outcomes


def find_imprecise_points(
    wanted_points: Collection[int],
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    outcome_measures: tuple[OutcomeMeasure, ...],
    precision: Precision,
) -> set[int]:
    """The points of which some measure does not have the precision asked for yet."""
    point, _, outcomes = (np.concatenate(each) for each in zip(*parts, strict=True))
    columns = {each.id: (n, each) for n, each in enumerate(outcome_measures)}
    return {
        number
        for number in wanted_points
        for id, max_half_width in precision.half_widths.items()
        if compute_half_width(columns[id][1], outcomes[point == number, columns[id][0]]) > max_half_width
    }


def compute_half_width(measure: OutcomeMeasure, sample: np.ndarray) -> float:
    """Half the width of the 95% interval of a mean: Wilson's for an event, which is never 0; normal for a number."""
    if measure.is_event:
        low, high = wilson_interval(float(sample.sum()), len(sample))
        return (high - low) / 2
    return Z95 * float(sample.std(ddof=1)) / sqrt(len(sample)) if len(sample) > 1 else float("inf")


def compute_mean_interval(measure: OutcomeMeasure, sample: np.ndarray) -> tuple[float, float, float]:
    """A mean with its 95% interval: Wilson's for an event."""
    mean = float(sample.mean())
    if measure.is_event:
        return (mean, *wilson_interval(float(sample.sum()), len(sample)))
    half_width = compute_half_width(measure, sample)
    return mean, mean - half_width, mean + half_width


def group_by_point(sweep_result: SweepResult, measure: str) -> Iterator[tuple[int, np.ndarray]]:
    """Each point with the measure in its battles."""
    column = sweep_result.find_column(measure)
    for point in range(len(sweep_result.points)):
        yield point, column[sweep_result.point_index == point]
