"""Processes of this machine (joblib's loky), for work in Python itself. A worker that is killed is replaced."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from threading import Thread
from typing import Any

from sim.runs.backends import WorkerPool
from sim.runs.parallel import iterate_as_ready, retry_lost
from sim.runs.pickled_task import PickledTask

SINGLE_THREAD_ENV = {"OPENBLAS_NUM_THREADS": "1"}  # of linear algebra in each process: see `sim.inference.workers`


def check(pool: WorkerPool) -> None:
    """There are always processes."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], pool: WorkerPool) -> Iterator[tuple[int, Any]]:
    """Do the chunks in processes; those in flight when a worker dies are done again by new ones."""
    return retry_lost(
        partial(run_in_processes, PickledTask.pack(work), chunks, pool.workers), len(chunks), BrokenProcessPool
    )


def run_in_processes(
    task: PickledTask, chunks: Sequence[Any], workers: int, numbers: Sequence[int]
) -> Iterator[tuple[int, Any]]:
    """Do some chunks in the pool of processes, which the next call uses again if all went well.

    The pool does not outlive the death of a worker, nor a call that is closed early.
    """
    from joblib.externals.loky import get_reusable_executor  # here, since most commands need none of it

    pool = get_reusable_executor(workers, initializer=initialize_worker, initargs=(os.getpid(),), env=SINGLE_THREAD_ENV)

    def submit(number: int) -> Any:
        return pool.submit(task, chunks[number])

    def wait_some(in_flight: list[Any]) -> set[Any]:
        return wait(in_flight, return_when=FIRST_COMPLETED).done

    n_pending = len(numbers)
    try:
        for result in iterate_as_ready(numbers, submit, wait_some, lambda: workers + 1):
            n_pending -= 1
            yield result
    finally:
        if n_pending:
            pool.shutdown(kill_workers=True)


def initialize_worker(parent: int) -> None:
    """Begin a worker, which leaves Ctrl-C, a signal to the whole terminal, to its parent, and ends with its parent.

    Without that, the workers of a parent that was killed would wait for ever to hand over their results.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=exit_with_parent, args=(parent,), daemon=True).start()


def exit_with_parent(parent: int) -> None:
    """End this process once its parent is another one."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
