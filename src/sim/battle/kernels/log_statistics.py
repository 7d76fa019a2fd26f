"""Counting a finished battle in one pass over its log: every statistic, and the losses and front lines of each step."""

import numpy as np

from sim.battle.records import BattleState, LogEntry
from sim.battle.workspace import BatchOutput, RequestTable, StatisticRequest
from sim.events.daily import DailyQuantity
from sim.events.log import NONE, EventKind
from sim.events.statistics import Reduction


def compute_statistics(battle: BattleState, requests: RequestTable, output: BatchOutput, row: int) -> None:
    """Compute every statistic for one replication.

    Rows are filtered here, and sums, which are most of what is counted, are added up here: a call that hands on all
    tables counts references to each, and costs more than such a row.
    """
    for statistic in range(output.values.shape[1]):
        output.values[row, statistic] = requests.initial_values[statistic]
        output.sums[statistic, 0] = 0.0
        output.sums[statistic, 1] = 0.0
    for n in range(battle.counters[0].n_logged):
        entry = battle.log[n]
        first = requests.first_request[entry.event, entry.side + 1]
        for w in range(first, requests.first_request[entry.event, entry.side + 2]):
            request = requests.requests[w]
            if entry.time >= request.until:
                break  # and so are those after it: the last to end come first
            if requests.places[request.statistic, entry.place + 1] == 0:
                continue
            if request.is_filtered == 1 and (
                requests.forces[request.statistic, entry.force + 1] == 0
                or requests.orders[request.statistic, entry.order + 1] == 0
                or requests.codes[request.statistic, entry.code + 1] == 0
            ):
                continue
            if request.reduction != Reduction.SUM:
                update_statistic(requests, request, entry, output, row)
            elif entry.time >= request.since:
                output.values[row, request.statistic] += request.weight * entry.value


def update_statistic(
    requests: RequestTable, request: StatisticRequest, entry: LogEntry, output: BatchOutput, row: int
) -> None:
    """Let a row that passes a statistic's filters, but for its beginning, count in it; sums apart."""
    statistic = request.statistic
    if request.reduction == Reduction.RANK:
        update_capture_rank(request, entry, output, row)
        return
    if request.reduction == Reduction.FIRST_HELD:
        update_first_held(requests, request, entry, output, row)
        return
    if request.reduction == Reduction.LAST or request.reduction == Reduction.MAX:
        share = entry.value if request.side == 1 else 1.0 - entry.value
        if request.reduction == Reduction.MAX and entry.time > request.since:
            share = max(output.values[row, statistic], share)
        output.values[row, statistic] = share
        return
    if entry.time < request.since:
        return
    if request.reduction == Reduction.COUNT:
        output.values[row, statistic] += 1.0
    elif request.reduction == Reduction.FIRST:
        output.values[row, statistic] = min(output.values[row, statistic], entry.time)
    elif request.reduction == Reduction.ASSAULT_HOURS:
        update_assault_hours(request, entry, output, row)
    elif request.reduction == Reduction.RATIO:
        update_ratio(request, entry, output, row)
    elif output.last_seen[statistic, entry.order + 1] != row:
        output.last_seen[statistic, entry.order + 1] = row
        output.values[row, statistic] += 1.0


def update_capture_rank(request: StatisticRequest, entry: LogEntry, output: BatchOutput, row: int) -> None:
    """Note that a place was reached, if it is for the first time; and its rank, if it is the one meant."""
    share = entry.value if request.side == 1 else 1.0 - entry.value
    if share < request.threshold or output.last_seen[request.statistic, entry.place + 1] == row:
        return
    output.last_seen[request.statistic, entry.place + 1] = row
    if entry.place == request.ranked_place:
        for column in range(output.last_seen.shape[1]):
            if output.last_seen[request.statistic, column] == row:
                output.values[row, request.statistic] += 1.0


