"""Deaths of one side."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """Deaths of one side."""

    unit: ClassVar[str] = "people killed"
    sort: ClassVar[Sort] = "people"
    adds_up: ClassVar[bool] = True

    measure: Literal["killed"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.SUM,
            {What.KILLED: 1.0},
            *self.hours(names),
            side=names.sides.index(self.side),
            places=indices(names.places, self.places),
        )
