"""The share of a place that one side holds at a moment."""

from typing import ClassVar, Literal

from sim.history import History
from sim.measures.base import Observable
from sim.schema import PlaceId, SideId


class Measure(Observable):
    """The share of a place that one side holds at `until`."""

    unit: ClassVar[str] = "share held"

    measure: Literal["control"]
    side: SideId
    place: PlaceId

    def observe(self, history: History) -> float:
        hours, share = history.share_held(self.side, self.place)
        before = hours.searchsorted(history.names.hours(self.until), side="left")
        return float(share[before - 1])
