"""What can be observed in a run: the observables that claims and what-ifs refer to, each a statistic of its log."""

import math
from functools import reduce
from operator import or_
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sim.events.equipment_observables import AircraftLost, EquipmentCaptured, EquipmentDestroyed
from sim.events.log import (
    ARRIVAL_KINDS,
    DEPARTURE_KINDS,
    ENTRY_KINDS,
    EXIT_KINDS,
    AssaultEnding,
    BombOutcome,
    EventKind,
    Labels,
)
from sim.events.observable import Observable, QuantityType, check_one_or_both, find_indices, find_side
from sim.events.statistics import LogStatistic, Reduction
from sim.events.time_observables import Arrival, AssaultDuration, FirstHeld, LossRatio
from sim.types import ForceId, OrderId, PlaceId, SideId, is_absent


class Captured(Observable):
    """People of one side, or of both, taken prisoner."""

    unit: ClassVar[str] = "people captured"
    quantity: ClassVar[QuantityType] = "people"
    additive: ClassVar[bool] = True

    measure: Literal["captured"]
    side: SideId | None = None
    sides: Annotated[tuple[SideId, ...], Field(exclude_if=is_absent)] = ()  # both, instead of `side`: counted together
    places: tuple[PlaceId, ...] = ()
    # What became of them, which no rule follows: for claims of role context, apart from the dead of the fighting.
    fate: Annotated[Literal["held", "exchanged", "killed"] | None, Field(exclude_if=is_absent)] = None

    @model_validator(mode="after")
    def check_sides(self) -> "Captured":
        """Refuse what is neither of one side nor of both."""
        check_one_or_both(self.side, self.sides)
        return self

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.SUM,
            {EventKind.CAPTURED: 1.0},
            *self.period_hours(labels),
            side=find_side(labels, self.side),
            places=find_indices(labels.places, self.places),
        )


class ControlShare(Observable):
    """The share of a place that one side holds at `until`."""

    unit: ClassVar[str] = "share held"
    quantity: ClassVar[QuantityType] = "share"

    measure: Literal["control"]
    side: SideId
    place: PlaceId

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.LAST,
            {EventKind.FRONT_MOVED: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=(labels.places.index(self.place),),
        )


class Casualties(Observable):
    """Killed and wounded of both sides together at the places between `since` and `until`."""

    unit: ClassVar[str] = "casualties"
    quantity: ClassVar[QuantityType] = "presence"
    additive: ClassVar[bool] = True

    measure: Literal["casualties"]
    places: tuple[PlaceId, ...]

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.SUM,
            {EventKind.KILLED: 1.0, EventKind.WOUNDED: 1.0},
            *self.period_hours(labels),
            places=find_indices(labels.places, self.places),
        )


class Reinforcements(Observable):
    """People who came into the battle on one side, as reinforcement or replacement."""

    unit: ClassVar[str] = "people"
    quantity: ClassVar[QuantityType] = "people"
    additive: ClassVar[bool] = True

    measure: Literal["reinforcements"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.SUM,
            {EventKind.JOINED: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=find_indices(labels.places, self.places),
        )


class Killed(Observable):
    """Deaths of one side, or of both."""

    unit: ClassVar[str] = "people killed"
    quantity: ClassVar[QuantityType] = "people"
    additive: ClassVar[bool] = True

    measure: Literal["killed"]
    side: SideId | None = None
    sides: Annotated[tuple[SideId, ...], Field(exclude_if=is_absent)] = ()  # both, instead of `side`: counted together
    places: tuple[PlaceId, ...] = ()

    @model_validator(mode="after")
    def check_sides(self) -> "Killed":
        """Refuse what is neither of one side nor of both."""
        check_one_or_both(self.side, self.sides)
        return self

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.SUM,
            {EventKind.KILLED: 1.0},
            *self.period_hours(labels),
            side=find_side(labels, self.side),
            places=find_indices(labels.places, self.places),
        )


OUTCOME_EVENTS: dict[str, tuple[EventKind, tuple[int, ...]]] = {
    "on_target": (EventKind.BOMB, (BombOutcome.ON_TARGET,)),
    "short": (EventKind.BOMB, (BombOutcome.SHORT,)),
    "stopped": (EventKind.BOMB, (BombOutcome.STOPPED,)),
    "not_on_target": (EventKind.BOMB, (BombOutcome.SHORT, BombOutcome.STOPPED)),
    "taken": (EventKind.ENDED, (AssaultEnding.TAKEN, AssaultEnding.DEFENCE_BROKE, AssaultEnding.YIELDED)),
    "thrown_back": (
        EventKind.ENDED,
        (AssaultEnding.CALLED_OFF, AssaultEnding.NOBODY_LEFT, AssaultEnding.EXHAUSTED, AssaultEnding.TIME),
    ),
    "launched": (EventKind.ASSAULT, ()),
    "sprung": (EventKind.AMBUSH, ()),
    "surrendered": (EventKind.DEMAND, (1,)),
    "refused": (EventKind.DEMAND, (0,)),
    "infiltrated": (EventKind.INFILTRATED, (1,)),
    "found": (EventKind.INFILTRATED, (0,)),
    "void": (EventKind.ORDER_CANCELLED, ()),
}


