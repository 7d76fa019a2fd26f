"""The event log of one run: kinds of event and their reasons, the row format, and the labels behind its indices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from functools import cached_property

import numpy as np

from sim.events.local_time import count_hours, find_local_time

NONE = -1  # in any index column: no order, side, place or force is meant


class EventKind(IntEnum):
    """The kinds of event; `value` and `code` mean what is said here."""

    PLACED = 0  # a force stands at a place when the battle begins; value: people
    JOINED = 1  # people come into the battle from outside: reinforcement or replacement; value: people
    ORDER_STARTED = 2  # an order's moment has come
    ORDER_CANCELLED = 3  # an order is dropped; code: CancelReason
    REDIRECTED = 4  # an order takes the next place on its axis
    ORDER_MOOT = 5  # an order finds its work done and stays; code: CancelReason
    DEPARTED = 6  # a force leaves a place; value: people
    ARRIVED = 7  # a force reaches a place; value: people
    ASSAULT = 8  # an assault opens; side: attacker; value: attackers
    SUPPORTED = 9  # an order joins an assault that is under way, on either side
    ENDED = 10  # an assault ends; code: AssaultEnding
    FRONT_MOVED = 11  # the front line at a place moves; value: share held by the second side of the labels
    KILLED = 12  # value: people (1)
    WOUNDED = 13  # value: people (1)
    CAPTURED = 14  # people taken prisoner; side: whose people; value: people
    SEIZED = 15  # equipment taken; side: the new owner; value: pieces; code: kind of equipment
    SORTIE = 16  # one air strike or fire mission; side: whose; value: killed by it
    BOMB = 17  # a vehicle bomb; side: whose; value: killed by it; code: BombOutcome
    AMBUSH = 18  # side: whose; value: killed by it
    LIGHT = 19  # code: 1 day, 0 night
    FOG = 20  # code: 1 comes, 0 lifts
    RAIN = 21  # code: 1 begins, 0 ends
    ALARM = 22  # a reserve is called; place: where
    UNSUPPLIED = 23  # a force has used up its supplies
    SUPPLIED = 24  # a force is supplied again
    DONE = 25  # an order has run its course
    DEMAND = 26  # a garrison is asked to surrender; side: who asks; code: 1 it does, 0 it refuses
    LOST = 27  # an aircraft is shot down; side: whose; value: 1
    DESTROYED = 28  # equipment is destroyed; side: whose; value: pieces; code: kind of equipment
    DETACHED = 29  # people change from one force to another where they stand; value: that this one gains, below 0 loses
    LEFT = 30  # a force leaves the battle from a place; value: people
    INFILTRATED = 31  # forces have slipped into a place of the enemy's; side: whose; code: 1 unseen, 0 found


ENTRY_KINDS = (EventKind.PLACED, EventKind.JOINED, EventKind.DETACHED)  # these add people to a force
ARRIVAL_KINDS = (*ENTRY_KINDS, EventKind.ARRIVED)  # these add people to a place
EXIT_KINDS = (EventKind.LEFT, EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)  # these take people from a force
DEPARTURE_KINDS = (*EXIT_KINDS, EventKind.DEPARTED)  # these take people from a place


class CancelReason(IntEnum):
    """Why an order was dropped or found nothing to do."""

    ALREADY_HELD = 0
    UNREACHABLE = 1
    SPENT = 2
    PRECONDITION = 3
    NO_ENEMY = 4
    WEATHER = 5
    BUSY = 6
    FOLLOWED = 7  # the order that it was to follow did not come to what it waited for


class AssaultEnding(IntEnum):
    """How an assault ended."""

    TAKEN = 0
    CALLED_OFF = 1
    DEFENCE_BROKE = 2
    TIME = 3
    DARK = 4
    FOG = 5
    EXHAUSTED = 6
    RECALLED = 7
    NOBODY_LEFT = 8
    YIELDED = 9  # the garrison gave in to a demand


class BombOutcome(IntEnum):
    """What became of a vehicle bomb."""

    ON_TARGET = 0
    SHORT = 1
    STOPPED = 2


LOG_DTYPE = np.dtype(
    [
        ("time", np.float64),  # hours since the battle began
        ("event", np.int64),
        ("order", np.int64),
        ("side", np.int64),
        ("place", np.int64),
        ("force", np.int64),
        ("value", np.float64),
        ("code", np.int64),
    ]
)


@dataclass(frozen=True)
class Labels:
    """The ids behind the indices of a log, and the day on which its hours begin."""

    start: datetime
    sides: tuple[str, ...]
    places: tuple[str, ...]
    forces: tuple[str, ...]
    orders: tuple[str, ...]
    equipment: tuple[str, ...]
    battle_hours: float = 0.0  # how long the battle lasts, however long a run does
    time_zone: str | None = None  # of the clocks, if they are put forward or back

    def sort(self) -> "Labels":
        """The same in the order of ids, in which battles are simulated; what every battle has stays at the end."""
        return replace(
            self,
            sides=tuple(sorted(self.sides)),
            places=tuple(sorted(self.places)),
            forces=tuple(sorted(self.forces)),
            orders=(*sorted(self.orders[:-2]), *self.orders[-2:]),
            equipment=tuple(sorted(self.equipment)),
        )

    def hours_since_start(self, moment: datetime) -> float:
        """Elapsed hours from the beginning of the battle to a local time."""
        return count_hours(self.start, moment, self.time_zone)

    def local_time(self, hours: float) -> datetime:
        """The local time so many hours after the beginning.

        Parameters
        ----------
        hours
            Hours since the beginning of the battle, fractions too.

        Returns
        -------
        datetime
            Local time, without a time zone.

        Examples
        --------
        >>> import sim
        >>> sim.fight(sim.load("teaching")).event_log.labels.local_time(30.5).isoformat()
        '2001-06-02T06:30:00'
        """
        return find_local_time(self.start, hours, self.time_zone)


@dataclass(frozen=True)
class EventLog:
    """One run's log (rows of `LOG_DTYPE`, in order of time) with the labels of its indices."""

    rows: np.ndarray
    labels: Labels
    end_hours: float

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """The log by column, each in one piece: every observable reads them many times."""
        return {name: np.ascontiguousarray(self.rows[name]) for name in self.rows.dtype.names or ()}

    @cached_property
    def rows_by_kind(self) -> dict[int, np.ndarray]:
        """The indices of the rows of each kind of event that there is, in order of time."""
        order = self.columns["event"].argsort(kind="stable")
        kinds, starts = np.unique(self.columns["event"][order], return_index=True)
        ends = [*starts[1:], len(order)]
        return {kind: order[starts[n] : ends[n]] for n, kind in enumerate(kinds.tolist())}

    def find_rows(self, kinds: Collection[EventKind]) -> np.ndarray:
        """The indices of the rows of any of these kinds of event, in order of time."""
        found = [self.rows_by_kind[kind] for kind in kinds if kind in self.rows_by_kind]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.intp)

    def select_kinds(self, *kinds: EventKind) -> np.ndarray:
        """The rows of any of these kinds of event: a mask."""
        return equals_any(self.columns["event"], kinds)

    def sum_values(self, kind: EventKind, mask: np.ndarray) -> float:
        """The sum of the values of one kind of event over the chosen rows."""
        return float(self.columns["value"][mask & self.select_kinds(kind)].sum())

    def select_places(self, places: tuple[str, ...]) -> np.ndarray:
        """The rows at any of these places, or all rows if none is named: a mask."""
        if not places:
            return np.ones(len(self.rows), dtype=bool)
        return equals_any(self.columns["place"], [self.labels.places.index(place) for place in places])

    def control_series(self, side: str, place: str) -> tuple[np.ndarray, np.ndarray]:
        """The hours at which the front line of a place moved, and the share that a side held from then on."""
        moves = self.select_kinds(EventKind.FRONT_MOVED) & self.select_places((place,))
        second = self.columns["value"][moves]
        return self.columns["time"][moves], second if self.labels.sides.index(side) == 1 else 1.0 - second


def equals_any(column: np.ndarray, values: Sequence[int]) -> np.ndarray:
    """Where a column has any of a few values: a mask. Quicker than `np.isin` for so few."""
    mask = np.zeros(len(column), dtype=bool)
    for value in values:
        mask |= column == value
    return mask
