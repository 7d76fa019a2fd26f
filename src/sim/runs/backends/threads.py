"""Threads of this process, for work that releases the interpreter: machine code."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import BoundedSemaphore, Event, Thread
from typing import Any

from sim.runs.backends import WorkerPool
from sim.runs.parallel import iterate_as_ready


def check(pool: WorkerPool) -> None:
    """There are always threads."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], pool: WorkerPool) -> Iterator[tuple[int, Any]]:
    """Do as many chunks at a time as there are workers.

    Each has a thread of its own, for which nobody waits at the end: machine code can't be interrupted, and whoever
    presses Ctrl-C is not to wait until it comes back. (A pool of threads is waited for when Python ends.)
    """
    free_workers = BoundedSemaphore(pool.workers)
    closed = Event()

    def run_chunk(future: Future[Any], chunk: Any) -> None:
        with free_workers:
            if closed.is_set():
                return
            try:
                future.set_result(work(chunk))
            except BaseException as error:
                future.set_exception(error)

    def submit(number: int) -> Future[Any]:
        future: Future[Any] = Future()
        Thread(target=run_chunk, args=(future, chunks[number]), daemon=True).start()
        return future

    def wait_some(in_flight: list[Future[Any]]) -> set[Future[Any]]:
        return wait(in_flight, return_when=FIRST_COMPLETED).done

    try:
        yield from iterate_as_ready(range(len(chunks)), submit, wait_some, lambda: pool.workers + 1)
    finally:
        closed.set()
