"""Many replications in one compiled call: drawn, simulated and counted, to the same bits as one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.battle.records import NEVER, BattleState
from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.battle.state import ArrayStateFactory, to_structured_array
from sim.battle.supplied_draws import RandomOverrides
from sim.battle.workspace import (
    BatchDraws,
    BatchOutput,
    CellBinding,
    CompiledIntervention,
    RequestTable,
    StatisticRequest,
)
from sim.events.daily import DailyQuantity
from sim.events.log import NONE, EventKind, EventLog, Labels
from sim.events.statistics import BOTH_SIDES, LogStatistic
from sim.events.time_steps import TimeSteps, find_time_steps

MAX_CODES = 16  # more than any kind of event has, but for equipment


NO_BINDINGS: Any = to_structured_array(CellBinding, [])
NO_INTERVENTION = CompiledIntervention(
    NEVER, np.zeros((1, 1)), NO_BINDINGS, np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
)


@dataclass(frozen=True)
class BatchResult:
    """The results of some replications, a row for each."""

    parameters: np.ndarray  # (replications, parameters)
    values: np.ndarray  # (replications, statistics)
    daily: np.ndarray  # (replications, quantities, steps, places, sides)
    n_phases: np.ndarray


def simulate_batch(
    simulation: Simulation, seed: int, replications: Sequence[int], statistics: Sequence[LogStatistic]
) -> BatchResult:
    """Simulate some replications with compiled rules by the compiled scheduler; other threads run meanwhile."""
    draws = draw_batch(simulation, seed, replications)
    requests, output = prepare_batch(simulation, statistics, len(replications))
    intervention = compile_intervention(simulation, seed, replications)
    run_batch(simulation, draws, requests, output, intervention)
    return BatchResult(draws.parameters, output.values, output.daily, output.n_phases)


def simulate_one(simulation: Simulation, seed: int, replication: int) -> tuple[np.ndarray, np.ndarray, int]:
    """One replication as it is simulated among many: its log, the forces at its end, and the number of phases."""
    alone = range(replication, replication + 1)
    requests, output = prepare_batch(simulation, (), 1)
    battle = run_batch(
        simulation, draw_batch(simulation, seed, alone), requests, output, compile_intervention(simulation, seed, alone)
    )
    return (
        simulation.state_factory.extract_log(battle),
        simulation.state_factory.extract_forces(battle),
        int(output.n_phases[0]),
    )


def run_alone(simulation: Simulation, seed: int, replication: int) -> RunResult:
    """One replication as `Simulation.run` gives it, by the machine code that simulates batches: the same bits."""
    log, forces, n_phases = simulate_one(simulation, seed, replication)
    return RunResult(
        scenario=simulation.digest,
        law=simulation.law,
        seed=seed,
        replication=replication,
        parameters=simulation.draw_parameters(seed, replication, RandomOverrides()),
        normal_inputs=simulation.draw_normal_inputs(seed, replication, RandomOverrides()),
        event_log=EventLog(log, simulation.compiled_scenario.labels, simulation.end_hours),
        forces=forces,
        n_phases=n_phases,
    )


def run_batch(
    simulation: Simulation,
    draws: BatchDraws,
    requests: RequestTable,
    output: BatchOutput,
    intervention: CompiledIntervention,
) -> BattleState:
    """Simulate what was drawn; the last battle as it ended."""
    state = simulation.state_factory
    assert isinstance(state, ArrayStateFactory)
    workspace, queue = state.make_workspace(), state.make_queue()
    n_done = 0
    while True:
        battle = state.view_battle(workspace)
        n_done = simulation.rules.run_replications(
            battle, queue, workspace, draws, requests, output, intervention, n_done, simulation.end_hours
        )
        if n_done == len(draws.random_bits):
            return battle
        state.check_overflow(battle)


def draw_batch(simulation: Simulation, seed: int, replications: Sequence[int]) -> BatchDraws:
    """Parameters, normal inputs and the beginnings of all streams of some replications."""
    numbers = np.array(replications, dtype=np.uint64)
    random_bits = simulation.draw_stream_bits(seed, numbers, RandomOverrides()).reshape(len(numbers), -1)
    normal_inputs = simulation.shift_inputs(draw_batch_inputs(simulation, seed, numbers))
    return BatchDraws(simulation.draw_parameter_matrix(seed, numbers), normal_inputs, random_bits)


def draw_batch_inputs(simulation: Simulation, seed: int, numbers: np.ndarray) -> np.ndarray:
    """The normal inputs of some replications, supplied or drawn, shape (replications, inputs)."""
    randomness = None if simulation.supplied is None else simulation.supplied.randomness
    if randomness is not None and randomness.input_names == simulation.compiled_scenario.input_names:
        supplied_inputs: np.ndarray = randomness.normal_inputs[randomness.row_indices(simulation.rng_index(numbers))]
        return supplied_inputs
    inputs = np.empty((len(numbers), len(simulation.compiled_scenario.input_names)))
    simulation.rules.compute_normals(simulation.draw_input_bits(seed, numbers, RandomOverrides()), inputs)
    if randomness is None:
        return inputs
    return randomness.select_normal_inputs(
        simulation.compiled_scenario.input_names, randomness.row_indices(simulation.rng_index(numbers)), inputs
    )


def compile_intervention(simulation: Simulation, seed: int, replications: Sequence[int]) -> CompiledIntervention:
    """The intervention, if there is one, as cells of the memory, numbers apart from whole numbers."""
    if simulation.intervention is None:
        return NO_INTERVENTION
    state = simulation.state_factory
    assert isinstance(state, ArrayStateFactory)
    numbers = np.array(replications, dtype=np.uint64)
    bindings, integer_cells = [], []
    for override in simulation.overrides:
        cell, is_integer = state.locate_cell(override.table, override.row, override.field)
        if is_integer:
            integer_cells.append((cell, int(override.offset)))
        else:
            parameter = (
                0
                if override.parameter is None
                else simulation.after_intervention.parameter_names.index(override.parameter)
            )
            bindings.append(CellBinding(cell, parameter, override.factor, override.offset))
    rows: Any = to_structured_array(CellBinding, bindings)
    return CompiledIntervention(
        at=simulation.intervention.at_hours,
        parameters=simulation.after_intervention.draw_parameter_matrix(seed, numbers),
        bindings=rows,
        integer_cells=np.array(integer_cells, dtype=np.int64).reshape(-1, 2),
        affected_orders=np.array(simulation.affected_orders, dtype=np.int64),
    )


def prepare_batch(
    simulation: Simulation, statistics: Sequence[LogStatistic], rows: int
) -> tuple[RequestTable, BatchOutput]:
    """What is to be counted, and room for the answers."""
    names = simulation.compiled_scenario.labels
    steps = find_time_steps(names, simulation.end_hours)
    output = BatchOutput(
        values=np.empty((rows, len(statistics))),
        daily=np.empty((rows, len(DailyQuantity), steps.count, len(names.places), len(names.sides))),
        n_phases=np.empty(rows, dtype=np.int64),
        sums=np.empty((len(statistics), 2)),
        last_seen=np.full((len(statistics), 1 + max(len(names.orders), len(names.places))), NONE),
    )
    return compile_requests(statistics, names, steps), output


def compile_requests(statistics: Sequence[LogStatistic], labels: Labels, steps: TimeSteps) -> RequestTable:
    """Statistics in the form that machine code reads."""
    groups = [[find_requests(statistics, kind, side) for side in range(NONE, len(labels.sides))] for kind in EventKind]
    flat = [group for of_kind in groups for group in of_kind]
    first = np.cumsum([0, *map(len, flat)])
    starts = np.arange(len(EventKind))[:, None] * len(groups[0]) + np.arange(len(groups[0]) + 1)
    requests: Any = to_structured_array(StatisticRequest, [request for group in flat for request in group])
    return RequestTable(
        requests=requests,
        first_request=first[starts],
        places=make_masks([each.places for each in statistics], len(labels.places)),
        orders=make_masks([each.orders for each in statistics], len(labels.orders)),
        codes=make_masks([each.codes for each in statistics], max(len(labels.equipment), MAX_CODES)),
        forces=make_masks([each.forces for each in statistics], len(labels.forces)),
        initial_values=np.array([each.initial_value for each in statistics], dtype=np.float64),
        step_ends=steps.end_hours_of_steps,
    )


def find_requests(statistics: Sequence[LogStatistic], kind: EventKind, side: int) -> list[StatisticRequest]:
    """The statistics that read events of one kind and side, the last to end first; some are read whatever the side."""
    requests = [
        StatisticRequest(
            statistic=n,
            reduction=each.reduction,
            side=each.side,
            weight=each.kind_weights[kind],
            since=each.since,
            until=each.until,
            is_filtered=int(bool(each.orders or each.codes or each.forces)),
            ranked_place=each.ranked_place,
            threshold=each.threshold,
        )
        for n, each in enumerate(statistics)
        if kind in each.kind_weights and (each.side in (NONE, side) or each.reduction in BOTH_SIDES)
    ]
    return sorted(requests, key=lambda request: -request.until)


def make_masks(selections: Sequence[tuple[int, ...]], count: int) -> np.ndarray:
    """For each statistic, which of the indices from NONE on it reads; all of them, if it names none."""
    masks = np.zeros((len(selections), 1 + count), dtype=np.uint8)
    for n, indices in enumerate(selections):
        masks[n, [1 + index for index in indices] if indices else slice(None)] = 1
    return masks
