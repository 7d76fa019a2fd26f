"""One chunk after the other, in this process: for debuggers, and as what the other backends are held against."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sim.experiment.backends import Place


def check(place: Place) -> None:
    """There is always this process."""


def map_chunks(work: Callable[[Any], Any], chunks: Sequence[Any], place: Place) -> Iterator[tuple[int, Any]]:
    """Do each chunk when its result is asked for."""
    yield from enumerate(map(work, chunks))
