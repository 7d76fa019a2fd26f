"""Going on when workers are lost: what they had in hand is done again."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sim.experiment.backends import BackendError

MOST = 3  # losses without a result between them: then it is the work that kills


def again(
    attempt: Callable[[Sequence[int]], Iterator[tuple[int, Any]]], count: int, lost: type[Exception]
) -> Iterator[tuple[int, Any]]:
    """The results of all numbers below `count`; `attempt` works on some until it is done or raises `lost`."""
    left = list(range(count))
    losses = 0
    while left:
        done: set[int] = set()
        try:
            for number, result in attempt(left):
                done.add(number)
                losses = 0
                yield number, result
        except lost as error:
            losses += 1
            if losses == MOST:
                raise BackendError(f"workers are lost again and again, the last one so: {error}") from error
        left = [number for number in left if number not in done]