class OrderOutcome(Observable):
    """How many of the orders ended in the given way between `since` and `until`."""

    unit: ClassVar[str] = "orders"
    quantity: ClassVar[QuantityType] = "events"

    measure: Literal["outcome"]
    orders: tuple[OrderId, ...]
    outcome: Literal[
        "on_target",
        "short",
        "stopped",
        "not_on_target",
        "taken",
        "thrown_back",
        "launched",
        "sprung",
        "surrendered",
        "refused",
        "infiltrated",
        "found",
        "void",
    ]

    def make_statistic(self, labels: Labels) -> LogStatistic:
        kind, codes = OUTCOME_EVENTS[self.outcome]
        return LogStatistic(
            Reduction.DISTINCT_ORDERS,
            {kind: 1.0},
            *self.period_hours(labels),
            orders=find_indices(labels.orders, self.orders),
            codes=codes,
        )


class PeakControl(Observable):
    """The largest share of a place that one side held between `since` and `until`."""

    unit: ClassVar[str] = "share held"
    quantity: ClassVar[QuantityType] = "share"

    measure: Literal["peak_control"]
    side: SideId
    place: PlaceId

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.MAX,
            {EventKind.FRONT_MOVED: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=(labels.places.index(self.place),),
        )


class CaptureRank(Observable):
    """Which in turn of the places `place` was to come into a side's hands: 1 if the first, 0 if it never did."""

    unit: ClassVar[str] = "in turn"
    quantity: ClassVar[QuantityType] = "rank"

    measure: Literal["capture_rank"]
    side: SideId
    place: PlaceId
    places: Annotated[tuple[PlaceId, ...], Field(min_length=2)]  # all that are compared, `place` among them
    share: Annotated[float, Field(gt=0, le=1)]  # from which a place is reached

    @model_validator(mode="after")
    def check_places(self) -> "CaptureRank":
        """Refuse a place that is not compared, and a beginning: who holds a place from the first has reached it."""
        if self.place not in self.places:
            raise ValueError(f"{self.place} is not among the places (allowed: {', '.join(self.places)})")
        if self.since is not None:
            raise ValueError("an order of events is told from the beginning: leave `since` out")
        return self

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.RANK,
            {EventKind.FRONT_MOVED: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=find_indices(labels.places, self.places),
            ranked_place=labels.places.index(self.place),
            threshold=self.share,
        )


class SortieCount(Observable):
    """Air strikes and fire missions of one side at the places, of the named orders if any are named."""

    unit: ClassVar[str] = "strikes"
    quantity: ClassVar[QuantityType] = "sorties"
    additive: ClassVar[bool] = True

    measure: Literal["sorties"]
    side: SideId
    orders: tuple[OrderId, ...] = ()
    places: tuple[PlaceId, ...] = ()

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.COUNT,
            {EventKind.SORTIE: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=find_indices(labels.places, self.places),
            orders=find_indices(labels.orders, self.orders),
        )


class StrengthPresent(Observable):
    """How many people of one side, fit to fight, stand at the places at `until`; if none is named, how many it has in
    all, those on the march among them. Of the forces that are named, if any are.
    """

    unit: ClassVar[str] = "people"
    quantity: ClassVar[QuantityType] = "presence"

    measure: Literal["strength"]
    side: SideId
    places: tuple[PlaceId, ...] = ()
    forces: Annotated[tuple[ForceId, ...], Field(exclude_if=is_absent)] = ()

    def make_statistic(self, labels: Labels) -> LogStatistic:
        gains, losses = (ARRIVAL_KINDS, DEPARTURE_KINDS) if self.places else (ENTRY_KINDS, EXIT_KINDS)
        return LogStatistic(
            Reduction.SUM,
            dict.fromkeys(gains, 1.0) | dict.fromkeys(losses, -1.0),
            -math.inf,
            labels.hours_since_start(self.until),
            side=labels.sides.index(self.side),
            places=find_indices(labels.places, self.places),
            forces=find_indices(labels.forces, self.forces),
        )


class Wounded(Observable):
    """Wounded of one side, or of both."""

    unit: ClassVar[str] = "people wounded"
    quantity: ClassVar[QuantityType] = "people"
    additive: ClassVar[bool] = True

    measure: Literal["wounded"]
    side: SideId | None = None
    sides: Annotated[tuple[SideId, ...], Field(exclude_if=is_absent)] = ()  # both, instead of `side`: counted together
    places: tuple[PlaceId, ...] = ()

    @model_validator(mode="after")
    def check_sides(self) -> "Wounded":
        """Refuse what is neither of one side nor of both."""
        check_one_or_both(self.side, self.sides)
        return self

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.SUM,
            {EventKind.WOUNDED: 1.0},
            *self.period_hours(labels),
            side=find_side(labels, self.side),
            places=find_indices(labels.places, self.places),
        )


# Every observable by the name that a scenario gives it.
OBSERVABLES: dict[str, type[Observable]] = {
    "aircraft_lost": AircraftLost,
    "arrival": Arrival,
    "capture_rank": CaptureRank,
    "captured": Captured,
    "casualties": Casualties,
    "control": ControlShare,
    "duration": AssaultDuration,
    "equipment_captured": EquipmentCaptured,
    "equipment_destroyed": EquipmentDestroyed,
    "killed": Killed,
    "loss_ratio": LossRatio,
    "outcome": OrderOutcome,
    "peak_control": PeakControl,
    "reinforcements": Reinforcements,
    "sorties": SortieCount,
    "strength": StrengthPresent,
    "when": FirstHeld,
    "wounded": Wounded,
}

AnyObservable: Any = Annotated[reduce(or_, OBSERVABLES.values()), Field(discriminator="measure")]
