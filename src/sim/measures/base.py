"""What all measures share: a run goes in, a number comes out."""

import math
from collections.abc import Sequence
from typing import ClassVar, Literal

from sim.history import History, Names
from sim.schema import Deadline, Moment, Part
from sim.tally import Tally, read

Sort = Literal["people", "pieces", "sorties", "presence", "share", "events", "rank"]


class Observable(Part):
    """Something that can be observed in a run: the base of every measure."""

    unit: ClassVar[str]
    sort: ClassVar[Sort]  # what is observed, for those who tell of it: each sort is told in its own way
    adds_up: ClassVar[bool] = False  # True: a count over a period, so that a part can't be more than the whole

    until: Deadline
    since: Moment | None = None

    def tally(self, names: Names) -> Tally:
        """What it reads from a log, and how it counts it."""
        raise NotImplementedError

    def observe(self, history: History) -> float:
        """The number observed in one run."""
        return read(self.tally(history.names), history)

    def hours(self, names: Names) -> tuple[float, float]:
        """The period, in hours since the battle began; from the beginning, if `since` is None."""
        return -math.inf if self.since is None else names.hours(self.since), names.hours(self.until)


def indices(names: Sequence[str], ids: Sequence[str]) -> tuple[int, ...]:
    """The indices of ids."""
    return tuple(names.index(id) for id in ids)
