"""The state of the compiled clock, which no rule can see: rows like those of the battle, in tables of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.battle.rows import NEVER
from sim.events import NOBODY


@dataclass(slots=True)
class Turn:
    """An order in the calendar, row `order`; and, since there are as many, one place of the heap and of the queue."""

    at: float = NEVER  # when it plays its next phase
    sequence: int = 0  # when that was settled: of two at the same moment, the earlier plays first
    position: int = 0  # where in the heap it stands
    called: int = 0  # whether it is in the queue of those that play now
    over: int = 0
    in_heap: int = 0  # the order that stands in this position of the heap
    in_queue: int = 0  # the order that stands in this place of the queue


@dataclass(slots=True)
class Hand:
    """How far the clock has got."""

    settled: int = 0  # turns put in the calendar so far
    first: int = 0  # the place of the queue where its first order stands
    waiting: int = 0  # how many stand in it


class Calendar(NamedTuple):
    """What the compiled clock keeps: lists of row objects, or structured arrays."""

    turns: Sequence[Turn]
    hand: Sequence[Hand]


@dataclass(slots=True)
class Fill:
    """A cell of the battle's memory that a parameter fills: offset + factor * slot."""

    cell: int = 0
    slot: int = 0
    factor: float = 1.0
    offset: float = 0.0


class Memory(NamedTuple):
    """All that changes in a battle as one row of cells, seen as whole numbers, as numbers and as bits; see `state`."""

    cells: np.ndarray
    numbers: np.ndarray
    bits: np.ndarray
    template: np.ndarray  # the cells before the first rule
    fills: Sequence[Fill]
    first_driver: int
    first_word: int


class Draws(NamedTuple):
    """What is drawn before a battle, a row for each replication."""

    parameters: np.ndarray  # (replications, slots)
    drivers: np.ndarray  # (replications, drivers)
    words: np.ndarray  # (replications, words of all streams)


class Change(NamedTuple):
    """What sets in at a moment (h): cells that become numbers or whole numbers, and orders that look anew."""

    at: float  # never, if that is no moment of the battle
    parameters: np.ndarray  # (replications, slots) of the changed scenario
    fills: Sequence[Fill]
    marked: np.ndarray  # (cells, 2): cell, whole number
    waking: np.ndarray  # orders


@dataclass(slots=True)
class Want:
    """A tally (`sim.tally`) that reads one kind of event of one side, for machine code."""

    tally: int = 0
    reading: int = 0
    side: int = NOBODY
    weight: float = 1.0  # that it gives them
    since: float = 0.0
    until: float = 0.0
    particular: int = 0  # whether it reads those of certain orders or with certain details only
    turn_of: int = NOBODY  # the place whose turn is meant
    reached: float = 1.0  # the share from which a place is reached


class Questions(NamedTuple):
    """What is to be counted: who wants which kind of event of whom, rows `first[what, side + 1]` and on."""

    wants: Sequence[Want]
    first: np.ndarray  # (kinds of event, sides and NOBODY and the end)
    places: np.ndarray  # (tallies, 1 + places): whether a tally reads events there, NOBODY coming first
    orders: np.ndarray
    details: np.ndarray
    shift: float  # hours from midnight to the beginning


class Answers(NamedTuple):
    """What was counted, a row for each replication."""

    values: np.ndarray  # (replications, tallies)
    daily: np.ndarray  # (replications, series, days, places, sides): see `sim.daily.SERIES`
    phases: np.ndarray
    seen: np.ndarray  # (tallies, 1 + orders or places): the last replication in which a tally met one
