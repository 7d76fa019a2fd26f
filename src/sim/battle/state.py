"""The state of one replication: a fresh copy of the template rows, filled from its parameters and dice."""

import copy
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

import numpy as np

from sim.battle.rows import (
    BITS,
    Battle,
    Call,
    Day,
    Entry,
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
    Tally,
)
from sim.battle.tables import Tables
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
UNCHANGING = {"roads", "members", "steps"}
ROOM = 8192  # rows of a compiled log at first; a battle that needs more is fought again with more


def dtype(row: type[Any]) -> np.dtype:
    """The structured dtype of a row class: every column eight bytes wide."""
    columns: list[tuple[str, Any]] = []
    for column in fields(row):
        whole = np.uint64 if column.metadata == BITS else np.int64
        columns.append((column.name, np.float64 if column.type is float else whole))
    return np.dtype(columns)


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
        """A battle before its first rule; `parameters` in the order of the bindings' slots."""
        rows = {
            name: made if name in UNCHANGING else [copy.copy(row) for row in made]
            for name, made in self.tables.rows.items()
        }
        for binding, value in zip(self.tables.bindings, parameters, strict=True):
            setattr(rows[binding.table][binding.row], binding.field, binding.offset + binding.factor * value)
        rows["streams"] = [Stream(*four) for four in words.tolist()]
        rows["drivers"] = list(drivers)
        rows["log"] = LogBook()
        rows["tally"][0].room = 2**62
        return Battle(**rows)

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
    """Row objects as a structured array."""
    form = dtype(ROWS[table])
    return np.array([tuple(getattr(row, name) for name in form.names or ()) for row in rows], dtype=form)


class ArrayState:
    """Makes battles of structured arrays, for compiled rules."""

    def __init__(self, tables: Tables):
        self.room = ROOM
        self.templates = {name: as_array(name, tables.rows[name]) for name in ROWS}
        self.targets: list[tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        for table in dict.fromkeys(binding.table for binding in tables.bindings):
            chosen = [(n, b) for n, b in enumerate(tables.bindings) if b.table == table]
            names = self.templates[table].dtype.names or ()
            self.targets.append(
                (
                    table,
                    np.array([n for n, _ in chosen]),
                    np.array([b.row for _, b in chosen]),
                    np.array([names.index(b.field) for _, b in chosen]),
                    np.array([b.factor for _, b in chosen]),
                    np.array([b.offset for _, b in chosen]),
                )
            )

    def fresh(self, parameters: Sequence[float], drivers: Sequence[float], words: np.ndarray) -> Battle:
        """A battle before its first rule; `parameters` in the order of the bindings' slots."""
        rows: dict[str, Any] = {
            name: made if name in UNCHANGING else made.copy() for name, made in self.templates.items()
        }
        vector = np.asarray(parameters)
        for table, places, row, column, factor, offset in self.targets:
            cells = rows[table].view(np.float64).reshape(len(rows[table]), -1)
            cells[row, column] = offset + factor * vector[places]
        rows["streams"] = np.ascontiguousarray(words).view(dtype(Stream)).reshape(-1)
        rows["drivers"] = np.asarray(drivers)
        rows["log"] = np.empty(self.room, dtype=ROW)
        rows["tally"]["room"] = self.room
        return Battle(**rows)

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
