"""Whether, and how hard, there was fighting at places."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import History
from sim.measures.base import Observable
from sim.schema import PlaceId


class Measure(Observable):
    """Killed and wounded of both sides together at the places between `since` and `until`."""

    unit: ClassVar[str] = "casualties"
    adds_up: ClassVar[bool] = True

    measure: Literal["fighting"]
    places: tuple[PlaceId, ...]

    def observe(self, history: History) -> float:
        chosen = history.during(self.since, self.until) & history.at(self.places)
        return history.amount(What.KILLED, chosen) + history.amount(What.WOUNDED, chosen)
