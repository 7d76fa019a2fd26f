"""The largest share of a place that one side held at any time in a period."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort
from sim.schema import PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """The largest share of a place that one side held between `since` and `until`."""

    unit: ClassVar[str] = "share held"
    sort: ClassVar[Sort] = "share"

    measure: Literal["peak_control"]
    side: SideId
    place: PlaceId

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.MOST,
            {What.LINE: 1.0},
            *self.hours(names),
            side=names.sides.index(self.side),
            places=(names.places.index(self.place),),
        )
