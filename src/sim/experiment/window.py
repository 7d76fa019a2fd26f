"""Results as they become ready, never far ahead of the oldest that is missing, so that few of them wait in memory."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

AHEAD = 4  # times the width: how far work may run ahead of the oldest that is under way


def as_ready(
    numbers: Sequence[int],
    submit: Callable[[int], Any],
    done: Callable[[list[Any]], Collection[Any]],
    width: Callable[[], int],
) -> Iterator[tuple[int, Any]]:
    """Each number with the result of what was submitted for it, in any order.

    `submit` begins the work on a number and returns its future; `done` waits until some of the futures are;
    `width` says how many may be under way at a time.
    """
    under_way: dict[Any, int] = {}  # by future, its place among the numbers
    begun = 0
    while begun < len(numbers) or under_way:
        most = width()
        while begun < len(numbers) and len(under_way) < most:
            if begun - min(under_way.values(), default=begun) >= AHEAD * most:
                break
            under_way[submit(numbers[begun])] = begun
            begun += 1
        for future in done(list(under_way)):
            yield numbers[under_way.pop(future)], future.result()


def ordered(results: Iterable[tuple[int, Any]], numbers: Iterable[int]) -> Iterator[Any]:
    """The results of these numbers in their order, out of a stream that has them in any."""
    early: dict[int, Any] = {}
    stream = iter(results)
    for number in numbers:
        while number not in early:
            found, result = next(stream)
            early[found] = result
        yield early.pop(number)
