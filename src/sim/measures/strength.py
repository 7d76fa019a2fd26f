"""How many people of one side stand at places at a moment."""

import math
from typing import ClassVar, Literal

from sim.events import COME, GO
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """How many people of one side, fit to fight, stand at the places (anywhere, if none is named) at `until`."""

    unit: ClassVar[str] = "people"
    sort: ClassVar[Sort] = "presence"

    measure: Literal["strength"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.SUM,
            dict.fromkeys(COME, 1.0) | dict.fromkeys(GO, -1.0),
            -math.inf,
            names.hours(self.until),
            side=names.sides.index(self.side),
            places=indices(names.places, self.places),
        )
