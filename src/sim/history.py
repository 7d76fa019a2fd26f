"""A run's log read as series: who lost how many where and when, who held what at any moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from sim.events import What


@dataclass(frozen=True)
class Names:
    """The ids behind the indices of a log, and the day on which its hours begin."""

    start: datetime
    sides: tuple[str, ...]
    places: tuple[str, ...]
    forces: tuple[str, ...]
    orders: tuple[str, ...]
    equipment: tuple[str, ...]

    def hours(self, moment: datetime) -> float:
        """Hours from the beginning of the battle to a local time."""
        return (moment - self.start).total_seconds() / 3600

    def moment(self, hours: float) -> datetime:
        """The local time so many hours after the beginning."""
        return self.start + timedelta(hours=hours)


@dataclass(frozen=True)
class History:
    """One run's log (rows of `events.ROW`, in order of time) with the names of its indices; `ends` in hours."""

    log: np.ndarray
    names: Names
    ends: float

    def amount(self, what: What, chosen: np.ndarray) -> float:
        """The sum of the amounts of one kind of event over the chosen rows."""
        return float(self.log["amount"][chosen & (self.log["what"] == what)].sum())

    def during(self, since: datetime | None, until: datetime) -> np.ndarray:
        """The rows after `since` (from the beginning, if None) and not after `until`: a mask."""
        time = self.log["time"]
        earliest = -np.inf if since is None else self.names.hours(since)
        return (time >= earliest) & (time < self.names.hours(until))

    def of_side(self, side: str) -> np.ndarray:
        """The rows of one side: a mask."""
        rows: np.ndarray = self.log["side"] == self.names.sides.index(side)
        return rows

    def at(self, places: tuple[str, ...]) -> np.ndarray:
        """The rows at any of these places, or all rows if none is named: a mask."""
        if not places:
            return np.ones(len(self.log), dtype=bool)
        return np.isin(self.log["place"], [self.names.places.index(place) for place in places])

    def of_orders(self, orders: tuple[str, ...]) -> np.ndarray:
        """The rows of any of these orders: a mask."""
        return np.isin(self.log["order"], [self.names.orders.index(order) for order in orders])

    def share_held(self, side: str, place: str) -> tuple[np.ndarray, np.ndarray]:
        """The hours at which the line of a place moved, and the share that a side held from then on."""
        here = (self.log["what"] == What.LINE) & self.at((place,))
        second = self.log["amount"][here]
        return self.log["time"][here], second if self.names.sides.index(side) == 1 else 1.0 - second
