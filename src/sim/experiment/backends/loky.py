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

from sim.experiment.backends import Place
from sim.experiment.losses import again
from sim.experiment.parcel import Parcel
from sim.experiment.window import as_ready

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # of linear algebra in each process: see `calibration.together`


def check(place: Place) -> None:
    """There are always processes."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], place: Place) -> Iterator[tuple[int, Any]]:
    """Do the chunks in processes; those under way when a worker dies are done again by new ones."""
    return again(partial(by_processes, Parcel.of(work), chunks, place.workers), len(chunks), BrokenProcessPool)


def by_processes(
    parcel: Parcel, chunks: Sequence[Any], workers: int, numbers: Sequence[int]
) -> Iterator[tuple[int, Any]]:
    """Do some chunks in the pool of processes, which the next call finds again if all went well.

    It does not outlive the death of any of them, nor a call that is given up.
    """
    from joblib.externals.loky import get_reusable_executor  # here, since most commands need none of it

    pool = get_reusable_executor(workers, initializer=serve, initargs=(os.getpid(),), env=ONE_THREAD)

    def submit(number: int) -> Any:
        return pool.submit(parcel, chunks[number])

    def done(under_way: list[Any]) -> set[Any]:
        return wait(under_way, return_when=FIRST_COMPLETED).done

    left = len(numbers)
    try:
        for result in as_ready(numbers, submit, done, lambda: workers + 1):
            left -= 1
            yield result
    finally:
        if left:
            pool.shutdown(kill_workers=True)


def serve(parent: int) -> None:
    """How a worker begins: it leaves Ctrl-C, which reaches the whole terminal, to its parent, and ends with it.

    Without that, the workers of a parent that was killed would wait for ever to hand over their results.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=end_with, args=(parent,), daemon=True).start()


def end_with(parent: int) -> None:
    """End this process once its parent is another one."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
