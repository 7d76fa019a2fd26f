"""Pieces of equipment that one side took from the other."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import EquipmentId, PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """Pieces of one kind of equipment that a side took from the other."""

    unit: ClassVar[str] = "pieces"
    sort: ClassVar[Sort] = "pieces"
    adds_up: ClassVar[bool] = True

    measure: Literal["seized"]
    side: SideId
    equipment: EquipmentId
    places: tuple[PlaceId, ...] = ()

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.SUM,
            {What.SEIZED: 1.0},
            *self.hours(names),
            side=names.sides.index(self.side),
            places=indices(names.places, self.places),
            details=(names.equipment.index(self.equipment),),
        )
