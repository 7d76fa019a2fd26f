"""Threads of this process, for work that leaves Python to itself: machine code."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from sim.experiment.backends import Place
from sim.experiment.window import as_ready


def check(place: Place) -> None:
    """There are always threads."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], place: Place) -> Iterator[tuple[int, Any]]:
    """Do as many chunks at a time as there are workers; when closed, only those begun are finished."""
    threads = ThreadPoolExecutor(place.workers)

    def submit(number: int) -> Future[Any]:
        return threads.submit(work, chunks[number])

    def done(under_way: list[Future[Any]]) -> set[Future[Any]]:
        return wait(under_way, return_when=FIRST_COMPLETED).done

    try:
        yield from as_ready(range(len(chunks)), submit, done, lambda: place.workers + 1)
    finally:
        threads.shutdown(cancel_futures=True)
