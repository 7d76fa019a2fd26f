"""The share of a place that one side holds at a moment."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort
from sim.schema import PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """The share of a place that one side holds at `until`."""

    unit: ClassVar[str] = "share held"
    sort: ClassVar[Sort] = "share"

    measure: Literal["control"]
    side: SideId
    place: PlaceId

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.LAST,
            {What.LINE: 1.0},
            *self.hours(names),
            side=names.sides.index(self.side),
            places=(names.places.index(self.place),),
        )
