"""People who came into the battle on one side, as reinforcement or replacement."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import History
from sim.measures.base import Observable
from sim.schema import PlaceId, SideId


class Measure(Observable):
    """People who came into the battle on one side, as reinforcement or replacement."""

    unit: ClassVar[str] = "people"
    adds_up: ClassVar[bool] = True

    measure: Literal["joined"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def observe(self, history: History) -> float:
        chosen = history.during(self.since, self.until) & history.of_side(self.side) & history.at(self.places)
        return history.amount(What.JOINED, chosen)
