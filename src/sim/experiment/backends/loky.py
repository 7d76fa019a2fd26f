"""Processes of this machine (joblib's loky), for work in Python itself. A worker that is killed is replaced."""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any

from sim.experiment.backends import Place
from sim.experiment.losses import again
from sim.experiment.parcel import Parcel
from sim.experiment.window import as_ready

IDLE = 30  # s, after which a worker that gets no work ends itself: whoever began it may have been killed


def check(place: Place) -> None:
    """There are always processes."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], place: Place) -> Iterator[tuple[int, Any]]:
    """Do the chunks in processes; those under way when a worker dies are done again by new ones."""
    return again(partial(by_processes, Parcel.of(work), chunks, place.workers), len(chunks), BrokenProcessPool)


def by_processes(
    parcel: Parcel, chunks: Sequence[Any], workers: int, numbers: Sequence[int]
) -> Iterator[tuple[int, Any]]:
    """Do some chunks in one pool of processes, which does not outlive the death of any of them."""
    from joblib.externals.loky import ProcessPoolExecutor  # here, since most commands need none of it

    pool = ProcessPoolExecutor(workers, timeout=IDLE, initializer=leave_interrupts_to_the_parent)

    def submit(number: int) -> Any:
        return pool.submit(parcel, chunks[number])

    def done(under_way: list[Any]) -> set[Any]:
        return wait(under_way, return_when=FIRST_COMPLETED).done

    try:
        yield from as_ready(numbers, submit, done, lambda: workers + 1)
    finally:
        pool.shutdown(kill_workers=True)


def leave_interrupts_to_the_parent() -> None:
    """Ctrl-C reaches every process of a terminal; the parent ends these itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
