"""How many people of one side stand at places at a moment."""

from typing import ClassVar, Literal

from sim.events import COME, GO
from sim.history import History
from sim.measures.base import Observable
from sim.schema import PlaceId, SideId


class Measure(Observable):
    """How many people of one side, fit to fight, stand at the places (anywhere, if none is named) at `until`."""

    unit: ClassVar[str] = "people"

    measure: Literal["strength"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def observe(self, history: History) -> float:
        chosen = history.during(None, self.until) & history.of_side(self.side) & history.at(self.places)
        came = sum(history.amount(what, chosen) for what in COME)
        return came - sum(history.amount(what, chosen) for what in GO)
