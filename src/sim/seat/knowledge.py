"""What a side can know of a battle at a moment: its own forces, the places they saw, light and weather; no truth more.

A commander knows of his forces where they stand and how many are fit; of a place who holds it, as it was when people of
his were last there; and of the enemy what his people see: that a place is attacked, and how that ends. How many the
enemy are and what they lose comes from reports alone (`simulated_reports`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from sim.events.log import ENTRY_KINDS, EXIT_KINDS, NONE, EventKind, EventLog
from sim.scenario.model import Scenario

OWN_NEWS = frozenset(
    {
        EventKind.JOINED,
        EventKind.ORDER_CANCELLED,
        EventKind.ORDER_MOOT,
        EventKind.REDIRECTED,
        EventKind.DEPARTED,
        EventKind.ARRIVED,
        EventKind.ASSAULT,
        EventKind.SUPPORTED,
        EventKind.ENDED,
        EventKind.CAPTURED,
        EventKind.SEIZED,
        EventKind.SORTIE,
        EventKind.BOMB,
        EventKind.AMBUSH,
        EventKind.ALARM,
        EventKind.UNSUPPLIED,
        EventKind.SUPPLIED,
        EventKind.DEMAND,
        EventKind.LOST,
        EventKind.DESTROYED,
        EventKind.DETACHED,
        EventKind.LEFT,
        EventKind.INFILTRATED,
    }
)  # of the own side
SEEN_NEWS = frozenset(
    {EventKind.ASSAULT, EventKind.ENDED, EventKind.BOMB, EventKind.AMBUSH, EventKind.DEMAND, EventKind.SORTIE}
)  # of the enemy, where own people are
ENDED_KINDS = frozenset({EventKind.DONE, EventKind.ORDER_CANCELLED, EventKind.ORDER_MOOT})
LOSS_KINDS = (EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)
SightingKind = Literal["attack", "lost", "gained"]


@dataclass
class ForceStatus:
    """A force of the own side: its people fit to fight, where it stands (None: on the march, or not there yet)."""

    force: str
    people: float = 0.0
    place: str | None = None
    order: str | None = None  # that it is carrying out


@dataclass
class PlaceStatus:
    """A place as a side knows it: the share that it held when its people were last there, and how many those are."""

    place: str
    share: float = 0.0
    people: float = 0.0
    initial_share: float = 0.0
    holding: Literal["lost", "gained"] | None = None  # what it was last; None: neither
    left_at: float = -1.0  # hours: when people of the side last left it
    attacks: set[int] = field(default_factory=set)  # orders of the enemy whose assault here goes on

    @property
    def is_attacked(self) -> bool:
        """Whether the enemy is attacking here."""
        return bool(self.attacks)

    @property
    def is_threatened(self) -> bool:
        """Whether people of the side stand here while it is attacked, or a part of it has been lost."""
        return self.people > 0.0 and (self.is_attacked or self.share < self.initial_share)


@dataclass(frozen=True)
class Sighting:
    """Something that a side sees happen to a place: an attack on it begins, it is lost, it is gained.

    What was contested and is gained again has not changed hands.
    """

    hours: float
    kind: SightingKind
    place: str
    changes_hands: bool = False


@dataclass
class Situation:
    """What a side knows at a moment, followed through the log."""

    scenario: Scenario
    event_log: EventLog
    side: str
    hours: float = 0.0
    daylight: bool = False
    fog: bool = False
    rain: bool = False
    forces: dict[str, ForceStatus] = field(default_factory=dict)
    places: dict[str, PlaceStatus] = field(default_factory=dict)
    losses: dict[EventKind, float] = field(default_factory=lambda: dict.fromkeys(LOSS_KINDS, 0.0))
    news: list[int] = field(default_factory=list)  # rows of the log that the side learns of
    sightings: list[Sighting] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = self.scenario.forces
        self.forces = {id: ForceStatus(id) for id, force in own.items() if force.side == self.side}
        self.places = {id: PlaceStatus(id) for id in self.scenario.places}
        self.side_index = self.event_log.labels.sides.index(self.side)

    def follow(self, number: int, row: np.void) -> None:
        """Follow one event of the log."""
        kind, is_own = EventKind(row["event"]), int(row["side"]) == self.side_index
        self.hours = float(row["time"])
        if kind in (EventKind.LIGHT, EventKind.FOG, EventKind.RAIN):
            self.follow_sky(number, kind, int(row["code"]))
        elif kind == EventKind.FRONT_MOVED:
            self.follow_front(row)
        elif is_own:
            self.follow_own(number, kind, row)
        else:
            self.follow_enemy(number, kind, row)

    def follow_sky(self, number: int, kind: EventKind, code: int) -> None:
        """Light, fog or rain comes or goes."""
        if kind == EventKind.LIGHT:
            self.daylight = bool(code)
            return
        self.fog, self.rain = (bool(code), self.rain) if kind == EventKind.FOG else (self.fog, bool(code))
        self.news.append(number)

    def follow_front(self, row: np.void) -> None:
        """The front line moves: the side knows it where its people are or have just been, and at the beginning."""
        place = self.get_place(row)
        if self.hours > 0.0 and place.people <= 0.0 and place.left_at < self.hours:
            return
        before, second = place.share, float(row["value"])
        place.share = second if self.side_index == 1 else 1.0 - second
        low, high = self.find_thresholds()
        if self.hours == 0.0:
            place.initial_share = place.share
            place.holding = "lost" if place.share < low else "gained" if place.share > high else None
        elif place.share < low <= before:
            self.see_front(place, "lost")
        elif place.share > high >= before:
            self.see_front(place, "gained")

    def see_front(self, place: PlaceStatus, kind: Literal["lost", "gained"]) -> None:
        """A place is lost or gained."""
        self.sightings.append(Sighting(self.hours, kind, place.place, changes_hands=kind != place.holding))
        place.holding = kind

    def find_thresholds(self) -> tuple[float, float]:
        """The shares of the side below which a place is lost, and above which it is its own."""
        low, high = self.scenario.contested_share_range  # of the second side of the file
        return (low, high) if self.side == list(self.scenario.sides)[1] else (1.0 - high, 1.0 - low)

    def follow_own(self, number: int, kind: EventKind, row: np.void) -> None:
        """An event of the own side."""
        if int(row["force"]) != NONE:
            self.follow_force(kind, row)
        if kind in LOSS_KINDS:
            self.losses[kind] += float(row["value"])
        if int(row["order"]) != NONE:
            self.follow_order(kind, self.event_log.labels.orders[int(row["order"])])
        if kind in OWN_NEWS:
            self.news.append(number)

    def follow_force(self, kind: EventKind, row: np.void) -> None:
        """People of a force come, go, or are lost."""
        force, place, value = self.forces[self.event_log.labels.forces[int(row["force"])]], row["place"], row["value"]
        if kind in ENTRY_KINDS:
            self.station(force, self.event_log.labels.places[int(place)], float(value))
        elif kind == EventKind.ARRIVED:
            self.station(force, self.event_log.labels.places[int(place)], 0.0)
        elif kind == EventKind.DEPARTED:
            self.station(force, None, 0.0)
        elif kind in EXIT_KINDS:
            self.station(force, None if kind == EventKind.LEFT else force.place, -float(value))

    def station(self, force: ForceStatus, place: str | None, people: float) -> None:
        """A force stands at a place from now on, with so many people more."""
        if force.place is not None:
            self.places[force.place].people -= force.people
            self.places[force.place].left_at = self.hours
        force.people, force.place = force.people + people, place
        if place is not None:
            self.places[place].people += force.people

    def follow_order(self, kind: EventKind, order: str) -> None:
        """The forces of an order that has begun are in its use until it has ended."""
        members = getattr(self.scenario.orders.get(order), "forces", ())
        for force in (self.forces[id] for id in members if id in self.forces):
            if kind == EventKind.ORDER_STARTED:
                force.order = order
            elif kind in ENDED_KINDS and force.order == order:
                force.order = None

    def follow_enemy(self, number: int, kind: EventKind, row: np.void) -> None:
        """An event of the enemy's, of which the side learns where its people are."""
        if int(row["place"]) == NONE:
            return
        place, order = self.get_place(row), int(row["order"])
        if kind == EventKind.ENDED and order in place.attacks:
            place.attacks.discard(order)
            self.news.append(number)
        elif kind in SEEN_NEWS and place.people > 0.0:
            self.news.append(number)
            if kind == EventKind.ASSAULT:
                place.attacks.add(order)
                self.sightings.append(Sighting(self.hours, "attack", place.place))

    def get_place(self, row: np.void) -> PlaceStatus:
        """The place of an event."""
        return self.places[self.event_log.labels.places[int(row["place"])]]


