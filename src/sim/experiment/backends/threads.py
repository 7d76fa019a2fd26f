"""Threads of this process, for work that leaves Python to itself: machine code."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import BoundedSemaphore, Event, Thread
from typing import Any

from sim.experiment.backends import Place
from sim.experiment.window import as_ready


def check(place: Place) -> None:
    """There are always threads."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], place: Place) -> Iterator[tuple[int, Any]]:
    """Do as many chunks at a time as there are workers.

    Each has a thread of its own, for which nobody waits at the end: machine code can't be interrupted, and whoever
    presses Ctrl-C is not to wait until it comes back. (A pool of threads is waited for when Python ends.)
    """
    turns = BoundedSemaphore(place.workers)
    closed = Event()

    def fill(future: Future[Any], chunk: Any) -> None:
        with turns:
            if closed.is_set():
                return
            try:
                future.set_result(work(chunk))
            except BaseException as error:
                future.set_exception(error)

    def submit(number: int) -> Future[Any]:
        future: Future[Any] = Future()
        Thread(target=fill, args=(future, chunks[number]), daemon=True).start()
        return future

    def done(under_way: list[Future[Any]]) -> set[Future[Any]]:
        return wait(under_way, return_when=FIRST_COMPLETED).done

    try:
        yield from as_ready(range(len(chunks)), submit, done, lambda: place.workers + 1)
    finally:
        closed.set()
