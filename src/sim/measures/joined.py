"""People who came into the battle on one side, as reinforcement or replacement."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """People who came into the battle on one side, as reinforcement or replacement."""

    unit: ClassVar[str] = "people"
    sort: ClassVar[Sort] = "people"
    adds_up: ClassVar[bool] = True

    measure: Literal["joined"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.SUM,
            {What.JOINED: 1.0},
            *self.hours(names),
            side=names.sides.index(self.side),
            places=indices(names.places, self.places),
        )
