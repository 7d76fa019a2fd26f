"""Pieces of equipment that one side took from the other."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import History
from sim.measures.base import Observable
from sim.schema import EquipmentId, PlaceId, SideId


class Measure(Observable):
    """Pieces of one kind of equipment that a side took from the other."""

    unit: ClassVar[str] = "pieces"
    adds_up: ClassVar[bool] = True

    measure: Literal["seized"]
    side: SideId
    equipment: EquipmentId
    places: tuple[PlaceId, ...] = ()

    def observe(self, history: History) -> float:
        kind = history.columns["detail"] == history.names.equipment.index(self.equipment)
        chosen = history.during(self.since, self.until) & history.of_side(self.side) & history.at(self.places)
        return history.amount(What.SEIZED, chosen & kind)
