"""What a measure makes of a log, said once: which rows it reads, and how it counts them.

A tally is data, so that one run's log is read here and those of a mass experiment by machine code, to the same bits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.events import NOBODY, What
from sim.history import History, any_of


class Reading(IntEnum):
    """What is made of the rows that a tally reads."""

    SUM = 0  # their amounts, each times the weight of its kind
    ROWS = 1  # how many there are
    ORDERS = 2  # how many different orders they name
    LAST = 3  # the share that the side holds by the last of them: the rows are moves of a line
    MOST = 4  # the largest share that it holds from `since` on
    TURN = 5  # which in turn a place was to reach a share, 0 if it never did


@dataclass(frozen=True)
class Tally:
    """Rows of these kinds, with their weights, from `since` (h) and before `until`; an empty tuple means any.

    For `LAST` and `MOST` the line's state at `since` counts too. There and for `TURN` `side` is whose share is meant.
    """

    reading: Reading
    kinds: Mapping[What, float]
    since: float
    until: float
    side: int = NOBODY
    places: tuple[int, ...] = ()
    orders: tuple[int, ...] = ()
    details: tuple[int, ...] = ()
    turn_of: int = NOBODY  # the place whose turn is meant
    reached: float = 1.0  # the share from which a place is reached


def read(tally: Tally, history: History) -> float:
    """The number that a tally finds in one run."""
    log = history.columns
    time = log["time"]
    chosen = history.of_kind(*tally.kinds)
    last = int(time.searchsorted(tally.until, side="left"))
    chosen[last:] = False
    for column, wanted in (("place", tally.places), ("order", tally.orders), ("detail", tally.details)):
        if wanted:
            chosen &= any_of(log[column], wanted)
    if tally.reading in (Reading.LAST, Reading.MOST):
        return share(tally, time[chosen], log["amount"][chosen])
    if tally.reading == Reading.TURN:
        return turn(tally, log["place"][chosen], log["amount"][chosen])
    chosen[: int(time.searchsorted(tally.since, side="left"))] = False
    if tally.side != NOBODY:
        chosen &= log["side"] == tally.side
    if tally.reading == Reading.ROWS:
        return float(np.count_nonzero(chosen))
    if tally.reading == Reading.ORDERS:
        return float(len(np.unique(log["order"][chosen])))
    return float(
        sum(weight * log["amount"][chosen & history.of_kind(kind)].sum() for kind, weight in tally.kinds.items())
    )


def held_by(side: int, second: np.ndarray) -> np.ndarray:
    """The shares that a side holds, from those of the second side."""
    return second if side == 1 else 1.0 - second


def turn(tally: Tally, place: np.ndarray, second: np.ndarray) -> float:
    """Which in turn a place was to reach a share, by the moves of several lines."""
    reached = place[held_by(tally.side, second) >= tally.reached]
    in_turn = list(dict.fromkeys(reached.tolist()))
    return in_turn.index(tally.turn_of) + 1.0 if tally.turn_of in in_turn else 0.0


def share(tally: Tally, time: np.ndarray, second: np.ndarray) -> float:
    """The share that a side holds at last, or at most, by the moves of a line."""
    held = held_by(tally.side, second)
    if tally.reading == Reading.LAST:
        return float(held[-1])
    return float(held[max(int(time.searchsorted(tally.since, side="right")) - 1, 0) :].max())
