"""What can be observed of things: equipment taken or destroyed, aircraft lost."""

from typing import ClassVar, Literal

from sim.events.log import EventKind, Labels
from sim.events.observable import Observable, QuantityType, find_indices
from sim.events.statistics import LogStatistic, Reduction
from sim.types import EquipmentId, PlaceId, SideId


class EquipmentCount(Observable):
    """Pieces of one kind of equipment to which something happened: the base of what is taken and what is destroyed."""

    unit: ClassVar[str] = "pieces"
    quantity: ClassVar[QuantityType] = "pieces"
    additive: ClassVar[bool] = True
    event_kind: ClassVar[EventKind]

    measure: str
    side: SideId
    equipment: EquipmentId
    places: tuple[PlaceId, ...] = ()

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.SUM,
            {self.event_kind: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=find_indices(labels.places, self.places),
            codes=(labels.equipment.index(self.equipment),),
        )


class EquipmentCaptured(EquipmentCount):
    """Pieces of one kind of equipment that a side took from the other."""

    event_kind: ClassVar[EventKind] = EventKind.SEIZED

    measure: Literal["equipment_captured"]


class EquipmentDestroyed(EquipmentCount):
    """Pieces of one kind of equipment of a side that were destroyed where they stood."""

    event_kind: ClassVar[EventKind] = EventKind.DESTROYED

    measure: Literal["equipment_destroyed"]


class AircraftLost(Observable):
    """Aircraft of a side that were shot down."""

    unit: ClassVar[str] = "aircraft"
    quantity: ClassVar[QuantityType] = "pieces"
    additive: ClassVar[bool] = True

    measure: Literal["aircraft_lost"]
    side: SideId
    places: tuple[PlaceId, ...] = ()

    def make_statistic(self, labels: Labels) -> LogStatistic:
        return LogStatistic(
            Reduction.SUM,
            {EventKind.LOST: 1.0},
            *self.period_hours(labels),
            side=labels.sides.index(self.side),
            places=find_indices(labels.places, self.places),
        )
