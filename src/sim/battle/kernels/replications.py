"""Many replications in one call: for each the memory is reset, filled with what was drawn, simulated and counted."""

import numpy as np

from sim.battle.kernels.event_queue import reschedule_order, resume_battle, run_battle
from sim.battle.kernels.log_statistics import compute_statistics, fill_daily_series
from sim.battle.queue_records import EventQueue
from sim.battle.records import BattleState
from sim.battle.rules.rates import refresh_rates
from sim.battle.rules.sampling import normal_quantile
from sim.battle.workspace import BatchDraws, BatchOutput, CompiledIntervention, RequestTable, Workspace

HALF_STEP_2_53 = 1.1102230246251565e-16  # 2**-53


def run_replications(
    battle: BattleState,
    queue: EventQueue,
    workspace: Workspace,
    draws: BatchDraws,
    requests: RequestTable,
    output: BatchOutput,
    intervention: CompiledIntervention,
    first_row: int,
    end_time: float,
) -> int:
    """Simulate the rows of `draws` from `first_row` on; returns how many are done: not all if the log is full."""
    for row in range(first_row, len(draws.random_bits)):
        reset_workspace(workspace, draws, row)
        battle.counters[0].log_capacity = len(battle.log)
        output.n_phases[row] = run_battle(battle, queue, min(intervention.at, end_time))
        if intervention.at < end_time:
            apply_intervention(battle, queue, workspace, intervention, row)
            output.n_phases[row] += resume_battle(battle, queue, intervention.at, end_time)
        if battle.counters[0].n_logged > battle.counters[0].log_capacity:
            return row
        compute_statistics(battle, requests, output, row)
        fill_daily_series(battle, requests, output, row)
    return len(draws.random_bits)


def reset_workspace(workspace: Workspace, draws: BatchDraws, row: int) -> None:
    """The battle before its first rule."""
    for cell in range(len(workspace.cells)):
        workspace.cells[cell] = workspace.template[cell]
    for binding in workspace.bindings:
        workspace.numbers[binding.cell] = binding.offset + binding.factor * draws.parameters[row, binding.parameter]
    for n in range(draws.normal_inputs.shape[1]):
        workspace.numbers[workspace.first_input_cell + n] = draws.normal_inputs[row, n]
    for n in range(draws.random_bits.shape[1]):
        workspace.bits[workspace.first_stream_cell + n] = draws.random_bits[row, n]


def apply_intervention(
    battle: BattleState, queue: EventQueue, workspace: Workspace, intervention: CompiledIntervention, row: int
) -> None:
    """The intervention: its cells are set, and the orders whose moment is another are rescheduled."""
    for binding in intervention.bindings:
        workspace.numbers[binding.cell] = (
            binding.offset + binding.factor * intervention.parameters[row, binding.parameter]
        )
    for n in range(intervention.integer_cells.shape[0]):
        workspace.cells[intervention.integer_cells[n, 0]] = intervention.integer_cells[n, 1]
    refresh_rates(battle, intervention.at)
    for n in range(len(intervention.affected_orders)):
        reschedule_order(battle, queue, intervention.affected_orders[n])


def compute_normals(random_bits: np.ndarray, normals: np.ndarray) -> None:
    """A standard normal number from each 64-bit word; both of shape (replications, inputs)."""
    for row in range(random_bits.shape[0]):
        for n in range(random_bits.shape[1]):
            normals[row, n] = normal_quantile(((random_bits[row, n] >> 11) + 0.5) * HALF_STEP_2_53)
