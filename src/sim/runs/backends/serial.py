"""One chunk after the other, in this process: for debuggers, and as the reference of the other backends."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sim.runs.backends import WorkerPool


def check(pool: WorkerPool) -> None:
    """There is always this process."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], pool: WorkerPool) -> Iterator[tuple[int, Any]]:
    """Do each chunk when its result is asked for."""
    yield from enumerate(map(work, chunks))
