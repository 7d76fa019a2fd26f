"""Many battles in one compiled call: drawn, fought and counted, to the same bits as one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.battle.clock_rows import Answers, Change, Draws, Fill, Questions, Want
from sim.battle.fight import Luck, Stage
from sim.battle.rows import NEVER, Battle
from sim.battle.state import ArrayState, structured
from sim.daily import Series, days_of
from sim.events import NOBODY, What
from sim.history import Names
from sim.tally import Reading, Tally

MOST_DETAILS = 16  # more than any kind of event has, but for equipment


NO_FILLS: Any = structured(Fill, [])
NOTHING = Change(NEVER, np.zeros((1, 1)), NO_FILLS, np.zeros((0, 2), np.int64), np.zeros(0, np.int64))  # sets in


@dataclass(frozen=True)
class Fought:
    """What came of some replications, a row for each."""

    parameters: np.ndarray  # (replications, slots)
    values: np.ndarray  # (replications, tallies)
    daily: np.ndarray  # (replications, series, days, places, sides)
    phases: np.ndarray


def fight_many(stage: Stage, seed: int, replications: range, tallies: Sequence[Tally]) -> Fought:
    """Fight some replications of a stage with compiled rules by the compiled clock; other threads run meanwhile."""
    draws = drawn(stage, seed, replications)
    questions, answers = prepared(stage, tallies, len(replications))
    change = changed(stage, seed, replications)
    fought(stage, draws, questions, answers, change)
    return Fought(draws.parameters, answers.values, answers.daily, answers.phases)


def fight_one(stage: Stage, seed: int, replication: int) -> tuple[np.ndarray, np.ndarray, int]:
    """One replication as it is fought among many: its log, the forces at its end, and the phases played."""
    alone = range(replication, replication + 1)
    questions, answers = prepared(stage, (), 1)
    battle = fought(stage, drawn(stage, seed, alone), questions, answers, changed(stage, seed, alone))
    return stage.state.log(battle), stage.state.forces(battle), int(answers.phases[0])


def fought(stage: Stage, draws: Draws, questions: Questions, answers: Answers, change: Change) -> Battle:
    """Fight what was drawn; the last battle as it ended."""
    state = stage.state
    assert isinstance(state, ArrayState)
    memory, calendar = state.memory(), state.calendar()
    done = 0
    while True:
        battle = state.battle(memory)
        done = stage.rules.fight_all(battle, calendar, memory, draws, questions, answers, change, done, stage.ends)
        if done == len(draws.words):
            return battle
        state.full(battle)


def drawn(stage: Stage, seed: int, replications: range) -> Draws:
    """Parameters, drivers and the beginnings of all streams of some replications."""
    numbers = np.arange(replications.start, replications.stop, dtype=np.uint64)
    words = stage.words(seed, numbers, Luck()).reshape(len(numbers), -1)
    return Draws(stage.vectors(seed, numbers), normals(stage, seed, numbers), words)


def normals(stage: Stage, seed: int, numbers: np.ndarray) -> np.ndarray:
    """The drivers of some replications, shape (replications, drivers)."""
    own = None if stage.given is None else stage.given.dice
    if own is not None and own.drivers == stage.tables.drivers:
        given: np.ndarray = own.normals[own.rows(stage.cast(numbers))]
        return given
    drawn = np.empty((len(numbers), len(stage.tables.drivers)))
    stage.rules.all_normals(stage.driver_words(seed, numbers, Luck()), drawn)
    if own is None:
        return drawn
    return own.drivers_of(stage.tables.drivers, own.rows(stage.cast(numbers)), drawn)


def changed(stage: Stage, seed: int, replications: range) -> Change:
    """What sets in, if anything does: cells of the memory, numbers apart from whole numbers."""
    if stage.branch is None:
        return NOTHING
    state = stage.state
    assert isinstance(state, ArrayState)
    numbers = np.arange(replications.start, replications.stop, dtype=np.uint64)
    fills, marked = [], []
    for setting in stage.settings:
        cell, whole = state.cell(setting.table, setting.row, setting.field)
        if whole:
            marked.append((cell, int(setting.offset)))
        else:
            slot = 0 if setting.slot is None else stage.later.slots.index(setting.slot)
            fills.append(Fill(cell, slot, setting.factor, setting.offset))
    rows: Any = structured(Fill, fills)
    return Change(
        at=stage.branch.at,
        parameters=stage.later.vectors(seed, numbers),
        fills=rows,
        marked=np.array(marked, dtype=np.int64).reshape(-1, 2),
        waking=np.array(stage.waking, dtype=np.int64),
    )


def prepared(stage: Stage, tallies: Sequence[Tally], rows: int) -> tuple[Questions, Answers]:
    """What is to be counted, and room for the answers."""
    names = stage.tables.names
    _, shift, days = days_of(names, stage.ends)
    answers = Answers(
        values=np.empty((rows, len(tallies))),
        daily=np.empty((rows, len(Series), days, len(names.places), len(names.sides))),
        phases=np.empty(rows, dtype=np.int64),
        seen=np.full((len(tallies), 1 + max(len(names.orders), len(names.places))), NOBODY),
    )
    return questions_of(tallies, names, shift), answers


def questions_of(tallies: Sequence[Tally], names: Names, shift: float) -> Questions:
    """Tallies in the form that machine code reads."""
    groups = [[wants_of(tallies, what, side) for side in range(NOBODY, len(names.sides))] for what in What]
    flat = [group for of_kind in groups for group in of_kind]
    first = np.cumsum([0, *map(len, flat)])
    starts = np.arange(len(What))[:, None] * len(groups[0]) + np.arange(len(groups[0]) + 1)
    wants: Any = structured(Want, [want for group in flat for want in group])
    return Questions(
        wants=wants,
        first=first[starts],
        places=marks([t.places for t in tallies], len(names.places)),
        orders=marks([t.orders for t in tallies], len(names.orders)),
        details=marks([t.details for t in tallies], max(len(names.equipment), MOST_DETAILS)),
        shift=shift,
    )


def wants_of(tallies: Sequence[Tally], what: What, side: int) -> list[Want]:
    """Who reads events of one kind and side; a line has no side, and whose share is meant is another matter."""
    lines = (Reading.LAST, Reading.MOST, Reading.TURN)
    return [
        Want(
            tally=n,
            reading=t.reading,
            side=t.side,
            weight=t.kinds[what],
            since=t.since,
            until=t.until,
            particular=int(bool(t.orders or t.details)),
            turn_of=t.turn_of,
            reached=t.reached,
        )
        for n, t in enumerate(tallies)
        if what in t.kinds and (t.side in (NOBODY, side) or t.reading in lines)
    ]


def marks(chosen: Sequence[tuple[int, ...]], count: int) -> np.ndarray:
    """For each tally, which of the indices from NOBODY on it reads; all of them, if it names none."""
    found = np.zeros((len(chosen), 1 + count), dtype=np.uint8)
    for n, indices in enumerate(chosen):
        found[n, [1 + index for index in indices] if indices else slice(None)] = 1
    return found
