"""In which order a side came into several places."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from sim.events import What
from sim.history import Names
from sim.measures.base import Observable, Sort, indices
from sim.schema import PlaceId, SideId
from sim.tally import Reading, Tally


class Measure(Observable):
    """Which in turn of the places `place` was to come into a side's hands: 1 if the first, 0 if it never did."""

    unit: ClassVar[str] = "in turn"
    sort: ClassVar[Sort] = "rank"

    measure: Literal["sequence"]
    side: SideId
    place: PlaceId
    places: Annotated[tuple[PlaceId, ...], Field(min_length=2)]  # all that are compared, `place` among them
    share: Annotated[float, Field(gt=0, le=1)]  # from which a place is reached

    @model_validator(mode="after")
    def compared(self) -> "Measure":
        """Refuse a place that is not compared, and a beginning: who holds a place from the first has reached it."""
        if self.place not in self.places:
            raise ValueError(f"{self.place} is not among the places (allowed: {', '.join(self.places)})")
        if self.since is not None:
            raise ValueError("an order of events is told from the beginning: leave `since` out")
        return self

    def tally(self, names: Names) -> Tally:
        return Tally(
            Reading.TURN,
            {What.LINE: 1.0},
            *self.hours(names),
            side=names.sides.index(self.side),
            places=indices(names.places, self.places),
            turn_of=names.places.index(self.place),
            reached=self.share,
        )
