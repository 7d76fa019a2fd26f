"""People of one side taken prisoner."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import History
from sim.measures.base import Observable
from sim.schema import PlaceId, SideId


class Measure(Observable):
    """People of one side taken prisoner."""

    unit: ClassVar[str] = "people captured"
    adds_up: ClassVar[bool] = True

    measure: Literal["captured"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def observe(self, history: History) -> float:
        chosen = history.during(self.since, self.until) & history.of_side(self.side) & history.at(self.places)
        return history.amount(What.CAPTURED, chosen)
