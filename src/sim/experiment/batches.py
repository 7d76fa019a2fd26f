"""Work in batches on several processes or threads: the same results in the same order, however many there are."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


def in_order(work: Callable[[Any], Any], batches: Sequence[Any], workers: int) -> Iterator[Any]:
    """The results of `work` on each batch, in the order of the batches, as they become ready."""
    if workers == 1 or len(batches) == 1:
        yield from map(work, batches)
        return
    from joblib import Parallel, delayed  # here, since one process needs none of it

    with Parallel(n_jobs=workers, return_as="generator") as parallel:
        yield from parallel(delayed(work)(batch) for batch in batches)


def in_threads(work: Callable[[Any], Any], batches: Sequence[Any], workers: int) -> Iterator[Any]:
    """The same by threads, for work that leaves Python to itself; at most a few results wait to be taken."""
    with ThreadPoolExecutor(workers) as threads:
        under_way: deque[Future[Any]] = deque()
        try:
            for batch in batches:
                under_way.append(threads.submit(work, batch))
                if len(under_way) > workers + 1:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for each in under_way:
                each.cancel()


def split(total: int, longest: int) -> list[range]:
    """Replication numbers 0 to total - 1 in batches of at most so many."""
    return [range(start, min(start + longest, total)) for start in range(0, total, longest)]
