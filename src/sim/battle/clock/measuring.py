"""Counting a finished battle in one pass over its log: every tally, and the losses and lines of each day."""

from sim.battle.clock_rows import Answers, Ask, Questions
from sim.battle.rows import Battle, Entry
from sim.daily import Series
from sim.events import NOBODY, What
from sim.tally import Reading


def measure(battle: Battle, questions: Questions, answers: Answers, row: int) -> None:
    """Answer every tally for one replication."""
    for a in range(len(questions.asks)):
        answers.values[row, a] = 0.0
    for n in range(battle.tally[0].logged):
        entry = battle.log[n]
        for w in range(questions.first[entry.what], questions.first[entry.what + 1]):
            want = questions.wants[w]
            if concerns(questions, want.ask, entry):
                count(questions.asks[want.ask], want.ask, want.weight, entry, answers, row)


def concerns(questions: Questions, a: int, entry: Entry) -> bool:
    """Whether a tally reads a row of a kind that it wants."""
    ask = questions.asks[a]
    line = ask.reading == Reading.LAST or ask.reading == Reading.MOST
    if entry.time >= ask.until or (entry.time < ask.since and not line):
        return False
    if ask.side != NOBODY and ask.side != entry.side and not line:
        return False
    if questions.places[a, entry.place + 1] == 0 or questions.orders[a, entry.order + 1] == 0:
        return False
    return bool(questions.details[a, entry.detail + 1] != 0)


def count(ask: Ask, a: int, weight: float, entry: Entry, answers: Answers, row: int) -> None:
    """Let a row count in a tally."""
    held = entry.amount if ask.side == 1 else 1.0 - entry.amount
    if ask.reading == Reading.SUM:
        answers.values[row, a] += weight * entry.amount
    elif ask.reading == Reading.ROWS:
        answers.values[row, a] += 1.0
    elif ask.reading == Reading.ORDERS:
        if answers.seen[a, entry.order + 1] != row:
            answers.seen[a, entry.order + 1] = row
            answers.values[row, a] += 1.0
    elif ask.reading == Reading.LAST or entry.time <= ask.since:
        answers.values[row, a] = held
    else:
        answers.values[row, a] = max(answers.values[row, a], held)


def count_days(battle: Battle, questions: Questions, answers: Answers, row: int) -> None:
    """What `sim.daily.daily` counts, for one replication."""
    daily = answers.daily[row]
    for series in range(daily.shape[0]):
        for day in range(daily.shape[1]):
            for place in range(daily.shape[2]):
                daily[series, day, place, 0] = 0.0
                daily[series, day, place, 1] = 0.0
    day = 0
    for n in range(battle.tally[0].logged):
        entry = battle.log[n]
        while day + 1 < daily.shape[1] and entry.time + questions.shift >= 24.0 * (day + 1.0):
            day += 1
            for place in range(daily.shape[2]):
                for side in range(2):
                    daily[Series.STRENGTH, day, place, side] = daily[Series.STRENGTH, day - 1, place, side]
                    daily[Series.CONTROL, day, place, side] = daily[Series.CONTROL, day - 1, place, side]
        if entry.what == What.LINE:
            daily[Series.CONTROL, day, entry.place, 0] = 1.0 - entry.amount
            daily[Series.CONTROL, day, entry.place, 1] = entry.amount
        elif entry.what == What.PLACED or entry.what == What.JOINED or entry.what == What.ARRIVED:
            daily[Series.STRENGTH, day, entry.place, entry.side] += entry.amount
        elif entry.what == What.DEPARTED:
            daily[Series.STRENGTH, day, entry.place, entry.side] -= entry.amount
        elif entry.what == What.KILLED:
            lose(answers, row, Series.KILLED, day, entry)
        elif entry.what == What.WOUNDED:
            lose(answers, row, Series.WOUNDED, day, entry)
        elif entry.what == What.CAPTURED:
            lose(answers, row, Series.CAPTURED, day, entry)
    carry_on(answers, row, day)


def lose(answers: Answers, row: int, series: int, day: int, entry: Entry) -> None:
    """People of a side are lost at a place."""
    answers.daily[row, series, day, entry.place, entry.side] += entry.amount
    answers.daily[row, Series.STRENGTH, day, entry.place, entry.side] -= entry.amount


def carry_on(answers: Answers, row: int, day: int) -> None:
    """After the last event nothing changes any more, up to the last day."""
    daily = answers.daily[row]
    for later in range(day + 1, daily.shape[1]):
        for place in range(daily.shape[2]):
            for side in range(2):
                daily[Series.STRENGTH, later, place, side] = daily[Series.STRENGTH, day, place, side]
                daily[Series.CONTROL, later, place, side] = daily[Series.CONTROL, day, place, side]
