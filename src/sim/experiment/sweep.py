"""Sweeps: design points times replications, with the same luck at every point, and the measures of each battle."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np

from sim.battle.designed import designed
from sim.battle.fight import Clock, Stage
from sim.claims.intervals import Z95, wilson
from sim.experiment.crew import Crew
from sim.experiment.paired import Measured, measures
from sim.experiment.replicate import Study, Watch, unwatched, with_clock

FIRST = 50  # replications of a point before anybody asks whether they are enough


@dataclass(frozen=True)
class Cell:
    """Design points that share one stage: nothing but their parameters differs. `levels` has a number for each."""

    stage: Stage
    points: tuple[int, ...]
    levels: dict[str, np.ndarray] = field(default_factory=dict)

    def study(self, wanted: Collection[int], replications: range, seed: int) -> tuple[Study, np.ndarray, np.ndarray]:
        """The rows of some of its points: point by point, with the point and the replication of each row."""
        chosen = [n for n, point in enumerate(self.points) if point in wanted]
        point = np.repeat([self.points[n] for n in chosen], len(replications))
        numbers = np.tile(np.array(replications, dtype=np.uint64), len(chosen))
        levels = {slot: np.repeat(column[chosen], len(replications)) for slot, column in self.levels.items()}
        stage = designed(self.stage, levels, numbers, numbers)
        return Study(stage, seed, len(point), keep=0), point, numbers.astype(np.int64)


@dataclass(frozen=True)
class Precision:
    """Replicate until the 95% interval of each measure named reaches no further than so much to either side.

    `half_widths` are in the measure's unit, of an event as a share of the battles; `most` is where to give up.
    """

    half_widths: dict[str, float]
    most: int


@dataclass(frozen=True)
class Swept:
    """What a sweep left: its points, and for each battle its point, replication and measures, in that order."""

    factors: tuple[str, ...]
    points: list[dict[str, Any]]
    measures: tuple[Measured, ...]
    point: np.ndarray
    replication: np.ndarray
    values: np.ndarray  # (battles, measures)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it: equal digests mean equal bits."""
        digest = hashlib.sha256(repr(self.points).encode())
        for array in (self.point, self.replication, self.values):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def column(self, measure: str) -> np.ndarray:
        """A measure of every battle."""
        found: np.ndarray = self.values[:, [each.id for each in self.measures].index(measure)]
        return found

    def measured(self, measure: str) -> Measured:
        """What a measure is."""
        return next(each for each in self.measures if each.id == measure)


def sweep(
    factors: tuple[str, ...],
    points: list[dict[str, Any]],
    cells: list[Cell],
    seed: int,
    runs: int | Precision,
    crew: Crew,
    clock: Clock | Any = "auto",
    watch: Watch = unwatched,
) -> Swept:
    """Fight every point so many times, or until its measures are known well enough; the same bits for any crew."""
    asked = measures(cells[0].stage.scenario, cells[0].stage.ends)
    wanted = set(range(len(points)))
    done, first = 0, runs if isinstance(runs, int) else min(FIRST, runs.most)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    while wanted:
        replications = range(done, first)
        found.append(fought(cells, wanted, replications, seed, crew, clock, watch))
        if isinstance(runs, int):
            break
        done, first = first, min(2 * first, runs.most)
        wanted = unsure(wanted, found, asked, runs) if done < runs.most else set()
    point, replication, outcomes = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.lexsort((replication, point))
    return Swept(factors, points, asked, point[order], replication[order], outcomes[order])


def fought(
    cells: list[Cell],
    wanted: Collection[int],
    replications: range,
    seed: int,
    crew: Crew,
    clock: Clock | Any,
    watch: Watch,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some replications of the points wanted: point, replication and measures of each battle."""
    rows = [cell.study(wanted, replications, seed) for cell in cells if not set(wanted).isdisjoint(cell.points)]
    total = sum(study.runs for study, _, _ in rows)
    studies = [Study(with_clock(study.stage, clock, total), seed, study.runs, keep=0) for study, _, _ in rows]
    outcomes = np.concatenate(list(crew.outcomes(studies, watch)))
    return np.concatenate([point for _, point, _ in rows]), np.concatenate([number for _, _, number in rows]), outcomes


def unsure(
    wanted: Collection[int],
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    asked: tuple[Measured, ...],
    precision: Precision,
) -> set[int]:
    """The points of which some measure is not yet known as well as it was asked for."""
    point, _, outcomes = (np.concatenate(each) for each in zip(*found, strict=True))
    columns = {each.id: (n, each) for n, each in enumerate(asked)}
    return {
        number
        for number in wanted
        for id, most in precision.half_widths.items()
        if half_width(columns[id][1], outcomes[point == number, columns[id][0]]) > most
    }


def half_width(about: Measured, sample: np.ndarray) -> float:
    """Half the 95% interval of a mean: Wilson's for an event, which is never nothing; normal for a number."""
    if about.event:
        low, high = wilson(float(sample.sum()), len(sample))
        return (high - low) / 2
    return Z95 * float(sample.std(ddof=1)) / sqrt(len(sample)) if len(sample) > 1 else float("inf")


def mean_of(about: Measured, sample: np.ndarray) -> tuple[float, float, float]:
    """A mean with its 95% interval: Wilson's for an event."""
    mean = float(sample.mean())
    if about.event:
        return (mean, *wilson(float(sample.sum()), len(sample)))
    half = half_width(about, sample)
    return mean, mean - half, mean + half


def by_point(swept: Swept, measure: str) -> Iterator[tuple[int, np.ndarray]]:
    """Each point, and the measure in its battles."""
    column = swept.column(measure)
    for number in range(len(swept.points)):
        yield number, column[swept.point == number]
