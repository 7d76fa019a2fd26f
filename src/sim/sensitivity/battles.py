"""A battle as a function of the unit cube: priors through their quantiles, and chance as one more factor."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.battle.designed import Designed, designed
from sim.battle.fight import Clock, Stage
from sim.experiment.crew import Crew
from sim.experiment.paired import Measured, measures
from sim.experiment.replicate import Study, Watch, unwatched, with_clock
from sim.scenario.priors import EDGE
from sim.sensitivity.indices import LEVELS, Effect, Share, effects, screening_rows, share_rows, shares

CHANCE = "pure chance"  # the dice of a battle, with all priors as they are
OTHERS = "all other priors"
NUMBERS = 2**40  # replication numbers that a share of the unit interval is read as


@dataclass(frozen=True)
class Decisive:
    """What decides the outcomes: for each measure the screening (if there was one) and the shares.

    `outcomes` and `parameters` are of the battles behind the shares, a row each; None for a measure that never varies.
    """

    measures: tuple[Measured, ...]
    factors: tuple[str, ...]
    screening: dict[str, list[Effect]]
    shares: dict[str, list[Share] | None]
    parameters: dict[str, np.ndarray]
    outcomes: np.ndarray
    screened: int  # battles


@dataclass(frozen=True)
class Plan:
    """How much to fight: trajectories of the screening, how many priors it keeps, and the base of the shares."""

    trajectories: int
    keep: int
    base: int


def name_of(factor: str) -> str:
    """A factor in words."""
    return factor.replace("_", " ")


def varying(stage: Stage) -> tuple[str, ...]:
    """The priors that are not fixed, the law's own among them."""
    free = {name: prior for name, prior in stage.priors.items() if name not in stage.parameters}
    return tuple(name for name, prior in free.items() if getattr(prior, "distribution", None) != "fixed")


def stage_at(stage: Stage, priors: tuple[str, ...], cube: np.ndarray, others: np.ndarray, dice: np.ndarray) -> Designed:
    """A stage whose rows are points of the cube; the other priors and the dice go by numbers of their own."""
    inside = np.clip(cube, EDGE, 1 - EDGE)
    found = {name: stage.priors[name].quantiles(inside[:, n]) for n, name in enumerate(priors)}
    return designed(stage, found, others, dice)


def numbered(shares_of_one: np.ndarray) -> np.ndarray:
    """Shares of the unit interval as replication numbers."""
    numbers: np.ndarray = (np.clip(shares_of_one, 0, 1 - EDGE) * NUMBERS).astype(np.uint64)
    return numbers


def decisive(
    stage: Stage,
    priors: tuple[str, ...],
    of: list[str],
    plan: Plan,
    seed: int,
    crew: Crew,
    clock: Clock | str,
    watch: Callable[[str], Watch] = lambda name: unwatched,
) -> Decisive:
    """Screen the priors if there are more than are kept, then take shares of the variance; the same for any crew."""
    known = measures(stage.scenario, stage.ends)
    columns = {each.id: n for n, each in enumerate(known)}

    def fought(name: str, rows: Designed) -> np.ndarray:
        ready = with_clock(rows, clock, len(rows.dice_by))  # type: ignore[arg-type]
        return np.concatenate(list(crew.outcomes([Study(ready, seed, len(rows.dice_by), keep=0)], watch(name))))

    screening: dict[str, list[Effect]] = {}
    screened = 0
    if len(priors) > plan.keep:
        factors = (*priors, CHANCE)
        rows = screening_rows(factors, plan.trajectories, seed)
        outcomes = fought("Screening", screening_stage(stage, priors, rows))
        screened = len(rows)
        screening = {id: effects(factors, rows, outcomes[:, columns[id]], seed) for id in of}
        spread = {id: float(outcomes[:, columns[id]].std()) for id in of}
        priors = largest(priors, screening, spread, plan.keep)
    factors = (*priors, OTHERS, CHANCE) if set(varying(stage)) - set(priors) else (*priors, CHANCE)
    rows = share_rows(factors, plan.base, seed)
    dice = numbered(rows[:, -1])
    others = numbered(rows[:, -2]) if OTHERS in factors else dice
    ready = stage_at(stage, priors, rows[:, : len(priors)], others, dice)
    outcomes = fought("Shares", ready)
    found = {id: shares(factors, outcomes[:, columns[id]], seed) for id in of}
    parameters = {name: ready.levels[name] for name in priors}
    return Decisive(known, factors, screening, found, parameters, outcomes, screened)


def screening_stage(stage: Stage, priors: tuple[str, ...], rows: np.ndarray) -> Designed:
    """The rows of a screening: each trajectory has dice of its own, as many as chance has levels."""
    trajectory = np.arange(len(rows)) // (len(priors) + 2)
    level = np.round((rows[:, -1] - rows[:, -1].min()) / max(float(np.ptp(rows[:, -1])), EDGE) * (LEVELS - 1))
    numbers = (trajectory * LEVELS + level).astype(np.uint64)
    return stage_at(stage, priors, rows[:, :-1], trajectory, numbers)


def largest(
    priors: tuple[str, ...], screening: dict[str, list[Effect]], spread: dict[str, float], keep: int
) -> tuple[str, ...]:
    """The priors whose effect on some measure is largest beside that measure's spread, in the scenario's order."""
    size = dict.fromkeys(priors, 0.0)
    for id, found in screening.items():
        for effect in found:
            if effect.factor in size and spread[id] > 0:
                size[effect.factor] = max(size[effect.factor], effect.size / spread[id])
    kept = sorted(priors, key=lambda name: -size[name])[:keep]
    return tuple(name for name in priors if name in kept)
