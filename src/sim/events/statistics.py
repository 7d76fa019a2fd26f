"""Statistics of an event log as data: which rows count, and how they are reduced to one number."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.events.log import NONE, EventKind, EventLog, equals_any


class Reduction(IntEnum):
    """What is made of the rows that a statistic reads."""

    SUM = 0  # their values, each times the weight of its kind
    COUNT = 1  # how many there are
    DISTINCT_ORDERS = 2  # how many different orders they name
    LAST = 3  # the share that the side holds by the last of them: the rows are moves of a front line
    MAX = 4  # the largest share that it holds from `since` on
    RANK = 5  # which in turn a place was to reach a share, 0 if it never did


@dataclass(frozen=True)
class LogStatistic:
    """Rows of these kinds, with their weights, from `since` (h) and before `until`; an empty tuple means any.

    For `LAST` and `MAX` the front line at `since` counts too. There and for `RANK` `side` is whose share is meant.

    Parameters
    ----------
    reduction
        How the rows are reduced to one number.
    kind_weights
        The kinds of event that count, with their weights.
    since, until
        Period in hours since the battle began; `until` is left out.
    side, places, orders, codes, ranked_place
        Indices into the labels of the log; an empty tuple or `NONE` means any.
    threshold
        Share of a place, 0 to 1, from which it counts as reached.

    Examples
    --------
    >>> import sim
    >>> killed = LogStatistic(Reduction.SUM, {EventKind.KILLED: 1.0}, since=0.0, until=24.0)
    >>> compute_statistic(killed, sim.fight(sim.load("teaching"), seed=1).event_log) >= 0.0
    True
    """

    reduction: Reduction
    kind_weights: Mapping[EventKind, float]
    since: float
    until: float
    side: int = NONE
    places: tuple[int, ...] = ()
    orders: tuple[int, ...] = ()
    codes: tuple[int, ...] = ()
    ranked_place: int = NONE  # the place whose rank is meant
    threshold: float = 1.0  # the share from which a place is reached


def compute_statistic(statistic: LogStatistic, event_log: EventLog) -> float:
    """The value of a statistic in one run."""
    columns = event_log.columns
    time = columns["time"]
    mask = event_log.select_kinds(*statistic.kind_weights)
    last = int(time.searchsorted(statistic.until, side="left"))
    mask[last:] = False
    for column, values in (("place", statistic.places), ("order", statistic.orders), ("code", statistic.codes)):
        if values:
            mask &= equals_any(columns[column], values)
    if statistic.reduction in (Reduction.LAST, Reduction.MAX):
        return reduce_share(statistic, time[mask], columns["value"][mask])
    if statistic.reduction == Reduction.RANK:
        return compute_capture_rank(statistic, columns["place"][mask], columns["value"][mask])
    mask[: int(time.searchsorted(statistic.since, side="left"))] = False
    if statistic.side != NONE:
        mask &= columns["side"] == statistic.side
    if statistic.reduction == Reduction.COUNT:
        return float(np.count_nonzero(mask))
    if statistic.reduction == Reduction.DISTINCT_ORDERS:
        return float(len(np.unique(columns["order"][mask])))
    return float(
        sum(
            weight * columns["value"][mask & event_log.select_kinds(kind)].sum()
            for kind, weight in statistic.kind_weights.items()
        )
    )


def share_of_side(side: int, second_side_share: np.ndarray) -> np.ndarray:
    """The shares that a side holds, from those of the second side."""
    return second_side_share if side == 1 else 1.0 - second_side_share


def compute_capture_rank(statistic: LogStatistic, place: np.ndarray, second_side_share: np.ndarray) -> float:
    """Which in turn a place was to reach a share, by the moves of several front lines."""
    reached = place[share_of_side(statistic.side, second_side_share) >= statistic.threshold]
    sequence = list(dict.fromkeys(reached.tolist()))
    return sequence.index(statistic.ranked_place) + 1.0 if statistic.ranked_place in sequence else 0.0


def reduce_share(statistic: LogStatistic, time: np.ndarray, second_side_share: np.ndarray) -> float:
    """The share that a side holds at last, or at most, by the moves of a front line."""
    shares = share_of_side(statistic.side, second_side_share)
    if statistic.reduction == Reduction.LAST:
        return float(shares[-1])
    return float(shares[max(int(time.searchsorted(statistic.since, side="right")) - 1, 0) :].max())
