"""The state of one replication: a fresh copy of the template rows, filled from its parameters and dice."""

import copy
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, cast

import numpy as np

from sim.battle.clock_rows import Calendar, Fill, Hand, Memory, Turn
from sim.battle.rows import (
    BITS,
    Battle,
    Day,
    Force,
    Front,
    Gear,
    Member,
    Model,
    Order,
    Place,
    Road,
    Side,
    Step,
    Stream,
)
from sim.battle.tables import Tables
from sim.battle.written_rows import Call, Entry, Tally
from sim.events import ROW

ROWS: dict[str, type[Any]] = {
    "model": Model,
    "sides": Side,
    "places": Place,
    "fronts": Front,
    "roads": Road,
    "forces": Force,
    "gear": Gear,
    "orders": Order,
    "members": Member,
    "steps": Step,
    "days": Day,
    "streams": Stream,
    "log": Entry,
    "calls": Call,
    "tally": Tally,
}
CLOCK_ROWS: dict[str, type[Any]] = {"turns": Turn, "hand": Hand}
UNCHANGING = {"roads", "members", "steps"}
ROOM = 8192  # rows of a compiled log at first; a battle that needs more is fought again with more


def dtype(row: type[Any]) -> np.dtype:
    """The structured dtype of a row class: every column eight bytes wide."""
    columns: list[tuple[str, Any]] = []
    for column in fields(row):
        whole = np.uint64 if column.metadata == BITS else np.int64
        columns.append((column.name, np.float64 if column.type is float else whole))
    return np.dtype(columns)


def dtype_of(table: str) -> np.dtype:
    """The dtype of a table of the battle or of the clock."""
    return np.dtype(np.float64) if table == "drivers" else dtype((ROWS | CLOCK_ROWS)[table])


class LogBook(list):  # type: ignore[type-arg]
    """A plain log: rows come into being as they are asked for."""

    def __getitem__(self, index: Any) -> Any:
        while len(self) <= index:
            self.append(Entry())
        return super().__getitem__(index)


class PlainState:
    """Makes battles of row objects in lists."""

    def __init__(self, tables: Tables):
        self.tables = tables

    def fresh(self, parameters: Sequence[float], drivers: Sequence[float], words: np.ndarray) -> Battle:
        """A battle before its first rule; `parameters` in the order of the slots."""
        rows = {
            name: made if name in UNCHANGING else [copy.copy(row) for row in made]
            for name, made in self.tables.rows.items()
        }
        vector = dict(zip(self.tables.slots, parameters, strict=True))
        for binding in self.tables.bindings:
            value = binding.offset + binding.factor * vector[binding.slot]
            setattr(rows[binding.table][binding.row], binding.field, value)
        rows["streams"] = [Stream(*four) for four in words.tolist()]
        rows["drivers"] = list(drivers)
        rows["log"] = LogBook()
        rows["tally"][0].room = 2**62
        return Battle(**rows)

    def calendar(self) -> Calendar:
        """A calendar for the compiled clock."""
        return Calendar([Turn() for _ in self.tables.rows["orders"]], [Hand()])

    def full(self, battle: Battle) -> bool:
        """Whether the log had no room for all that happened: never, in this form."""
        return False

    def log(self, battle: Battle) -> np.ndarray:
        """The log as rows of `events.ROW`."""
        columns = attrgetter(*(ROW.names or ()))
        return np.array(list(map(columns, battle.log)), dtype=ROW)

    def forces(self, battle: Battle) -> np.ndarray:
        """The forces as structured rows."""
        return as_array("forces", battle.forces)


def as_array(table: str, rows: Sequence[Any]) -> np.ndarray:
    """Row objects of a table of the battle as a structured array."""
    return structured(ROWS[table], rows)


def structured(row: type[Any], rows: Sequence[Any]) -> np.ndarray:
    """Row objects of a class as a structured array."""
    form = dtype(row)
    return np.array([tuple(getattr(row, name) for name in form.names or ()) for row in rows], dtype=form)


