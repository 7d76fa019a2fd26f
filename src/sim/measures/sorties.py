"""Air strikes and fire missions that one side flew or fired at places."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import OrderId, PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """Air strikes and fire missions of one side at the places, of the named orders if any are named."""

    unit: ClassVar[str] = "strikes"
    sort: ClassVar[Sort] = "sorties"
    adds_up: ClassVar[bool] = True

    measure: Literal["sorties"]
    side: SideId
    orders: tuple[OrderId, ...] = ()
    places: tuple[PlaceId, ...] = ()

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.ROWS,
            {What.SORTIE: 1.0},
            *self.hours(names),
            side=names.sides.index(self.side),
            places=indices(names.places, self.places),
            orders=indices(names.orders, self.orders),
        )
