"""The record types of the compiled scheduler's event queue, as `records.py` has those of a battle's state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sim.battle.records import NEVER


@dataclass(slots=True)
class ScheduledEvent:
    """An order's next event, row `order`; and, since there are as many, a position of heap and ready queue."""

    heap_position: int = 0  # where in the heap the order stands
    is_ready: int = 0  # whether it is in the queue of those that step now
    is_over: int = 0
    at: float = NEVER  # when the order that stands in this position of the heap takes its next step
    sequence: int = 0  # when that was scheduled: of two at the same moment, the one scheduled earlier comes first
    heap_order: int = 0  # the order that stands in this position of the heap
    ready_order: int = 0  # the order that stands in this place of the ready queue


@dataclass(slots=True)
class QueueState:
    """How many events were scheduled, and which orders are ready."""

    n_scheduled: int = 0  # events so far
    ready_head: int = 0  # the place of the ready queue where its first order stands
    n_ready: int = 0  # how many stand in it


class EventQueue(NamedTuple):
    """What the compiled scheduler keeps: lists of row objects, or structured arrays."""

    events: Sequence[ScheduledEvent]
    state: Sequence[QueueState]
