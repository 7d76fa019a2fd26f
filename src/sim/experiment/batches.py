"""Work in batches on several workers: the same results in the same order, however many there are."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sim.experiment import backends
from sim.experiment.backends import Place
from sim.experiment.window import ordered


def spread(work: Callable[[Any], Any], batches: Sequence[Any], backend: str, place: Place) -> Iterator[Any]:
    """The results of `work` on each batch, in the order of the batches, from any backend."""
    results = backends.load(backend).map_chunks(work, batches, place)
    yield from ordered(results, range(len(batches)))


def in_order(work: Callable[[Any], Any], batches: Sequence[Any], workers: int) -> Iterator[Any]:
    """The same by processes, or here if one is enough."""
    return spread(work, batches, "serial" if workers == 1 or len(batches) == 1 else "loky", Place(workers))


def split(total: int, longest: int) -> list[range]:
    """Replication numbers 0 to total - 1 in batches of at most so many."""
    return [range(start, min(start + longest, total)) for start in range(0, total, longest)]
