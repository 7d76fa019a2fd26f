"""Battles by plain rules at once, and by machine code as soon as it is there: the same bits, whoever fights which."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from sim.battle import code_cache
from sim.battle.simulation import SchedulerName, Simulation
from sim.runs import backends
from sim.runs.backends import WorkerPool
from sim.runs.compiler_process import CompilerProcess, is_worth_compiling
from sim.runs.replicate import MIN_RUNS_TO_COMPILE, Batch, Study, choose_engine, make_batch_task

THREAD_BACKENDS = ("serial", "threads")  # within this process
COMPILING = "Compiling the rules, beside battles by plain rules that go on."
COMPILED = "The rules are compiled: machine code fights the other battles."


def choose_engine_at_once(simulation: Simulation, scheduler: SchedulerName | Literal["auto"], runs: int) -> Simulation:
    """The simulation with the engine that can begin at once: as `choose_engine`, but `auto` never waits for a compiler.

    Parameters
    ----------
    simulation
        What to simulate.
    scheduler
        The scheduler wanted.
    runs
        How many replications there will be.

    Returns
    -------
    Simulation
        The same with `execution_mode` and `scheduler` set.
    """
    if scheduler == "auto" and not code_cache.is_compiled():
        if runs >= MIN_RUNS_TO_COMPILE:
            code_cache.can_compile()  # which says so where it will never be
        return replace(simulation, execution_mode="plain", scheduler="simpy")
    return choose_engine(simulation, scheduler, runs)


def keep_nowhere(batch: Batch) -> None:
    """Store nothing."""


@dataclass
class BattleRate:
    """Battles a second by the batches that came after the first, which may have waited for workers to begin."""

    began_at: float | None = None
    battles: int = 0
    batches: int = 0

    def add(self, battles: int, now: float) -> None:
        """Take a batch more, at a moment in seconds."""
        if self.began_at is None:
            self.began_at = now
            return
        self.battles += battles
        self.batches += 1

    def compute(self, now: float) -> float:
        """Battles a second until a moment; none before it can be known."""
        return self.battles / (now - self.began_at) if self.began_at is not None and now > self.began_at else 0.0


def map_with_compiler(
    study: Study,
    chunks: Sequence[range],
    backend: str,
    pool: WorkerPool,
    say: Callable[[str], None],
    keep: Callable[[Batch], None] = keep_nowhere,
) -> Iterator[tuple[int, Batch]]:
    """The batches of a study with plain rules, by number and in any order; those that are left, by machine code.

    Parameters
    ----------
    study
        What to simulate, with plain rules.
    chunks
        Which replications.
    backend, pool
        Where plain rules are at work.
    say
        Is told which engine is at work when that changes.
    keep
        Stores each batch before it is yielded.

    Yields
    ------
    tuple of int and Batch
        The index of a chunk and its results.
    """
    left = set(range(len(chunks)))
    with closing(CompilerProcess()) as compiler:
        for number, batch in iterate_until_compiled(study, chunks, backend, pool, compiler, say, keep):
            left.discard(number)
            yield number, batch
    if left:
        say(COMPILED)
        numbers = sorted(left)
        stream = map_chunks(use_machine_code(study), [chunks[n] for n in numbers], "threads", pool, keep)
        with closing(stream):
            yield from ((numbers[index], batch) for index, batch in stream)


def iterate_until_compiled(
    study: Study,
    chunks: Sequence[range],
    backend: str,
    pool: WorkerPool,
    compiler: CompilerProcess,
    say: Callable[[str], None],
    keep: Callable[[Batch], None],
) -> Iterator[tuple[int, Batch]]:
    """Batches by plain rules, until they are all there or the machine code is, which is made once that pays."""
    rate = BattleRate()
    battles_left = sum(map(len, chunks))
    with closing(map_chunks(study, chunks, backend, pool, keep)) as stream:
        for number, batch in stream:
            yield number, batch
            now = time.perf_counter()
            battles_left -= len(batch.replications)
            rate.add(len(batch.replications), now)
            if compiler.is_done():
                return
            if compiler.is_begun or rate.batches < pool.workers:
                continue
            if is_worth_compiling(battles_left, rate.compute(now)):
                say(COMPILING)
                compiler.begin()


def map_chunks(
    study: Study, chunks: Sequence[range], backend: str, pool: WorkerPool, keep: Callable[[Batch], None]
) -> Generator[tuple[int, Batch], None, None]:
    """The batches of a study by a backend, each stored before it is yielded: by its own thread, if it has one."""
    work = make_batch_task(study)
    if backend in THREAD_BACKENDS:
        yield from backends.load_backend(backend).map_chunks(partial(work_and_keep, work, keep), chunks, pool)
        return
    stream: Any = backends.load_backend(backend).map_chunks(work, chunks, pool)
    with closing(stream):
        for number, batch in stream:
            keep(batch)
            yield number, batch


def work_and_keep(work: Callable[[range], Batch], keep: Callable[[Batch], None], chunk: range) -> Batch:
    """Simulate a batch and store it."""
    batch = work(chunk)
    keep(batch)
    return batch


def use_machine_code(study: Study) -> Study:
    """The same study by machine code."""
    return replace(study, simulation=choose_engine(study.simulation, "compiled", max(study.runs, 2)))