def update_first_held(
    requests: RequestTable, request: StatisticRequest, entry: LogEntry, output: BatchOutput, row: int
) -> None:
    """Note when a share was first held; until `since` only what is held last counts."""
    share = entry.value if request.side == 1 else 1.0 - entry.value
    is_held = share >= request.threshold
    if entry.time <= request.since:
        never = requests.initial_values[request.statistic]
        output.values[row, request.statistic] = request.since if is_held else never
    elif is_held:
        output.values[row, request.statistic] = min(output.values[row, request.statistic], entry.time)


def update_assault_hours(request: StatisticRequest, entry: LogEntry, output: BatchOutput, row: int) -> None:
    """Count an assault from its opening to `until`, and no longer than to its ending, if it has one."""
    if request.weight > 0.0:
        output.values[row, request.statistic] += request.until - entry.time
        output.last_seen[request.statistic, entry.order + 1] = row
    elif output.last_seen[request.statistic, entry.order + 1] == row:
        output.values[row, request.statistic] -= request.until - entry.time
        output.last_seen[request.statistic, entry.order + 1] = NONE


def update_ratio(request: StatisticRequest, entry: LogEntry, output: BatchOutput, row: int) -> None:
    """Add to the side's sum or to that of the other side, and divide the one by the other."""
    output.sums[request.statistic, 0 if entry.side == request.side else 1] += entry.value
    own, other = output.sums[request.statistic, 0], output.sums[request.statistic, 1]
    output.values[row, request.statistic] = own / max(other, 1.0)


def fill_daily_series(battle: BattleState, requests: RequestTable, output: BatchOutput, row: int) -> None:
    """What `sim.events.daily.compute_daily_series` counts, for one replication."""
    daily = output.daily[row]
    daily[:] = 0.0
    step = 0
    for n in range(battle.counters[0].n_logged):
        entry = battle.log[n]
        while step + 1 < daily.shape[1] and entry.time >= requests.step_ends[step]:
            step += 1
            for place in range(daily.shape[2]):
                for side in range(2):
                    daily[DailyQuantity.STRENGTH, step, place, side] = daily[
                        DailyQuantity.STRENGTH, step - 1, place, side
                    ]
                    daily[DailyQuantity.CONTROL, step, place, side] = daily[
                        DailyQuantity.CONTROL, step - 1, place, side
                    ]
        if entry.event == EventKind.KILLED or entry.event == EventKind.WOUNDED:  # by far the most
            series = DailyQuantity.KILLED if entry.event == EventKind.KILLED else DailyQuantity.WOUNDED
            add_daily_loss(daily, series, step, entry)
        elif entry.event == EventKind.FRONT_MOVED:
            daily[DailyQuantity.CONTROL, step, entry.place, 0] = 1.0 - entry.value
            daily[DailyQuantity.CONTROL, step, entry.place, 1] = entry.value
        elif (
            entry.event == EventKind.PLACED
            or entry.event == EventKind.JOINED
            or entry.event == EventKind.ARRIVED
            or entry.event == EventKind.DETACHED
        ):
            daily[DailyQuantity.STRENGTH, step, entry.place, entry.side] += entry.value
        elif entry.event == EventKind.DEPARTED or entry.event == EventKind.LEFT:
            daily[DailyQuantity.STRENGTH, step, entry.place, entry.side] -= entry.value
        elif entry.event == EventKind.CAPTURED:
            add_daily_loss(daily, DailyQuantity.CAPTURED, step, entry)
    extend_daily_series(daily, step)


def add_daily_loss(daily: np.ndarray, series: int, step: int, entry: LogEntry) -> None:
    """People of a side are lost at a place."""
    daily[series, step, entry.place, entry.side] += entry.value
    daily[DailyQuantity.STRENGTH, step, entry.place, entry.side] -= entry.value


def extend_daily_series(daily: np.ndarray, step: int) -> None:
    """After the last event nothing changes any more, up to the last step."""
    for later in range(step + 1, daily.shape[1]):
        for place in range(daily.shape[2]):
            for side in range(2):
                daily[DailyQuantity.STRENGTH, later, place, side] = daily[DailyQuantity.STRENGTH, step, place, side]
                daily[DailyQuantity.CONTROL, later, place, side] = daily[DailyQuantity.CONTROL, step, place, side]
