"""Many replications of one scenario: what came out of each, gathered in arrays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from math import ceil
from time import perf_counter
from typing import Any, Literal

import numpy as np

from sim.battle import code_cache
from sim.battle.fight import Clock, Form, Luck, Stage
from sim.claims.comparison import about, observe, observed_claims, observed_sentences
from sim.daily import Series, calendar, daily, days_of
from sim.experiment.backends import Place
from sim.experiment.batches import split, spread
from sim.scenario.model import Scenario

BATCH = 50  # replications sent to a process at a time: about half a second of work with plain rules
BULK = 200  # the same for machine code that fights them all in one call
TRIAL = 5  # replications that tell how long one takes with plain rules
HALF_A_SECOND = 0.5  # s of work to be sent to a worker at a time: less, and sending costs too much of it
WORTH_COMPILING = 2_000  # replications; below, plain rules are done sooner than the compiler
WORTH_LOADING = 300  # the same, if the machine code is there already

Watch = Callable[[Iterable[Any], int], Iterable[Any]]


@dataclass(frozen=True)
class Kept:
    """A replication of which every event is kept; `Stage.fight` gives the rest of its record."""

    replication: int
    log: np.ndarray  # rows of `events.ROW`


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
    kept: tuple[Kept, ...]


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
    stage = with_clock(Stage(scenario, law=law), "auto", runs)
    return carry_out(Study(stage, seed, runs, keep), workers)


def with_clock(stage: Stage, clock: Clock | Literal["auto"], runs: int) -> Stage:
    """The stage with a clock, and with the form of the rules that is done first; all give the same bits."""
    enough = WORTH_LOADING if runs < WORTH_COMPILING and code_cache.is_compiled() else WORTH_COMPILING
    form: Form = "compiled" if runs >= enough or (clock == "compiled" and runs > 1) else "plain"
    if clock == "auto":
        return replace(stage, form=form, clock="compiled" if form == "compiled" else "simpy")
    return replace(stage, form=form, clock=clock)


def unwatched(batches: Iterable[Any], total: int) -> Iterable[Any]:
    """No progress shown."""
    return batches


def carry_out(study: Study, workers: int, watch: Watch = unwatched) -> Batch:
    """Fight every replication of a study and keep all of it; `watch` wraps the stream of batches to show progress."""
    return joined(list(finished(study, workers, watch)))


def finished(study: Study, workers: int, watch: Watch = unwatched) -> Iterable[Batch]:
    """The batches of a study as they are finished, in their order, by the workers of this machine that suit it."""
    batches = split(study.runs, BULK if in_bulk(study.stage) else BATCH)
    backend = "serial" if workers == 1 or len(batches) == 1 else backend_of(study.stage)
    return watch(spread(work_of(study), batches, backend, Place(workers)), len(batches))


def work_of(study: Study) -> Callable[[range], Batch]:
    """The work on a batch, as it is sent to workers: with the tables, which are worked out once and not by each."""
    _ = study.stage.tables, study.stage.keys
    return partial(fight_batch, study)


def backend_of(stage: Stage) -> str:
    """The backend that suits a stage: threads for machine code, which leaves Python to itself."""
    return "threads" if in_bulk(stage) else "loky"


def suitable_length(study: Study) -> int:
    """How many replications keep a worker busy for some half a second, from a few that are fought for this."""
    trial = BULK if in_bulk(study.stage) else TRIAL
    if study.runs <= trial:
        return study.runs
    fight_batch(replace(study, keep=0), range(1))  # what is worked out once only is not to count
    begun = perf_counter()
    fight_batch(replace(study, keep=0), range(trial))
    return max(trial, ceil(HALF_A_SECOND * trial / (perf_counter() - begun)))


def in_bulk(stage: Stage) -> bool:
    """Whether machine code fights whole batches of a stage."""
    return stage.form == "compiled" and stage.clock == "compiled"


def fight_batch(study: Study, replications: range) -> Batch:
    """Fight some replications of a study."""
    return fight_at_once(study, replications) if in_bulk(study.stage) else fight_in_turn(study, replications)


def fight_at_once(study: Study, replications: range) -> Batch:
    """Fight some replications in one call of machine code, and those that are kept once more, with plain rules."""
    from sim.battle.bulk import fight_many  # here, since it needs numba

    stage = study.stage
    asked = [about(claim) for claim in observed_claims(stage.scenario, stage.ends).values()]
    claims = len(asked)
    asked += [sentence.observable for sentence in observed_sentences(stage.scenario, stage.ends).values()]
    tallies = [observable.tally(stage.tables.names) for observable in asked]
    fought = fight_many(stage, study.seed, replications, tallies)
    kept = [number for number in replications if number < study.keep]
    plain = replace(stage, form="plain") if kept else stage
    midnight, _, days = days_of(stage.tables.names, stage.ends)
    return Batch(
        replications=np.array(replications),
        parameters=fought.parameters,
        claims=fought.values[:, :claims],
        sentences=fought.values[:, claims:],
        phases=fought.phases,
        daily={name: fought.daily[:, n] for n, name in enumerate(SERIES)},
        days=calendar(midnight, days),
        kept=tuple(Kept(number, plain.fight(study.seed, number).log) for number in kept),
    )


def fight_in_turn(study: Study, replications: range) -> Batch:
    """Fight some replications one after the other."""
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
            kept.append(Kept(replication, run.log))
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


SERIES = tuple(series.name.lower() for series in Series)


def part_of(batch: Batch, first: int, last: int) -> Batch:
    """Some neighbouring rows of a batch, from one to before another."""
    rows = slice(first, last)
    numbers = set(batch.replications[rows].tolist())
    return Batch(
        replications=batch.replications[rows],
        parameters=batch.parameters[rows],
        claims=batch.claims[rows],
        sentences=batch.sentences[rows],
        phases=batch.phases[rows],
        daily={name: array[rows] for name, array in batch.daily.items()},
        days=batch.days,
        kept=tuple(run for run in batch.kept if run.replication in numbers),
    )


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
