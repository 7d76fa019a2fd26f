"""Counting a finished battle in one pass over its log: every tally, and the losses and lines of each day."""

from sim.battle.clock_rows import Answers, Questions, Want
from sim.battle.rows import Battle
from sim.battle.written_rows import Entry
from sim.daily import Series
from sim.events import What
from sim.tally import Reading


def measure(battle: Battle, questions: Questions, answers: Answers, row: int) -> None:
    """Answer every tally for one replication."""
    for tally in range(answers.values.shape[1]):
        answers.values[row, tally] = 0.0
    for n in range(battle.tally[0].logged):
        entry = battle.log[n]
        first = questions.first[entry.what, entry.side + 1]
        for w in range(first, questions.first[entry.what, entry.side + 2]):
            want = questions.wants[w]
            if entry.time < want.until and questions.places[want.tally, entry.place + 1] != 0:
                count(questions, want, entry, answers, row)


def count(questions: Questions, want: Want, entry: Entry, answers: Answers, row: int) -> None:
    """Let a row count in a tally that reads rows of this kind, side, place and time."""
    tally = want.tally
    if want.reading == Reading.TURN:
        take_turn(want, entry, answers, row)
        return
    if want.reading == Reading.LAST or want.reading == Reading.MOST:
        held = entry.amount if want.side == 1 else 1.0 - entry.amount
        if want.reading == Reading.MOST and entry.time > want.since:
            held = max(answers.values[row, tally], held)
        answers.values[row, tally] = held
        return
    if entry.time < want.since:
        return
    if want.particular == 1 and not is_meant(questions, tally, entry):
        return
    if want.reading == Reading.SUM:
        answers.values[row, tally] += want.weight * entry.amount
    elif want.reading == Reading.ROWS:
        answers.values[row, tally] += 1.0
    elif answers.seen[tally, entry.order + 1] != row:
        answers.seen[tally, entry.order + 1] = row
        answers.values[row, tally] += 1.0


def take_turn(want: Want, entry: Entry, answers: Answers, row: int) -> None:
    """Note that a place was reached, if it is for the first time; and which in turn it is, if it is the one meant."""
    held = entry.amount if want.side == 1 else 1.0 - entry.amount
    if held < want.reached or answers.seen[want.tally, entry.place + 1] == row:
        return
    answers.seen[want.tally, entry.place + 1] = row
    if entry.place == want.turn_of:
        for column in range(answers.seen.shape[1]):
            if answers.seen[want.tally, column] == row:
                answers.values[row, want.tally] += 1.0


def is_meant(questions: Questions, tally: int, entry: Entry) -> bool:
    """Whether a tally of certain orders or details means this row."""
    of_order = questions.orders[tally, entry.order + 1] != 0
    return bool(of_order and questions.details[tally, entry.detail + 1] != 0)


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
