"""Daily series of an event log: losses, strength and control by day, place and side."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from math import ceil

import numpy as np

from sim.events.log import ARRIVAL_KINDS, DEPARTURE_KINDS, EventKind, EventLog, Labels


class DailyQuantity(IntEnum):
    """What is counted by day, in the order of the fields of `DailySeries`."""

    KILLED = 0
    WOUNDED = 1
    CAPTURED = 2
    STRENGTH = 3
    CONTROL = 4


@dataclass(frozen=True)
class DailySeries:
    """Arrays of shape (days, places, sides): losses on a day, strength and share held at its end."""

    days: tuple[date, ...]
    killed: np.ndarray
    wounded: np.ndarray
    captured: np.ndarray
    strength: np.ndarray
    control: np.ndarray


def compute_daily_series(event_log: EventLog) -> DailySeries:
    """Count a run's log by day; a day ends at midnight, the last one when the run does.

    Parameters
    ----------
    event_log
        The log of one run.

    Returns
    -------
    DailySeries
        Arrays of shape (days, places, sides): people killed, wounded and captured on a day, people present (`strength`)
        and the share of the place held (`control`, 0 to 1) at its end.

    Examples
    --------
    >>> import sim
    >>> series = compute_daily_series(sim.fight(sim.load("teaching"), seed=1).event_log)
    >>> series.killed.shape, len(series.days)
    ((3, 5, 2), 3)
    """
    labels, columns = event_log.labels, event_log.columns
    midnight, shift, count = find_day_span(labels, event_log.end_hours)
    shape = (count, len(labels.places), len(labels.sides))
    day = np.minimum(((columns["time"] + shift) // 24).astype(np.int64), count - 1)

    def sum_by_day(*kinds: EventKind) -> np.ndarray:
        mask = event_log.select_kinds(*kinds)
        where = (day[mask], columns["place"][mask], columns["side"][mask])
        cells = np.ravel_multi_index(where, shape)
        return np.bincount(cells, weights=columns["value"][mask], minlength=np.prod(shape)).reshape(shape)

    return DailySeries(
        days=list_days(midnight, count),
        killed=sum_by_day(EventKind.KILLED),
        wounded=sum_by_day(EventKind.WOUNDED),
        captured=sum_by_day(EventKind.CAPTURED),
        strength=np.cumsum(sum_by_day(*ARRIVAL_KINDS) - sum_by_day(*DEPARTURE_KINDS), axis=0),
        control=compute_daily_control(event_log, day, shape),
    )


def find_day_span(labels: Labels, end_hours: float) -> tuple[datetime, float, int]:
    """The midnight before the beginning, the hours from it to the beginning, and how many days a run touches."""
    midnight = labels.start.replace(hour=0, minute=0, second=0, microsecond=0)
    shift = (labels.start - midnight).total_seconds() / 3600
    return midnight, shift, ceil((end_hours + shift) / 24)


def list_days(midnight: datetime, count: int) -> tuple[date, ...]:
    """So many days from a midnight on."""
    return tuple((midnight + timedelta(days=n)).date() for n in range(count))


def compute_daily_control(event_log: EventLog, day: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """The share of each place that each side holds at the end of each day."""
    moves = event_log.select_kinds(EventKind.FRONT_MOVED)
    second = np.full(shape[:2], np.nan)
    places, shares = (event_log.columns[name][moves] for name in ("place", "value"))
    second[day[moves], places] = shares  # the last move of a day stays
    for number in range(1, shape[0]):
        unmoved = np.isnan(second[number])
        second[number, unmoved] = second[number - 1, unmoved]
    return np.stack([1.0 - second, second], axis=-1)
