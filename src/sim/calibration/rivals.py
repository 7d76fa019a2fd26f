"""Rivals, laws or readings, compared by evidence; and how often that finds the truth where it is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim import dice
from sim.calibration.battles import Battles
from sim.calibration.calibration import Cooled, Kept, cool
from sim.calibration.effective import Evidence, evidence_of
from sim.calibration.island import Plan, Told
from sim.calibration.rehearsal import inferred, staged
from sim.calibration.workers import Workers
from sim.experiment.replicate import Watch, unwatched
from sim.experiment.sealed import read_arrays, write_arrays

TRIALS = 4_000  # of evidences within their errors
CLEAR = np.log(20.0)  # of a ratio of evidences, from which on one rival is preferred. Source: KassRaftery1995


@dataclass(frozen=True)
class Compared:
    """What each rival came to, and the chance of each if all were equally likely before, with a 95% interval.

    A rival that did not come to its posterior has no evidence, and takes no part.
    """

    cooled: dict[str, Cooled]
    chances: dict[str, tuple[float, float, float]]

    @property
    def evidences(self) -> dict[str, Evidence]:
        """The evidence of each rival that has one."""
        return {name: found.evidence for name, found in self.cooled.items() if found.reached}

    @property
    def clear(self) -> bool:
        """Whether the evidence prefers one rival by more than its error leaves open."""
        logs = sorted(self.evidences.values(), key=lambda each: -each.log)
        if len(logs) < 2 or len(logs) < len(self.cooled):
            return False
        first, second = logs[:2]
        return bool(first.log - second.log - 2 * np.hypot(first.error, second.error) > CLEAR)


@dataclass(frozen=True)
class Confusion:
    """Of synthetic battles of each rival (rows), how many the evidence gives to which (columns); and how much chance it
    gives to the truth on average.
    """

    names: tuple[str, ...]
    counts: np.ndarray
    chance: np.ndarray  # (rivals,)

    @property
    def right(self) -> int:
        """How many are given to the truth."""
        return int(np.trace(self.counts))


def comparable(targets: Mapping[str, Battles]) -> list[str]:
    """What keeps evidences from being compared: rivals to whom other things were told."""
    first, *others = targets
    heard = {name: target.testimony for name, target in targets.items()}
    said = {name: (each.claims, each.cells.tolist()) for name, each in heard.items()}
    return [name for name in others if said[name] != said[first]]


def compare(
    targets: Mapping[str, Battles], plan: Plan, seed: int, workers: Workers, told: Told, kept: Kept | None = None
) -> Compared:
    """Cool every rival."""
    found = {}
    for name, target in targets.items():
        own = None if kept is None else Kept(kept.folder / name, kept.inputs)
        found[name] = cool(target, plan, seed, workers, told, own)
    return Compared(found, chances({name: each.evidence for name, each in found.items() if each.reached}, seed))


def chances(evidences: Mapping[str, Evidence], seed: int) -> dict[str, tuple[float, float, float]]:
    """The chance of each rival and its 95% interval, from the errors of the evidences alone."""
    if not evidences:
        return {}
    logs = np.array([each.log for each in evidences.values()])
    errors = np.array([each.error for each in evidences.values()])
    drawn = logs + errors * dice.generator("rivals", seed).standard_normal((TRIALS, len(logs)))
    low, high = np.quantile(shares(drawn), [0.025, 0.975], axis=0)
    return {
        name: (float(middle), float(low[n]), float(high[n]))
        for n, (name, middle) in enumerate(zip(evidences, shares(logs[None])[0], strict=True))
    }


def shares(logs: np.ndarray) -> np.ndarray:
    """Logarithms of evidences as shares of their sum, along the last axis."""
    parts = np.exp(logs - logs.max(axis=-1, keepdims=True))
    found: np.ndarray = parts / parts.sum(axis=-1, keepdims=True)
    return found


def confuse(
    targets: Mapping[str, Battles],
    plan: Plan,
    battles: int,
    seed: int,
    workers: Workers,
    folder: Path | None = None,
    inputs: str = "",
    watch: Watch = unwatched,
) -> Confusion:
    """Infer synthetic battles of each rival under all of them; those that are kept in the folder are left out."""
    names = tuple(targets)
    jobs = [(truth, number) for truth in names for number in range(battles)]

    def do(job: tuple[str, int]) -> np.ndarray:
        path = None if folder is None else folder / f"confusion-{job[0]}-{job[1]}-{inputs[:16]}.npz"
        there = None if path is None else read_arrays(path)
        if there is not None:
            return there["logs"]
        logs = evidences_of(targets, plan, *job, seed)
        if path is not None:
            write_arrays(path, {"logs": logs})
        return logs

    found = np.stack(list(watch(workers.stream(do, jobs, "confusion"), len(jobs)))).reshape(len(names), battles, -1)
    best = found.argmax(axis=2)
    counts = np.stack([np.bincount(row, minlength=len(names)) for row in best])
    given = shares(found)
    return Confusion(names, counts, np.array([given[n, :, n].mean() for n in range(len(names))]))


def evidences_of(targets: Mapping[str, Battles], plan: Plan, truth: str, number: int, seed: int) -> np.ndarray:
    """The logarithm of the evidence of each rival for one synthetic battle of one of them."""
    true = targets[truth]
    _, shown = staged(true, number, seed)
    logs = []
    for target in targets.values():
        island = inferred(target.held_against(shown.testimony), plan, number, seed)
        evidence = evidence_of(island.evidence, island.lines, [rung.error for rung in island.rungs])
        logs.append(evidence.log if island.reached else -np.inf)
    return np.array(logs)
