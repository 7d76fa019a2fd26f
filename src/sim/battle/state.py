"""The initial state of one replication: tables of the compiled scenario, filled from parameters and random inputs."""

import copy
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, cast

import numpy as np

from sim.battle.compile_scenario import CompiledScenario
from sim.battle.queue_records import EventQueue, QueueState, ScheduledEvent
from sim.battle.records import (
    UNSIGNED,
    AxisStep,
    BattleCounters,
    BattleState,
    Contingent,
    DayState,
    EquipmentStock,
    ForceState,
    Interrupt,
    LogEntry,
    ModelState,
    OrderMember,
    OrderState,
    PlaceState,
    PlaceStock,
    RoadSegment,
    SideState,
    StreamState,
)
from sim.battle.workspace import CellBinding, Workspace
from sim.events.log import LOG_DTYPE

RECORD_TYPES: dict[str, type[Any]] = {
    "model": ModelState,
    "sides": SideState,
    "places": PlaceState,
    "contingents": Contingent,
    "roads": RoadSegment,
    "forces": ForceState,
    "equipment": EquipmentStock,
    "place_equipment": PlaceStock,
    "orders": OrderState,
    "members": OrderMember,
    "axis_steps": AxisStep,
    "days": DayState,
    "streams": StreamState,
    "log": LogEntry,
    "interrupts": Interrupt,
    "counters": BattleCounters,
}
QUEUE_RECORD_TYPES: dict[str, type[Any]] = {"events": ScheduledEvent, "state": QueueState}
CONSTANT_TABLES = {"roads", "members", "axis_steps"}
INITIAL_LOG_CAPACITY = 8192  # rows of a compiled log at first; a run that needs more is made again with more


def make_dtype(record: type[Any]) -> np.dtype:
    """The structured dtype of a record type: every column eight bytes wide."""
    columns: list[tuple[str, Any]] = []
    for column in fields(record):
        integer = np.uint64 if column.metadata == UNSIGNED else np.int64
        columns.append((column.name, np.float64 if column.type is float else integer))
    return np.dtype(columns)


def table_dtype(table: str) -> np.dtype:
    """The dtype of a table of the battle or of the event queue."""
    return np.dtype(np.float64) if table == "normal_inputs" else make_dtype((RECORD_TYPES | QUEUE_RECORD_TYPES)[table])


class GrowingLog(list):  # type: ignore[type-arg]
    """A plain log: rows come into being as they are asked for."""

    def __getitem__(self, index: Any) -> Any:
        while len(self) <= index:
            self.append(LogEntry())
        return super().__getitem__(index)


class ObjectStateFactory:
    """Makes battles of row objects in lists."""

    def __init__(self, compiled_scenario: CompiledScenario):
        self.compiled_scenario = compiled_scenario

    def make_battle(
        self, parameters: Sequence[float], normal_inputs: Sequence[float], stream_bits: np.ndarray
    ) -> BattleState:
        """A battle before its first rule; `parameters` in the order of their names."""
        rows = {
            name: made if name in CONSTANT_TABLES else [copy.copy(row) for row in made]
            for name, made in self.compiled_scenario.rows.items()
        }
        vector = dict(zip(self.compiled_scenario.parameter_names, parameters, strict=True))
        for binding in self.compiled_scenario.bindings:
            value = binding.offset + binding.factor * vector[binding.parameter]
            setattr(rows[binding.table][binding.row], binding.field, value)
        rows["streams"] = [StreamState(*four) for four in stream_bits.tolist()]
        rows["normal_inputs"] = list(normal_inputs)
        rows["log"] = GrowingLog()
        rows["counters"][0].log_capacity = 2**62
        return BattleState(**rows)

    def make_queue(self) -> EventQueue:
        """An event queue for the compiled scheduler."""
        return EventQueue([ScheduledEvent() for _ in self.compiled_scenario.rows["orders"]], [QueueState()])

    def check_overflow(self, battle: BattleState) -> bool:
        """Whether the log had no room for all that happened: never, in this form."""
        return False

    def extract_log(self, battle: BattleState) -> np.ndarray:
        """The log as rows of `LOG_DTYPE`."""
        columns = attrgetter(*(LOG_DTYPE.names or ()))
        return np.array(list(map(columns, battle.log)), dtype=LOG_DTYPE)

    def extract_forces(self, battle: BattleState) -> np.ndarray:
        """The forces as structured rows."""
        return table_to_array("forces", battle.forces)


def table_to_array(table: str, rows: Sequence[Any]) -> np.ndarray:
    """Row objects of a table of the battle as a structured array."""
    return to_structured_array(RECORD_TYPES[table], rows)


def to_structured_array(record: type[Any], rows: Sequence[Any]) -> np.ndarray:
    """Row objects of a class as a structured array."""
    table = np.empty(len(rows), dtype=make_dtype(record))
    for name in table.dtype.names or ():
        table[name] = list(map(attrgetter(name), rows))
    return table


def make_cell_bindings(compiled_scenario: CompiledScenario, first_cells: dict[str, int]) -> np.ndarray:
    """Which cell each parameter fills; `first_cells` says at which cell a table begins."""
    columns = {table: {column.name: n for n, column in enumerate(fields(RECORD_TYPES[table]))} for table in first_cells
               if table in RECORD_TYPES}  # fmt: skip
    numbers = {name: n for n, name in enumerate(compiled_scenario.parameter_names)}
    bindings = [
        CellBinding(
            first_cells[each.table] + each.row * len(columns[each.table]) + columns[each.table][each.field],
            numbers[each.parameter],
            each.factor,
            each.offset,
        )
        for each in compiled_scenario.bindings
    ]
    return to_structured_array(CellBinding, bindings)