def fills_of(tables: Tables, begin: dict[str, int]) -> np.ndarray:
    """Which cell each slot of the parameter vector fills; `begin` says at which cell a table begins."""
    fills = []
    for binding in tables.bindings:
        names = [column.name for column in fields(ROWS[binding.table])]
        cell = begin[binding.table] + binding.row * len(names) + names.index(binding.field)
        fills.append(Fill(cell, tables.slots.index(binding.slot), binding.factor, binding.offset))
    return structured(Fill, fills)


class ArrayState:
    """Makes battles of structured arrays, for compiled rules.

    Everything that changes lies in one row of cells, eight bytes each, table after table, so that a battle is set
    back by copying them.
    """

    def __init__(self, tables: Tables):
        self.room = ROOM
        self.fixed = {name: as_array(name, tables.rows[name]) for name in UNCHANGING}
        streams = np.zeros(len(tables.streams), dtype=dtype(Stream))
        changing = {name: as_array(name, tables.rows[name]) for name in ROWS if name not in (*UNCHANGING, "log")}
        parts = changing | {"streams": streams, "drivers": np.zeros(len(tables.drivers))}
        self.template = np.concatenate([part.view(np.int64) for part in parts.values()])
        self.places: dict[str, tuple[int, int, np.dtype]] = {}
        begin = 0
        for name, part in parts.items():
            self.places[name] = (begin, begin + part.nbytes // 8, part.dtype)
            begin += part.nbytes // 8
        self.fills = fills_of(tables, {name: first for name, (first, _, _) in self.places.items()})

    def cell(self, table: str, row: int, field: str) -> tuple[int, bool]:
        """Where in the memory a field lies, and whether it is a whole number."""
        begin, _, form = self.places[table]
        names = form.names or ()
        whole = form[field] != np.dtype(np.float64)
        return begin + row * len(names) + names.index(field), whole

    def memory(self) -> Memory:
        """New cells, with the template in them."""
        cells = self.template.copy()
        first = {name: begin for name, (begin, _, _) in self.places.items()}
        numbers, bits = cells.view(np.float64), cells.view(np.uint64)
        fills: Any = self.fills
        return Memory(cells, numbers, bits, self.template, fills, first["drivers"], first["streams"])

    def battle(self, memory: Memory) -> Battle:
        """The cells as the tables that rules read, with an empty log."""
        rows: dict[str, Any] = dict(self.fixed)
        for name, (begin, end, form) in self.places.items():
            rows[name] = memory.cells[begin:end].view(form)
        rows["log"] = np.empty(self.room, dtype=ROW)
        rows["tally"]["room"] = self.room
        from sim.battle.jit import Handle  # here, since it needs numba

        return cast(Battle, Handle(Battle(**rows)))

    def fresh(self, parameters: Sequence[float], drivers: Sequence[float], words: np.ndarray) -> Battle:
        """A battle before its first rule; `parameters` in the order of the slots."""
        memory = self.memory()
        fills = self.fills
        memory.numbers[fills["cell"]] = fills["offset"] + fills["factor"] * np.asarray(parameters)[fills["slot"]]
        memory.bits[memory.first_word : memory.first_word + words.size] = words.reshape(-1)
        memory.numbers[memory.first_driver : memory.first_driver + len(drivers)] = drivers
        return self.battle(memory)

    def calendar(self) -> Calendar:
        """A calendar for the compiled clock."""
        begin, end, form = self.places["orders"]
        turns: Any = np.zeros((end - begin) * 8 // form.itemsize, dtype=dtype(Turn))
        hand: Any = np.zeros(1, dtype=dtype(Hand))
        from sim.battle.jit import Handle

        return cast(Calendar, Handle(Calendar(turns, hand)))

    def full(self, battle: Battle) -> bool:
        """Whether the log had no room for all that happened; the next battle gets more."""
        logged = self.logged(battle)
        if logged <= self.room:
            return False
        self.room = 2 * logged
        return True

    def logged(self, battle: Battle) -> int:
        """How many rows the rules wanted to write."""
        return int(np.asarray(battle.tally)["logged"][0])

    def log(self, battle: Battle) -> np.ndarray:
        """The log as rows of `events.ROW`."""
        return np.asarray(battle.log)[: self.logged(battle)].copy()

    def forces(self, battle: Battle) -> np.ndarray:
        """The forces as structured rows."""
        return np.asarray(battle.forces)
