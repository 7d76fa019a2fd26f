"""Whether, and how hard, there was fighting at places."""

from typing import ClassVar, Literal

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import PlaceId
from sim.tally import Reading, Tally


class Measure(Observable):
    """Killed and wounded of both sides together at the places between `since` and `until`."""

    unit: ClassVar[str] = "casualties"
    sort: ClassVar[Sort] = "presence"
    adds_up: ClassVar[bool] = True

    measure: Literal["fighting"]
    places: tuple[PlaceId, ...]

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.SUM,
            {What.KILLED: 1.0, What.WOUNDED: 1.0},
            *self.hours(names),
            places=indices(names.places, self.places),
        )
