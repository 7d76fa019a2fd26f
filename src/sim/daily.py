"""A run's log counted by day, place and side: losses, strength, control."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from math import ceil

import numpy as np

from sim.events import COME, GO, What
from sim.history import History, Names


class Series(IntEnum):
    """What is counted by day, in the order of the fields of `Daily`."""

    KILLED = 0
    WOUNDED = 1
    CAPTURED = 2
    STRENGTH = 3
    CONTROL = 4


@dataclass(frozen=True)
class Daily:
    """Arrays of shape (days, places, sides): losses on a day, strength and share held at its end."""

    days: tuple[date, ...]
    killed: np.ndarray
    wounded: np.ndarray
    captured: np.ndarray
    strength: np.ndarray
    control: np.ndarray


def daily(history: History) -> Daily:
    """Count a run's log by day; a day ends at midnight, the last one when the run does."""
    names, log = history.names, history.columns
    midnight, shift, count = days_of(names, history.ends)
    shape = (count, len(names.places), len(names.sides))
    day = np.minimum(((log["time"] + shift) // 24).astype(np.int64), count - 1)

    def total(*kinds: What) -> np.ndarray:
        chosen = history.of_kind(*kinds)
        where = (day[chosen], log["place"][chosen], log["side"][chosen])
        cells = np.ravel_multi_index(where, shape)
        return np.bincount(cells, weights=log["amount"][chosen], minlength=np.prod(shape)).reshape(shape)

    return Daily(
        days=calendar(midnight, count),
        killed=total(What.KILLED),
        wounded=total(What.WOUNDED),
        captured=total(What.CAPTURED),
        strength=np.cumsum(total(*COME) - total(*GO), axis=0),
        control=control(history, day, shape),
    )


def days_of(names: Names, ends: float) -> tuple[datetime, float, int]:
    """The midnight before the beginning, the hours from it to the beginning, and how many days a run touches."""
    midnight = names.start.replace(hour=0, minute=0, second=0, microsecond=0)
    shift = (names.start - midnight).total_seconds() / 3600
    return midnight, shift, ceil((ends + shift) / 24)


def calendar(midnight: datetime, count: int) -> tuple[date, ...]:
    """So many days from a midnight on."""
    return tuple((midnight + timedelta(days=n)).date() for n in range(count))


def control(history: History, day: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """The share of each place that each side holds at the end of each day."""
    moves = history.of_kind(What.LINE)
    second = np.full(shape[:2], np.nan)
    second[day[moves], history.columns["place"][moves]] = history.columns["amount"][
        moves
    ]  # the last move of a day stays
    for number in range(1, shape[0]):
        unmoved = np.isnan(second[number])
        second[number, unmoved] = second[number - 1, unmoved]
    return np.stack([1.0 - second, second], axis=-1)
