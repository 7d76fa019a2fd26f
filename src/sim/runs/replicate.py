"""Many replications of one scenario, on all cores, with the results of each in arrays."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from time import perf_counter
from typing import Any, Literal

import numpy as np

from sim import laws
from sim.battle import code_cache
from sim.battle.compile_scenario import make_labels
from sim.battle.sequence import iterate_battles
from sim.battle.simulation import ExecutionMode, SchedulerName, Simulation
from sim.events.arrangement import arrange_series
from sim.events.daily import DailyQuantity, compute_daily_series
from sim.events.statistics import LogStatistic, compute_statistic
from sim.events.time_steps import TimeSteps, find_time_steps
from sim.runs.backends import WorkerPool
from sim.runs.compiler_process import estimate_compile_seconds
from sim.runs.parallel import map_in_order, split_range
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import (
    claim_observable,
    select_headline_outputs,
    select_observable_claims,
)

SEQUENTIAL_BATCH = 50  # replications sent to a process at a time: about half a second of work with plain rules
VECTOR_BATCH = 200  # the same for machine code that simulates them all in one call
TRIAL_RUNS = 5  # replications that are timed with plain rules
VECTOR_TRIAL_RUNS = 50  # the same with machine code
# The same, where machine code may take over in the midst: by the size of the study, since each batch has a file.
MIN_MIXED_BATCH, MAX_MIXED_BATCH, MIXED_BATCHES = 50, 500, 200
TARGET_SECONDS = 0.5  # s of work to be sent to a worker at a time: with less, sending costs too much of it
MIN_RUNS_TO_COMPILE = 2_000  # replications; with fewer, plain rules finish before the compiler
MIN_RUNS_TO_LOAD = 300  # the same, if the machine code is cached
SERIES_NAMES = tuple(series.name.lower() for series in DailyQuantity)

ProgressWrapper = Callable[[Iterable[Any], int], Iterable[Any]]


@dataclass(frozen=True)
class SavedLog:
    """The event log of a replication; `Simulation.run` gives the rest of its results again."""

    replication: int
    log: np.ndarray  # (events,): rows of `LOG_DTYPE`


@dataclass(frozen=True)
class Batch:
    """Results of some replications; the first axis of each array is the replication.

    Series by day are `killed`, `wounded`, `captured` and `strength`, in people, and `control`, a share of the place.
    Days are local dates; places and sides stand in the order of the scenario.

    Parameters
    ----------
    replications
        Their numbers, shape (replications,).
    parameters, claims, headline_outputs
        Shape (replications, parameters), (replications, claims) and (replications, outputs), in their own units.
    phases
        Shape (replications,): phases of orders that were played.
    daily
        Series by name, shape (replications, steps, places, sides) each.
    steps
        The steps of time of `daily`: days, or hours of a short battle.
    saved_logs
        Event logs of the first replications.

    Examples
    --------
    >>> import sim
    >>> batch = run_study(Study(Simulation(sim.load("teaching")), seed=1, runs=2), workers=1)
    >>> batch.daily["control"].shape, batch.steps.hours
    ((2, 12, 5, 2), 6)
    """

    replications: np.ndarray
    parameters: np.ndarray  # (replications, parameters)
    claims: np.ndarray  # (replications, claims): the simulated observable of each claim
    headline_outputs: np.ndarray  # (replications, outputs): the same of the scenario's headline outputs
    phases: np.ndarray  # (replications,): phases of orders that were played
    daily: dict[str, np.ndarray]  # each (replications, steps, places, sides)
    steps: TimeSteps
    saved_logs: tuple[SavedLog, ...]

    def list_arrays(self) -> list[np.ndarray]:
        """Every array, in one order."""
        plain = [self.replications, self.parameters, self.claims, self.headline_outputs, self.phases]
        return plain + [self.daily[name] for name in SERIES_NAMES]

    def map_arrays(self, change: Callable[[np.ndarray], np.ndarray]) -> "Batch":
        """The batch with every array changed by a function."""
        replications, parameters, claims, headline_outputs, phases, *daily = map(change, self.list_arrays())
        return Batch(
            replications=replications,
            parameters=parameters,
            claims=claims,
            headline_outputs=headline_outputs,
            phases=phases,
            daily=dict(zip(SERIES_NAMES, daily, strict=True)),
            steps=self.steps,
            saved_logs=self.saved_logs,
        )

    def __repr__(self) -> str:
        return f"<Batch: {len(self.replications):,} battles, {self.steps.count} steps of time>"


@dataclass(frozen=True)
class Study:
    """What to replicate: a simulation, a seed, how many replications, and of how many the event logs are saved.

    Parameters
    ----------
    simulation
        What to simulate.
    seed
        With the number of a replication it determines all its random inputs.
    runs
        How many replications: 1 or more.
    n_saved_logs
        Of how many replications, from the first on, the event logs are saved.

    Examples
    --------
    >>> import sim
    >>> Study(Simulation(sim.load("teaching")), seed=1, runs=4).n_saved_logs
    3
    """

    simulation: Simulation
    seed: int
    runs: int
    n_saved_logs: int = 3


def replicate(
    scenario: Scenario,
    *,
    runs: int,
    seed: int = 1,
    workers: int = 1,
    law: str = laws.DEFAULT_LAW,
    n_saved_logs: int = 3,
) -> Batch:
    """Simulate a scenario many times, each time with parameters drawn from their priors.

    Parameters
    ----------
    scenario
        What to simulate, as `sim.load` returns it.
    runs
        How many replications: 1 or more.
    seed
        With the number of a replication it determines all its random inputs, so that more runs leave the first as they
        are.
    workers
        How many processes, or threads where there is machine code. The results are the same bits for any number.
    law
        Name of the law of attrition: a module of `sim.laws`.
    n_saved_logs
        Of how many replications, from the first on, the event logs are saved.

    Returns
    -------
    Batch
        Arrays with the replications as their first axis.

    Examples
    --------
    >>> import sim
    >>> results = sim.replicate(sim.load("teaching"), runs=20, seed=1)
    >>> results.replications.shape, results.daily["killed"].shape
    ((20,), (20, 12, 5, 2))
    """
    simulation = choose_engine(Simulation(scenario, law=law), "auto", runs)
    return run_study(Study(simulation, seed, runs, n_saved_logs), workers)


def choose_engine(simulation: Simulation, scheduler: SchedulerName | Literal["auto"], runs: int) -> Simulation:
    """The simulation with a scheduler, and with the form of the rules that is done first; all give the same bits.

    Parameters
    ----------
    simulation
        What to simulate.
    scheduler
        The scheduler wanted; `auto` leaves the choice to the number of runs.
    runs
        How many replications there will be.

    Returns
    -------
    Simulation
        The same with `execution_mode` and `scheduler` set.

    Examples
    --------
    >>> import sim
    >>> choose_engine(Simulation(sim.load("teaching")), "auto", runs=1).execution_mode
    'plain'
    """
    min_runs = MIN_RUNS_TO_LOAD if runs < MIN_RUNS_TO_COMPILE and code_cache.is_compiled() else MIN_RUNS_TO_COMPILE
    is_wanted = runs >= min_runs or (scheduler == "compiled" and runs > 1)
    form: ExecutionMode = "compiled" if is_wanted and code_cache.can_compile() else "plain"
    if scheduler == "auto":
        return replace(simulation, execution_mode=form, scheduler="compiled" if form == "compiled" else "simpy")
    return replace(simulation, execution_mode=form, scheduler=scheduler)


def no_progress(batches: Iterable[Any], total: int) -> Iterable[Any]:
    """No progress shown."""
    return batches


def run_study(study: Study, workers: int, progress: ProgressWrapper = no_progress) -> Batch:
    """Run every replication of a study and keep all results; `progress` wraps the stream of batches to show it.

    Parameters
    ----------
    study
        What to replicate.
    workers
        How many processes, or threads where there is machine code; the results are the same bits.
    progress
        Wraps the stream of batches; nothing is shown without it.

    Returns
    -------
    Batch
        All replications, in their order.

    Examples
    --------
    >>> import sim
    >>> run_study(Study(Simulation(sim.load("teaching")), seed=1, runs=2), workers=1).replications.tolist()
    [0, 1]
    """
    return collect_batches(iterate_batches(study, workers, progress), study.runs)


def iterate_batches(study: Study, workers: int, progress: ProgressWrapper = no_progress) -> Iterable[Batch]:
    """The batches of a study in their order, by the kind of workers of this machine that suits it."""
    batches = split_range(study.runs, VECTOR_BATCH if is_vectorised(study.simulation) else SEQUENTIAL_BATCH)
    backend = "serial" if workers == 1 or len(batches) == 1 else choose_backend(study.simulation)
    return progress(map_in_order(make_batch_task(study), batches, backend, WorkerPool(workers)), len(batches))


def make_batch_task(study: Study) -> Callable[[range], Batch]:
    """The work on a batch, as it is sent to workers: with the tables, which are computed once and not by each."""
    _ = study.simulation.compiled_scenario, study.simulation.stream_keys
    return partial(run_batch, study)


def choose_backend(simulation: Simulation) -> str:
    """The backend that suits a simulation: threads for machine code, which releases the interpreter."""
    return "threads" if is_vectorised(simulation) else "loky"


def measure_batch_length(study: Study, workers: int) -> int:
    """How many replications keep a worker busy for some half a second, by a few that are timed; a share at most."""
    trial = VECTOR_TRIAL_RUNS if is_vectorised(study.simulation) else TRIAL_RUNS
    if study.runs <= trial:
        return study.runs
    run_batch(replace(study, n_saved_logs=0), range(1))  # what is computed once only is not to be timed
    started = perf_counter()
    run_batch(replace(study, n_saved_logs=0), range(trial))
    seconds = (perf_counter() - started) / trial
    if not is_vectorised(study.simulation) and study.runs * seconds > workers * estimate_compile_seconds():
        return min(max(MIN_MIXED_BATCH, study.runs // MIXED_BATCHES), MAX_MIXED_BATCH)
    length = ceil(TARGET_SECONDS / seconds)
    return max(trial, min(length, ceil(study.runs / workers)))


def is_vectorised(simulation: Simulation) -> bool:
    """Whether machine code simulates whole batches at once."""
    return simulation.execution_mode == "compiled" and simulation.scheduler == "compiled"


def run_batch(study: Study, replications: range) -> Batch:
    """Simulate some replications of a study."""
    return (
        run_vectorised(study, replications) if is_vectorised(study.simulation) else run_sequential(study, replications)
    )


def run_vectorised(study: Study, replications: range) -> Batch:
    """Simulate some replications in one call of machine code, and those with saved logs once more, alone."""
    from sim.battle.batch import simulate_batch, simulate_one  # here, since they need numba

    simulation = study.simulation
    claims, headline_outputs = list_statistics(simulation)
    labels, shown = simulation.compiled_scenario.labels, make_labels(simulation.scenario)
    results = simulate_batch(simulation, study.seed, replications, [*claims, *headline_outputs])
    saved_numbers = [number for number in replications if number < study.n_saved_logs]
    steps = find_time_steps(labels, simulation.end_hours)
    return Batch(
        replications=np.array(replications),
        parameters=results.parameters,
        claims=results.values[:, : len(claims)],
        headline_outputs=results.values[:, len(claims) :],
        phases=results.n_phases,
        daily={name: arrange_series(results.daily[:, n], labels, shown) for n, name in enumerate(SERIES_NAMES)},
        steps=steps,
        saved_logs=tuple(SavedLog(number, simulate_one(simulation, study.seed, number)[0]) for number in saved_numbers),
    )


def list_statistics(simulation: Simulation) -> tuple[list[LogStatistic], list[LogStatistic]]:
    """What is counted of each battle: for the observable claims, and for the headline outputs."""
    labels, scenario, end_hours = simulation.compiled_scenario.labels, simulation.scenario, simulation.end_hours
    observables = (
        [claim_observable(claim) for claim in select_observable_claims(scenario, end_hours).values()],
        [output.observable for output in select_headline_outputs(scenario, end_hours).values()],
    )
    claims, headline_outputs = ([each.make_statistic(labels) for each in group] for group in observables)
    return claims, headline_outputs


def run_sequential(study: Study, replications: range) -> Batch:
    """Simulate some replications one after the other."""
    claims, headline_outputs = list_statistics(study.simulation)
    labels, shown = study.simulation.compiled_scenario.labels, make_labels(study.simulation.scenario)
    rows, days, saved_logs = [], [], []
    for replication, run in zip(replications, iterate_battles(study.simulation, study.seed, replications), strict=True):
        day = compute_daily_series(run.event_log)
        observed, headline_values = (
            [compute_statistic(statistic, run.event_log) for statistic in group] for group in (claims, headline_outputs)
        )
        rows.append((run.parameters, observed, headline_values, run.n_phases))
        days.append(day)
        if replication < study.n_saved_logs:
            saved_logs.append(SavedLog(replication, run.event_log.rows))
    parameters, claim_rows, headline_rows, phases = zip(*rows, strict=True)
    return Batch(
        replications=np.array(replications),
        parameters=np.array(parameters, dtype=np.float64),
        claims=np.array(claim_rows, dtype=np.float64).reshape(len(rows), len(claims)),
        headline_outputs=np.array(headline_rows, dtype=np.float64).reshape(len(rows), len(headline_outputs)),
        phases=np.array(phases),
        daily={
            name: arrange_series(np.stack([getattr(day, name) for day in days]), labels, shown) for name in SERIES_NAMES
        },
        steps=days[0].steps,
        saved_logs=tuple(saved_logs),
    )


def slice_batch(batch: Batch, first: int, last: int) -> Batch:
    """The rows of a batch from `first` to before `last`."""
    numbers = set(batch.replications[first:last].tolist())
    rows = batch.map_arrays(lambda array: array[first:last])
    return replace(rows, saved_logs=tuple(run for run in batch.saved_logs if run.replication in numbers))


def concatenate_batches(batches: Sequence[Batch]) -> Batch:
    """Batches joined in their order."""
    return collect_batches(batches, sum(len(batch.replications) for batch in batches))


def collect_batches(batches: Iterable[Batch], n_replications: int) -> Batch:
    """Batches of so many replications in all, joined in their order; each is copied as it comes, beside the workers."""
    joined: Batch | None = None
    saved_logs: list[SavedLog] = []
    first = 0
    for batch in batches:
        if joined is None:
            joined = batch.map_arrays(lambda array: np.empty((n_replications, *array.shape[1:]), array.dtype))
        for whole, part in zip(joined.list_arrays(), batch.list_arrays(), strict=True):
            whole[first : first + len(part)] = part
        saved_logs += batch.saved_logs
        first += len(batch.replications)
    assert joined is not None
    return replace(joined, saved_logs=tuple(saved_logs))
