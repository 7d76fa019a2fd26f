"""Many battles in one call: for each the memory is set back, filled with what was drawn, fought and counted."""

import numpy as np

from sim.battle.clock.calendar import go_on, look_anew, play
from sim.battle.clock.measuring import count_days, measure
from sim.battle.clock.normals import normal
from sim.battle.clock_rows import Answers, Calendar, Change, Draws, Memory, Questions
from sim.battle.rows import Battle

HALF_STEP_OF_53_BITS = 1.1102230246251565e-16  # 2**-53


def fight_all(
    battle: Battle,
    calendar: Calendar,
    memory: Memory,
    draws: Draws,
    questions: Questions,
    answers: Answers,
    change: Change,
    first: int,
    ends: float,
) -> int:
    """Fight the rows of `draws` from `first` on; returns how many are done: fewer than there are if the log is full."""
    for row in range(first, len(draws.words)):
        set_back(memory, draws, row)
        battle.tally[0].room = len(battle.log)
        answers.phases[row] = play(battle, calendar, min(change.at, ends))
        if change.at < ends:
            set_in(battle, calendar, memory, change, row)
            answers.phases[row] += go_on(battle, calendar, change.at, ends)
        if battle.tally[0].logged > battle.tally[0].room:
            return row
        measure(battle, questions, answers, row)
        count_days(battle, questions, answers, row)
    return len(draws.words)


def set_back(memory: Memory, draws: Draws, row: int) -> None:
    """The battle before its first rule."""
    for cell in range(len(memory.cells)):
        memory.cells[cell] = memory.template[cell]
    for fill in memory.fills:
        memory.numbers[fill.cell] = fill.offset + fill.factor * draws.parameters[row, fill.slot]
    for n in range(draws.drivers.shape[1]):
        memory.numbers[memory.first_driver + n] = draws.drivers[row, n]
    for n in range(draws.words.shape[1]):
        memory.bits[memory.first_word + n] = draws.words[row, n]


def set_in(battle: Battle, calendar: Calendar, memory: Memory, change: Change, row: int) -> None:
    """A change sets in: its cells are set, and the orders whose moment is another look at it anew."""
    for fill in change.fills:
        memory.numbers[fill.cell] = fill.offset + fill.factor * change.parameters[row, fill.slot]
    for n in range(change.marked.shape[0]):
        memory.cells[change.marked[n, 0]] = change.marked[n, 1]
    for n in range(len(change.waking)):
        look_anew(battle, calendar, change.waking[n])


def all_normals(words: np.ndarray, normals: np.ndarray) -> None:
    """A standard normal number from each 64-bit word; both of shape (replications, drivers)."""
    for row in range(words.shape[0]):
        for n in range(words.shape[1]):
            normals[row, n] = normal(((words[row, n] >> 11) + 0.5) * HALF_STEP_OF_53_BITS)
