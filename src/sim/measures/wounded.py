"""Wounded of one side."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import History
from sim.measures.base import Observable
from sim.schema import PlaceId, SideId


class Measure(Observable):
    """Wounded of one side."""

    unit: ClassVar[str] = "people wounded"
    adds_up: ClassVar[bool] = True

    measure: Literal["wounded"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def observe(self, history: History) -> float:
        chosen = history.during(self.since, self.until) & history.of_side(self.side) & history.at(self.places)
        return history.amount(What.WOUNDED, chosen)
