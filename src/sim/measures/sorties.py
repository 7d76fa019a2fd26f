"""Air strikes and fire missions that one side flew or fired at places."""

from typing import ClassVar, Literal

import numpy as np

from sim.events import What
from sim.history import History
from sim.measures.base import Observable
from sim.schema import OrderId, PlaceId, SideId


class Measure(Observable):
    """Air strikes and fire missions of one side at the places, of the named orders if any are named."""

    unit: ClassVar[str] = "strikes"
    adds_up: ClassVar[bool] = True

    measure: Literal["sorties"]
    side: SideId
    orders: tuple[OrderId, ...] = ()
    places: tuple[PlaceId, ...] = ()

    def observe(self, history: History) -> float:
        chosen = history.during(self.since, self.until) & history.of_side(self.side) & history.at(self.places)
        if self.orders:
            chosen &= history.of_orders(self.orders)
        return float(np.count_nonzero(chosen & history.of_kind(What.SORTIE)))
