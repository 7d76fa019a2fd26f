"""What all observables share: a period, a unit, and the statistic of a run's log that each of them is."""

import math
from collections.abc import Sequence
from typing import ClassVar, Literal

from sim.events.log import NONE, EventLog, Labels
from sim.events.statistics import LogStatistic, compute_statistic
from sim.types import EndTime, StartTime, StrictModel

QuantityType = Literal[
    "people", "pieces", "sorties", "presence", "share", "events", "rank", "time", "duration", "ratio"
]


class Observable(StrictModel):
    """Something that can be observed in a run: the base class."""

    unit: ClassVar[str]
    quantity: ClassVar[QuantityType]  # what is observed: reports and charts treat each type in its own way
    additive: ClassVar[bool] = False  # True: a count over a period, so that a part can't be more than the whole

    until: EndTime
    since: StartTime | None = None

    def make_statistic(self, labels: Labels) -> LogStatistic:
        """The rows of a log that it reads, and how they are reduced to a number."""
        raise NotImplementedError

    def observe(self, event_log: EventLog) -> float:
        """The number observed in one run.

        Parameters
        ----------
        event_log
            The log of one run.

        Returns
        -------
        float
            The value, in the observable's `unit`.

        Examples
        --------
        >>> import sim
        >>> scenario = sim.load("teaching")
        >>> observable = scenario.claims["village_taken"].observable
        >>> 0.0 <= observable.observe(sim.fight(scenario, seed=1).event_log) <= 1.0
        True
        """
        return compute_statistic(self.make_statistic(event_log.labels), event_log)

    def period_hours(self, labels: Labels) -> tuple[float, float]:
        """The period, in hours since the battle began; from the beginning, if `since` is None."""
        since = -math.inf if self.since is None else labels.hours_since_start(self.since)
        return since, labels.hours_since_start(self.until)


def list_places(observable: Observable | None) -> tuple[str, ...]:
    """The places that an observable is about; none if it is about all."""
    place = getattr(observable, "place", None)
    return (*getattr(observable, "places", ()), *([] if place is None else [place]))


def find_indices(labels: Sequence[str], ids: Sequence[str]) -> tuple[int, ...]:
    """The indices of ids among labels."""
    return tuple(labels.index(id) for id in ids)


def find_side(labels: Labels, side: str | None) -> int:
    """The index of a side; any, if it is None: both are counted together."""
    return NONE if side is None else labels.sides.index(side)


def check_one_or_both(side: str | None, sides: tuple[str, ...]) -> None:
    """Refuse a count that is neither of one side nor of both."""
    if (side is None) != bool(sides):
        raise ValueError("give a side, or both together: side: A, or sides: [A, B]")
    if sides and len(set(sides)) != 2:
        raise ValueError(f"sides are both sides, each once (got {', '.join(sides)})")
