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
    FIRST = 6  # the hour of the first of them; just after `until` if there is none
    FIRST_HELD = 7  # the hour from which the side holds a share: rows are moves of a front line; likewise
    ASSAULT_HOURS = 8  # hours from openings (positive weight) to endings of the same order, of what is open to `until`
    RATIO = 9  # the side's sum over that of the other side, or over 1 if that is less


# Moves of a front line say what both sides hold, and a ratio is of both: these read the rows of either side.
BOTH_SIDES = (Reduction.LAST, Reduction.MAX, Reduction.RANK, Reduction.FIRST_HELD, Reduction.RATIO)
FIRST_TIMES = (Reduction.FIRST, Reduction.FIRST_HELD)
BEFORE_PERIOD = (  # these read rows before their period too
    *(Reduction.LAST, Reduction.MAX, Reduction.RANK),
    *(Reduction.FIRST_HELD, Reduction.ASSAULT_HOURS),
)


@dataclass(frozen=True)
class LogStatistic:
    """Rows of these kinds, with their weights, from `since` (h) and before `until`; an empty tuple means any.

    For `LAST`, `MAX` and `FIRST_HELD` the front line at `since` counts too. For these, `RANK` and `RATIO` `side` is
    whose share is meant.

    Parameters
    ----------
    reduction
        How the rows are reduced to one number.
    kind_weights
        The kinds of event that count, with their weights.
    since, until
        Period in hours since the battle began; `until` is left out.
    side, places, orders, codes, forces, ranked_place
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
    forces: tuple[int, ...] = ()
    ranked_place: int = NONE  # the place whose rank is meant
    threshold: float = 1.0  # the share from which a place is reached

    @property
    def initial_value(self) -> float:
        """The value before any row is read: of a first time, that it never comes."""
        return float(np.nextafter(self.until, np.inf)) if self.reduction in FIRST_TIMES else 0.0


def compute_statistic(statistic: LogStatistic, event_log: EventLog) -> float:
    """The value of a statistic in one run."""
    columns = event_log.columns
    rows = event_log.find_rows(statistic.kind_weights)
    rows = rows[: int(columns["time"][rows].searchsorted(statistic.until, side="left"))]
    for column, values in (
        ("place", statistic.places),
        ("order", statistic.orders),
        ("code", statistic.codes),
        ("force", statistic.forces),
    ):
        if values:
            rows = rows[equals_any(columns[column][rows], values)]
    if statistic.reduction in BEFORE_PERIOD:
        return reduce_with_past(statistic, {name: column[rows] for name, column in columns.items()})
    rows = rows[int(columns["time"][rows].searchsorted(statistic.since, side="left")) :]
    if statistic.reduction == Reduction.RATIO:
        is_own, values = columns["side"][rows] == statistic.side, columns["value"][rows]
        return float(values[is_own].sum() / max(values[~is_own].sum(), 1.0))
    if statistic.side != NONE:
        rows = rows[columns["side"][rows] == statistic.side]
    if statistic.reduction == Reduction.FIRST:
        return float(columns["time"][rows[0]]) if len(rows) else statistic.initial_value
    if statistic.reduction == Reduction.COUNT:
        return float(len(rows))
    if statistic.reduction == Reduction.DISTINCT_ORDERS:
        return float(len(set(columns["order"][rows].tolist())))
    events, values = columns["event"][rows], columns["value"][rows]
    if len(statistic.kind_weights) == 1:
        return sum(weight * float(values.sum()) for weight in statistic.kind_weights.values())
    return float(sum(weight * values[events == kind].sum() for kind, weight in statistic.kind_weights.items()))


def reduce_with_past(statistic: LogStatistic, rows: dict[str, np.ndarray]) -> float:
    """The value of a statistic for which rows before its period count too, from these rows by column."""
    if statistic.reduction in (Reduction.LAST, Reduction.MAX):
        return reduce_share(statistic, rows["time"], rows["value"])
    if statistic.reduction == Reduction.RANK:
        return compute_capture_rank(statistic, rows["place"], rows["value"])
    if statistic.reduction == Reduction.FIRST_HELD:
        return find_first_held(statistic, rows["time"], rows["value"])
    return sum_assault_hours(statistic, rows["time"], rows["order"], rows["event"])


def share_of_side(side: int, second_side_share: np.ndarray) -> np.ndarray:
    """The shares that a side holds, from those of the second side."""
    return second_side_share if side == 1 else 1.0 - second_side_share


def compute_capture_rank(statistic: LogStatistic, place: np.ndarray, second_side_share: np.ndarray) -> float:
    """Which in turn a place was to reach a share, by the moves of several front lines."""
    reached = place[share_of_side(statistic.side, second_side_share) >= statistic.threshold]
    sequence = list(dict.fromkeys(reached.tolist()))
    return sequence.index(statistic.ranked_place) + 1.0 if statistic.ranked_place in sequence else 0.0


def find_first_held(statistic: LogStatistic, time: np.ndarray, second_side_share: np.ndarray) -> float:
    """The hour from which a side holds a share of a place, `since` at the earliest, by the moves of a front line."""
    is_held = share_of_side(statistic.side, second_side_share) >= statistic.threshold
    n_before = int(time.searchsorted(statistic.since, side="right"))
    if n_before and is_held[n_before - 1]:
        return statistic.since
    later = time[n_before:][is_held[n_before:]]
    return float(later[0]) if len(later) else statistic.initial_value


def sum_assault_hours(statistic: LogStatistic, time: np.ndarray, order: np.ndarray, event: np.ndarray) -> float:
    """The hours that assaults lasted, one after the other in the order of the log, so that each sum has the same bits.

    An ending without an opening, of a place that was found empty, is none.
    """
    hours, is_open = 0.0, set[int]()
    for moment, each, kind in zip(time.tolist(), order.tolist(), event.tolist(), strict=True):
        if statistic.kind_weights[EventKind(kind)] > 0.0:
            hours += statistic.until - moment
            is_open.add(each)
        elif each in is_open:
            hours -= statistic.until - moment
            is_open.discard(each)
    return hours


def reduce_share(statistic: LogStatistic, time: np.ndarray, second_side_share: np.ndarray) -> float:
    """The share that a side holds at last, or at most, by the moves of a front line."""
    shares = share_of_side(statistic.side, second_side_share)
    if statistic.reduction == Reduction.LAST:
        return float(shares[-1])
    return float(shares[max(int(time.searchsorted(statistic.since, side="right")) - 1, 0) :].max())
