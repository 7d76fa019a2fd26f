"""The memory of a batch of replications in machine code: what is drawn before them, set in them and counted in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.events.log import NONE


@dataclass(slots=True)
class CellBinding:
    """A cell of the battle's memory that a parameter fills: offset + factor * parameter."""

    cell: int = 0
    parameter: int = 0
    factor: float = 1.0
    offset: float = 0.0


class Workspace(NamedTuple):
    """All that changes in a battle as one row of cells, seen as whole numbers, as numbers and as bits; see `state`."""

    cells: np.ndarray
    numbers: np.ndarray
    bits: np.ndarray
    template: np.ndarray  # the cells before the first rule
    bindings: Sequence[CellBinding]
    first_input_cell: int
    first_stream_cell: int


class BatchDraws(NamedTuple):
    """What is drawn before a battle, a row for each replication."""

    parameters: np.ndarray  # (replications, parameters)
    normal_inputs: np.ndarray  # (replications, inputs)
    random_bits: np.ndarray  # (replications, words of all streams)


class CompiledIntervention(NamedTuple):
    """What sets in at a moment (h): cells that become numbers or whole numbers, and orders that are rescheduled."""

    at: float  # never, if that is no moment of the battle
    parameters: np.ndarray  # (replications, parameters) of the changed scenario
    bindings: Sequence[CellBinding]
    integer_cells: np.ndarray  # (cells, 2): cell, whole number
    affected_orders: np.ndarray  # orders


@dataclass(slots=True)
class StatisticRequest:
    """One kind of event of one side that a statistic (`sim.events.statistics`) reads, for machine code."""

    statistic: int = 0
    reduction: int = 0
    side: int = NONE
    weight: float = 1.0  # that it gives them
    since: float = 0.0
    until: float = 0.0
    is_filtered: int = 0  # whether it reads those of certain orders or with certain codes only
    ranked_place: int = NONE  # the place whose rank is meant
    threshold: float = 1.0  # the share from which a place is reached


class RequestTable(NamedTuple):
    """What is to be counted: who reads a kind of event of a side, rows `first_request[what, side + 1]` and on.

    Of these the last to end come first.
    """

    requests: Sequence[StatisticRequest]
    first_request: np.ndarray  # (kinds of event, sides and NONE and the end)
    places: np.ndarray  # (statistics, 1 + places): whether a statistic reads events there, NONE coming first
    orders: np.ndarray
    codes: np.ndarray
    forces: np.ndarray
    initial_values: np.ndarray  # (statistics,): before any event is read
    step_ends: np.ndarray  # (steps,): hours from the beginning of the battle to the end of each step of time


class BatchOutput(NamedTuple):
    """What was counted, a row for each replication."""

    values: np.ndarray  # (replications, statistics)
    daily: np.ndarray  # (replications, quantities, steps, places, sides): see `DailyQuantity`
    n_phases: np.ndarray
    sums: np.ndarray  # (statistics, 2): of the ratios, what the side and the other side have summed up
    last_seen: np.ndarray  # (statistics, 1 + orders or places): the last replication in which a statistic met one
