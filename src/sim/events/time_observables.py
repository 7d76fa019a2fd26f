"""Observables that are no counts: when something first was so, how long it took, and how two sides' losses compare.

Times are hours since the beginning of the battle. What never came to be is put just after the end of the period.
"""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from sim.events.log import EventKind, Labels
from sim.events.observable import Observable, QuantityType, find_indices
from sim.events.statistics import LogStatistic, Reduction
from sim.types import ForceId, OrderId, PlaceId, SideId


class FirstHeld(Observable):
    """When a side first holds a share of a place, from `since` on: hours since the beginning of the battle.

    `since` itself, if it holds it then; just after `until`, if it does not by then.
    """

    unit: ClassVar[str] = "hours"
    quantity: ClassVar[QuantityType] = "time"

    measure: Literal["when"]
    side: SideId
    place: PlaceId
    share: Annotated[float, Field(gt=0, le=1)]  # from which the place counts as held

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.FIRST_HELD,
            {EventKind.FRONT_MOVED: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=(labels.places.index(self.place),),
            threshold=self.share,
        )


class Arrival(Observable):
    """When a force first came in, or came to the place if one is named: hours since the beginning of the battle.

    Just after `until`, if it does not by then.
    """

    unit: ClassVar[str] = "hours"
    quantity: ClassVar[QuantityType] = "time"

    measure: Literal["arrival"]
    force: ForceId
    place: PlaceId | None = None

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.FIRST,
            {EventKind.JOINED: 1.0, EventKind.ARRIVED: 1.0},
            *self.period_hours(labels),
            places=() if self.place is None else (labels.places.index(self.place),),
            forces=(labels.forces.index(self.force),),
        )


class AssaultDuration(Observable):
    """How many hours the assaults that an order opened took by `until`, all together; 0 if it opened none."""

    unit: ClassVar[str] = "hours"
    quantity: ClassVar[QuantityType] = "duration"

    measure: Literal["duration"]
    order: OrderId

    @model_validator(mode="after")
    def check_period(self) -> "AssaultDuration":
        """Refuse a beginning: an assault that was under way then has no length of its own."""
        if self.since is not None:
            raise ValueError("an assault is timed from where it opens: leave `since` out")
        return self

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.ASSAULT_HOURS,
            {EventKind.ASSAULT: 1.0, EventKind.ENDED: -1.0},
            -math.inf,
            labels.hours_since_start(self.until),
            orders=(labels.orders.index(self.order),),
        )


LOSS_EVENTS: dict[str, tuple[EventKind, ...]] = {
    "killed": (EventKind.KILLED,),
    "casualties": (EventKind.KILLED, EventKind.WOUNDED),
}


class LossRatio(Observable):
    """How many times as much a side lost as the other, which counts as having lost one if it lost nobody."""

    unit: ClassVar[str] = "times"
    quantity: ClassVar[QuantityType] = "ratio"

    measure: Literal["loss_ratio"]
    side: SideId
    losses: Literal["killed", "casualties"] = "killed"
    places: tuple[PlaceId, ...] = ()

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.RATIO,
            dict.fromkeys(LOSS_EVENTS[self.losses], 1.0),
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=find_indices(labels.places, self.places),
        )
