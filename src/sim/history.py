"""A run's log read as series: who lost how many where and when, who held what at any moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

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

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """The log by column, each in one piece: every measure reads them many times."""
        return {name: np.ascontiguousarray(self.log[name]) for name in self.log.dtype.names or ()}

    def of_kind(self, *kinds: What) -> np.ndarray:
        """The rows of any of these kinds of event: a mask."""
        return any_of(self.columns["what"], kinds)

    def amount(self, what: What, chosen: np.ndarray) -> float:
        """The sum of the amounts of one kind of event over the chosen rows."""
        return float(self.columns["amount"][chosen & self.of_kind(what)].sum())

    def at(self, places: tuple[str, ...]) -> np.ndarray:
        """The rows at any of these places, or all rows if none is named: a mask."""
        if not places:
            return np.ones(len(self.log), dtype=bool)
        return any_of(self.columns["place"], [self.names.places.index(place) for place in places])

    def share_held(self, side: str, place: str) -> tuple[np.ndarray, np.ndarray]:
        """The hours at which the line of a place moved, and the share that a side held from then on."""
        here = self.of_kind(What.LINE) & self.at((place,))
        second = self.columns["amount"][here]
        return self.columns["time"][here], second if self.names.sides.index(side) == 1 else 1.0 - second


def any_of(column: np.ndarray, wanted: Sequence[int]) -> np.ndarray:
    """Where a column has any of a few values: a mask. Quicker than `np.isin` for so few."""
    mask = np.zeros(len(column), dtype=bool)
    for value in wanted:
        mask |= column == value
    return mask