class ArrayStateFactory:
    """Makes battles of structured arrays, for compiled rules.

    Everything that changes lies in one row of cells, eight bytes each, table after table, so that a battle is set
    back by copying them.
    """

    def __init__(self, compiled_scenario: CompiledScenario):
        self.log_capacity = INITIAL_LOG_CAPACITY
        self.constant_tables = {name: table_to_array(name, compiled_scenario.rows[name]) for name in CONSTANT_TABLES}
        streams = np.zeros(len(compiled_scenario.stream_names), dtype=make_dtype(StreamState))
        changing = {
            name: table_to_array(name, compiled_scenario.rows[name])
            for name in RECORD_TYPES
            if name not in (*CONSTANT_TABLES, "log")
        }
        parts = changing | {"streams": streams, "normal_inputs": np.zeros(len(compiled_scenario.input_names))}
        self.template = np.concatenate([part.view(np.int64) for part in parts.values()])
        self.layout: dict[str, tuple[int, int, np.dtype]] = {}
        begin = 0
        for name, part in parts.items():
            self.layout[name] = (begin, begin + part.nbytes // 8, part.dtype)
            begin += part.nbytes // 8
        self.bindings = make_cell_bindings(
            compiled_scenario, {name: first for name, (first, _, _) in self.layout.items()}
        )

    def locate_cell(self, table: str, row: int, field: str) -> tuple[int, bool]:
        """Where in the memory a field lies, and whether it is a whole number."""
        begin, _, form = self.layout[table]
        names = form.names or ()
        is_integer = form[field] != np.dtype(np.float64)
        return begin + row * len(names) + names.index(field), is_integer

    def make_workspace(self) -> Workspace:
        """New cells, with the template in them."""
        cells = self.template.copy()
        first = {name: begin for name, (begin, _, _) in self.layout.items()}
        numbers, bits = cells.view(np.float64), cells.view(np.uint64)
        fills: Any = self.bindings
        return Workspace(cells, numbers, bits, self.template, fills, first["normal_inputs"], first["streams"])

    def view_battle(self, workspace: Workspace) -> BattleState:
        """The cells as the tables that rules read, with an empty log."""
        rows: dict[str, Any] = dict(self.constant_tables)
        for name, (begin, end, form) in self.layout.items():
            rows[name] = workspace.cells[begin:end].view(form)
        rows["log"] = np.empty(self.log_capacity, dtype=LOG_DTYPE)
        from sim.battle.jit import Handle  # here, since it needs numba

        battle = cast(BattleState, Handle(BattleState(**rows)))
        self.open_log(battle)
        return battle

    def open_log(self, battle: BattleState) -> None:
        """Say in the cells of a battle how many rows its log has room for."""
        np.asarray(battle.counters)["log_capacity"] = len(battle.log)

    def make_battle(
        self, parameters: Sequence[float], normal_inputs: Sequence[float], stream_bits: np.ndarray
    ) -> BattleState:
        """A battle before its first rule; `parameters` in the order of their names."""
        workspace = self.make_workspace()
        self.fill_workspace(workspace, np.asarray(parameters), np.asarray(normal_inputs), stream_bits.reshape(-1))
        return self.view_battle(workspace)

    def fill_workspace(
        self, workspace: Workspace, parameters: np.ndarray, normal_inputs: np.ndarray, stream_bits: np.ndarray
    ) -> None:
        """Set cells to what they are before the first rule."""
        bindings = self.bindings
        workspace.cells[:] = workspace.template
        workspace.numbers[bindings["cell"]] = (
            bindings["offset"] + bindings["factor"] * parameters[bindings["parameter"]]
        )
        workspace.bits[workspace.first_stream_cell : workspace.first_stream_cell + len(stream_bits)] = stream_bits
        workspace.numbers[workspace.first_input_cell : workspace.first_input_cell + len(normal_inputs)] = normal_inputs

    def make_queue(self) -> EventQueue:
        """An event queue for the compiled scheduler."""
        begin, end, form = self.layout["orders"]
        events: Any = np.zeros((end - begin) * 8 // form.itemsize, dtype=make_dtype(ScheduledEvent))
        queue_state: Any = np.zeros(1, dtype=make_dtype(QueueState))
        from sim.battle.jit import Handle

        return cast(EventQueue, Handle(EventQueue(events, queue_state)))

    def check_overflow(self, battle: BattleState) -> bool:
        """Whether the log had no room for all that happened; the next battle gets more."""
        n_logged = self.count_logged(battle)
        if n_logged <= self.log_capacity:
            return False
        self.log_capacity = 2 * n_logged
        return True

    def count_logged(self, battle: BattleState) -> int:
        """How many rows the rules wanted to write."""
        return int(np.asarray(battle.counters)["n_logged"][0])

    def extract_log(self, battle: BattleState) -> np.ndarray:
        """The log as rows of `LOG_DTYPE`."""
        return np.asarray(battle.log)[: self.count_logged(battle)].copy()

    def extract_forces(self, battle: BattleState) -> np.ndarray:
        """The forces as structured rows."""
        return np.asarray(battle.forces)
