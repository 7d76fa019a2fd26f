"""Many replications of one scenario: what came out of each, gathered in arrays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from sim.battle import rulebook
from sim.battle.fight import Form, Luck, Run, Stage
from sim.claims.comparison import observe, observed_claims, observed_sentences
from sim.daily import Daily, daily
from sim.experiment.batches import in_order, split
from sim.scenario.model import Scenario

BATCH = 50  # replications sent to a process at a time: about half a second of work with plain rules
WORTH_COMPILING = 2_000  # replications; below, plain rules are done sooner than the compiler
WORTH_LOADING = 300  # the same, if the machine code is there already

Watch = Callable[[Iterable[Any], int], Iterable[Any]]


@dataclass(frozen=True)
class Batch:
    """Results of some replications; arrays have the replication as their first axis."""

    replications: np.ndarray
    parameters: np.ndarray  # (replications, slots)
    claims: np.ndarray  # (replications, claims): what each claim is about, as simulated
    sentences: np.ndarray  # (replications, sentences): the same for the scenario's sentences
    phases: np.ndarray
    daily: dict[str, np.ndarray]  # each (replications, days, places, sides)
    days: tuple[date, ...]
    kept: tuple[Run, ...]


@dataclass(frozen=True)
class Study:
    """What to replicate: a stage, a seed, how many replications, and of how many the events are kept."""

    stage: Stage
    seed: int
    runs: int
    keep: int = 3


def replicate(
    scenario: Scenario, *, runs: int, seed: int = 1, workers: int = 1, law: str = "square", keep: int = 3
) -> Batch:
    """Fight a scenario many times with parameters drawn from their priors; the same for any number of workers."""
    stage = Stage(scenario, law=law, form=best_form(law, runs))
    return carry_out(Study(stage, seed, runs, keep), workers)


def best_form(law: str, runs: int) -> Form:
    """The form of the rules that is done first; both give the same bits."""
    enough = WORTH_LOADING if runs < WORTH_COMPILING and rulebook.is_compiled(law) else WORTH_COMPILING
    return "compiled" if runs >= enough else "plain"


def unwatched(batches: Iterable[Any], total: int) -> Iterable[Any]:
    """No progress shown."""
    return batches


def carry_out(study: Study, workers: int, watch: Watch = unwatched) -> Batch:
    """Fight every replication of a study; `watch` wraps the stream of batches to show progress."""
    batches = split(study.runs, BATCH)
    results = in_order(partial(fight_batch, study), batches, workers)
    return joined(list(watch(results, len(batches))))


def fight_batch(study: Study, replications: range) -> Batch:
    """Fight some replications of a study, one after the other."""
    scenario = study.stage.scenario
    claims = observed_claims(scenario, study.stage.ends)
    answers = observed_sentences(scenario, study.stage.ends)
    rows, days, kept = [], [], []
    for replication in replications:
        run = study.stage.fight(study.seed, replication, Luck())
        day = daily(run.history)
        sentences = [sentence.observable.observe(run.history) for sentence in answers.values()]
        rows.append((list(run.parameters.values()), observe(claims, run.history), sentences, run.phases))
        days.append(day)
        if replication < study.keep:
            kept.append(run)
    parameters, observed, sentences, phases = zip(*rows, strict=True)
    return Batch(
        replications=np.array(replications),
        parameters=np.array(parameters, dtype=np.float64),
        claims=np.array(observed, dtype=np.float64).reshape(len(rows), len(claims)),
        sentences=np.array(sentences, dtype=np.float64).reshape(len(rows), len(answers)),
        phases=np.array(phases),
        daily={name: np.stack([getattr(day, name) for day in days]) for name in SERIES},
        days=days[0].days,
        kept=tuple(kept),
    )


SERIES = tuple(name for name in Daily.__dataclass_fields__ if name != "days")


def joined(batches: list[Batch]) -> Batch:
    """Batches put together in their order."""
    return Batch(
        replications=np.concatenate([batch.replications for batch in batches]),
        parameters=np.concatenate([batch.parameters for batch in batches]),
        claims=np.concatenate([batch.claims for batch in batches]),
        sentences=np.concatenate([batch.sentences for batch in batches]),
        phases=np.concatenate([batch.phases for batch in batches]),
        daily={name: np.concatenate([batch.daily[name] for batch in batches]) for name in SERIES},
        days=batches[0].days,
        kept=tuple(run for batch in batches for run in batch.kept),
    )
