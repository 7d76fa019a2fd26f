"""Daily series of an event log: losses, strength and control by day (of a short battle by hours), place and side."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.events.log import ARRIVAL_KINDS, DEPARTURE_KINDS, EventKind, EventLog
from sim.events.time_steps import TimeSteps, find_time_steps


class DailyQuantity(IntEnum):
    """What is counted by step, in the order of the fields of `DailySeries`."""

    KILLED = 0
    WOUNDED = 1
    CAPTURED = 2
    STRENGTH = 3
    CONTROL = 4


@dataclass(frozen=True)
class DailySeries:
    """Arrays of shape (steps, places, sides): losses in a step, strength and share held at its end."""

    steps: TimeSteps
    killed: np.ndarray
    wounded: np.ndarray
    captured: np.ndarray
    strength: np.ndarray
    control: np.ndarray


def compute_daily_series(event_log: EventLog) -> DailySeries:
    """Count a run's log by the steps of its battle: days, or hours of a short one; the last ends when the run does.

    Parameters
    ----------
    event_log
        The log of one run.

    Returns
    -------
    DailySeries
        Arrays of shape (steps, places, sides): people killed, wounded and captured in a step, people present
        (`strength`) and the share of the place held (`control`, 0 to 1) at its end.

    Examples
    --------
    >>> import sim
    >>> series = compute_daily_series(sim.fight(sim.load("teaching"), seed=1).event_log)
    >>> series.killed.shape, series.steps.hours
    ((12, 5, 2), 6)
    """
    labels, columns = event_log.labels, event_log.columns
    steps = find_time_steps(labels, event_log.end_hours)
    shape = (steps.count, len(labels.places), len(labels.sides))
    step = steps.find_steps(columns["time"])

    def sum_by_step(*kinds: EventKind) -> np.ndarray:
        mask = event_log.select_kinds(*kinds)
        where = (step[mask], columns["place"][mask], columns["side"][mask])
        cells = np.ravel_multi_index(where, shape)
        sums = np.bincount(cells, weights=columns["value"][mask], minlength=np.prod(shape))
        return sums.astype(np.float64, copy=False).reshape(shape)  # whole numbers if nothing was to be added up

    return DailySeries(
        steps=steps,
        killed=sum_by_step(EventKind.KILLED),
        wounded=sum_by_step(EventKind.WOUNDED),
        captured=sum_by_step(EventKind.CAPTURED),
        strength=np.cumsum(sum_by_step(*ARRIVAL_KINDS) - sum_by_step(*DEPARTURE_KINDS), axis=0),
        control=compute_daily_control(event_log, step, shape),
    )


def compute_daily_control(event_log: EventLog, step: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """The share of each place that each side holds at the end of each step."""
    moves = event_log.select_kinds(EventKind.FRONT_MOVED)
    second = np.full(shape[:2], np.nan)
    places, shares = (event_log.columns[name][moves] for name in ("place", "value"))
    second[step[moves], places] = shares  # the last move of a step stays
    for number in range(1, shape[0]):
        unmoved = np.isnan(second[number])
        second[number, unmoved] = second[number - 1, unmoved]
    return np.stack([1.0 - second, second], axis=-1)
