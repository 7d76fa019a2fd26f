"""Contenders measured side by side: each of them once in every round, with the first one rotating.

CPU time unless said otherwise, since other work may run beside; single rounds still vary, so medians are compared, and
ratios are medians of the ratios of each round.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Timings:
    """Seconds for one unit of work (a battle, a duel), by contender and round."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """The median over the rounds."""
        return statistics.median(self.seconds[name])

    def spread(self, name: str) -> tuple[float, float]:
        """The shortest and the longest round."""
        return min(self.seconds[name]), max(self.seconds[name])

    def ratio(self, slow: str, quick: str) -> tuple[float, float, float]:
        """How many times as long one takes as another: median, least and most over the rounds."""
        ratios = [a / b for a, b in zip(self.seconds[slow], self.seconds[quick], strict=True)]
        return statistics.median(ratios), min(ratios), max(ratios)


@dataclass(frozen=True)
class Contender:
    """An implementation of the same work: `work(count)` does so many units and returns their results."""

    name: str
    work: Callable[[int], object]
    count: int  # units in a round


def measure_rounds(
    contenders: list[Contender], rounds: int, clock: Callable[[], float] = time.process_time
) -> tuple[Timings, dict[str, object]]:
    """Timings of all contenders, and what each returned in the last round; each runs once before it is timed."""
    timings = Timings({each.name: [] for each in contenders})
    results: dict[str, object] = {}
    for each in contenders:
        each.work(1)
    for turn in range(rounds):
        first = turn % len(contenders)
        for each in contenders[first:] + contenders[:first]:
            start = clock()
            results[each.name] = each.work(each.count)
            timings.seconds[each.name].append((clock() - start) / each.count)
    return timings, results