def observe_side(scenario: Scenario, event_log: EventLog, side: str, hours: float) -> Situation:
    """What a side knows so many hours after the beginning.

    Parameters
    ----------
    scenario
        The scenario that was simulated.
    event_log
        The log of the battle; what comes later in it is not read.
    side
        Whose knowledge.
    hours
        Hours since the beginning of the battle; what happens at that very moment is known.

    Returns
    -------
    Situation
        Forces, places, sky, losses, and the rows of the log that the side has learnt of.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load("teaching")
    >>> situation = observe_side(scenario, sim.fight(scenario, seed=1).event_log, "teal", hours=0.0)
    >>> situation.places["fort"].share, situation.sightings
    (1.0, [])
    """
    situation = Situation(scenario, event_log, side)
    for number, row in iterate_rows(event_log, hours):
        situation.follow(number, row)
    situation.hours = hours
    return situation


def iterate_rows(event_log: EventLog, hours: float) -> Iterator[tuple[int, np.void]]:
    """The rows of a log up to a moment, with their numbers."""
    for number in range(int(np.searchsorted(event_log.rows["time"], hours, side="right"))):
        yield number, event_log.rows[number]


def list_sightings(scenario: Scenario, event_log: EventLog, side: str) -> list[Sighting]:
    """All that a side will see happen to places, up to the end of a battle."""
    return observe_side(scenario, event_log, side, event_log.end_hours).sightings
