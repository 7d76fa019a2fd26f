"""The largest share of a place that one side held at any time in a period."""

from typing import ClassVar, Literal

from sim.history import History
from sim.measures.base import Observable
from sim.schema import PlaceId, SideId


class Measure(Observable):
    """The largest share of a place that one side held between `since` and `until`."""

    unit: ClassVar[str] = "share held"

    measure: Literal["peak_control"]
    side: SideId
    place: PlaceId

    def observe(self, history: History) -> float:
        hours, share = history.share_held(self.side, self.place)
        earliest = 0.0 if self.since is None else history.names.hours(self.since)
        first = hours.searchsorted(earliest, side="right")  # the state that the period begins with counts
        last = hours.searchsorted(history.names.hours(self.until), side="left")
        return float(share[max(first - 1, 0) : last].max())
