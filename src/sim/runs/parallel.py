"""Parallel work in order: a bounded number of chunks in flight, retried when workers are lost."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from sim.interruption import check_signals
from sim.runs import backends
from sim.runs.backends import BackendError, WorkerPool

MAX_AHEAD = 4  # times the chunks in flight: how far work may run ahead of the oldest that is unfinished


def iterate_as_ready(
    numbers: Sequence[int],
    submit: Callable[[int], Any],
    wait_some: Callable[[list[Any]], Collection[Any]],
    max_in_flight: Callable[[], int],
) -> Iterator[tuple[int, Any]]:
    """Each number with the result of what was submitted for it, in any order.

    `submit` begins the work on a number and returns its future; `wait_some` waits until some futures are done and
    returns these; `max_in_flight` says how many may be under way at a time.
    """
    in_flight: dict[Any, int] = {}  # from a future to its index among the numbers
    n_started = 0
    while n_started < len(numbers) or in_flight:
        limit = max_in_flight()
        while n_started < len(numbers) and len(in_flight) < limit:
            if n_started - min(in_flight.values(), default=n_started) >= MAX_AHEAD * limit:
                break
            in_flight[submit(numbers[n_started])] = n_started
            n_started += 1
        for future in wait_some(list(in_flight)):
            yield numbers[in_flight.pop(future)], future.result()


def restore_order(results: Iterable[tuple[int, Any]], numbers: Iterable[int]) -> Iterator[Any]:
    """The results of these numbers in their order, out of a stream that has them in any.

    A signal that came within the compiler, and was swallowed there, ends it between two results.
    """
    waiting: dict[int, Any] = {}
    stream = iter(results)
    for number in numbers:
        while number not in waiting:
            ready_number, result = next(stream)
            check_signals()
            waiting[ready_number] = result
        yield waiting.pop(number)


MAX_LOSSES = 3  # losses without a result between them: then it is the work that kills


def retry_lost(
    attempt: Callable[[Sequence[int]], Iterator[tuple[int, Any]]], count: int, loss_error: type[Exception]
) -> Iterator[tuple[int, Any]]:
    """The results of all numbers below `count`, from attempts that may end with the loss of workers.

    `attempt` yields results of the numbers it is given, until all are done or it raises `loss_error`; then it is given
    those that are left. Raise BackendError after several losses without a result between them.
    """
    remaining = list(range(count))
    losses = 0
    while remaining:
        done: set[int] = set()
        try:
            for number, result in attempt(remaining):
                done.add(number)
                losses = 0
                yield number, result
        except loss_error as error:
            losses += 1
            if losses == MAX_LOSSES:
                raise BackendError(f"workers are lost again and again, the last one so: {error}") from error
        remaining = [number for number in remaining if number not in done]


def map_in_order(work: Callable[[Any], Any], batches: Sequence[Any], backend: str, pool: WorkerPool) -> Iterator[Any]:
    """The results of `work` on each batch, in the order of the batches, from any backend."""
    results = backends.load_backend(backend).map_chunks(work, batches, pool)
    yield from restore_order(results, range(len(batches)))


def map_with_workers(work: Callable[[Any], Any], batches: Sequence[Any], workers: int) -> Iterator[Any]:
    """The same by processes, or in this one if one is enough."""
    return map_in_order(work, batches, "serial" if workers == 1 or len(batches) == 1 else "loky", WorkerPool(workers))


def split_range(total: int, max_length: int) -> list[range]:
    """Replication numbers 0 to total - 1 in batches of at most so many."""
    return [range(start, min(start + max_length, total)) for start in range(0, total, max_length)]
