"""The event queue of the compiled scheduler: runs one battle as SimPy would.

The tie rule of both schedulers. An order that is interrupted steps now, before anything that was due now; several step
in the order of the interrupts, and one more interrupt of the same order changes nothing. Of orders due at one moment,
the one that was scheduled first steps first. The fighting comes after all of them. At the beginning every order is
ready, in the order of ids.
"""

from sim.battle.queue_records import EventQueue, ScheduledEvent
from sim.battle.records import NEVER, BattleState
from sim.battle.rules.assault import resolve_stop
from sim.battle.rules.casualties import advance_combat
from sim.battle.rules.dispatch import open_battle, take_step
from sim.battle.rules.event_log import pop_interrupt
from sim.battle.rules.order_lifecycle import reconsider_order
from sim.events.log import NONE


def run_battle(battle: BattleState, queue: EventQueue, end_time: float) -> int:
    """Run from the opening until the end; returns the number of phases."""
    open_battle(battle)
    reset_queue(queue)
    return resume_battle(battle, queue, 0.0, end_time)


def resume_battle(battle: BattleState, queue: EventQueue, now: float, end_time: float) -> int:
    """Run from a moment on until the end; returns the number of phases."""
    combat_due = now  # when the fighting needs its next look
    n_phases = 0
    while True:
        horizon = min(next_order_time(queue, now), end_time)
        if combat_due < horizon:
            combat_due, place = advance_combat(battle, horizon)
            if place != NONE:
                now = combat_due
                if resolve_stop(battle, place, now) > 0:
                    deliver_interrupts(battle, queue, NONE)
                continue
        if horizon >= end_time:
            return n_phases
        now = horizon
        order = pop_next_order(queue)
        hours = take_step(battle, order, now)
        combat_due = now
        n_phases += 1
        if battle.counters[0].n_interrupts > 0:
            deliver_interrupts(battle, queue, order)
        if hours < 0.0:
            queue.events[order].is_over = 1
        schedule_order(queue, order, now + hours if 0.0 <= hours < NEVER else NEVER)


def reschedule_order(battle: BattleState, queue: EventQueue, order: int) -> None:
    """An order whose moment is another now steps to look at it."""
    reconsider_order(battle, order)
    deliver_interrupts(battle, queue, NONE)


def reset_queue(queue: EventQueue) -> None:
    """Every order is ready, and nothing is due yet."""
    for order in range(len(queue.events)):
        event = queue.events[order]
        event.at = NEVER
        event.sequence = order
        event.heap_position = order
        event.is_ready = 1
        event.is_over = 0
        event.heap_order = order
        event.ready_order = order
    state = queue.state[0]
    state.n_scheduled = len(queue.events)
    state.ready_head = 0
    state.n_ready = len(queue.events)


def next_order_time(queue: EventQueue, now: float) -> float:
    """When the next order steps; NEVER if all wait for an interrupt or are over."""
    return now if queue.state[0].n_ready > 0 else queue.events[0].at


def pop_next_order(queue: EventQueue) -> int:
    """The order that steps next: the first that was interrupted, else the one that is due."""
    state = queue.state[0]
    if state.n_ready == 0:
        return queue.events[0].heap_order
    order = queue.events[state.ready_head].ready_order
    state.ready_head = (state.ready_head + 1) % len(queue.events)
    state.n_ready -= 1
    queue.events[order].is_ready = 0
    return order


def deliver_interrupts(battle: BattleState, queue: EventQueue, current: int) -> None:
    """Make the orders ready that the rules interrupt, but for the one that is stepping and those that are over."""
    state = queue.state[0]
    while True:
        order = pop_interrupt(battle)
        if order == NONE:
            return
        event = queue.events[order]
        if order != current and event.is_over == 0 and event.is_ready == 0:
            event.is_ready = 1
            queue.events[(state.ready_head + state.n_ready) % len(queue.events)].ready_order = order
            state.n_ready += 1


def schedule_order(queue: EventQueue, order: int, at: float) -> None:
    """Schedule an order's next event, and move it to its position in the heap."""
    sequence = queue.state[0].n_scheduled
    queue.state[0].n_scheduled += 1
    position = queue.events[order].heap_position
    while position > 0:
        parent = (position - 1) // 2
        if not is_earlier(at, sequence, queue.events[parent]):
            break
        move_in_heap(queue, parent, position)
        position = parent
    while 2 * position + 1 < len(queue.events):
        child = 2 * position + 1
        if child + 1 < len(queue.events):
            other = queue.events[child + 1]
            child += 1 if is_earlier(other.at, other.sequence, queue.events[child]) else 0
        if is_earlier(at, sequence, queue.events[child]):
            break
        move_in_heap(queue, child, position)
        position = child
    event = queue.events[position]
    event.at = at
    event.sequence = sequence
    event.heap_order = order
    queue.events[order].heap_position = position


def is_earlier(at: float, sequence: int, event: ScheduledEvent) -> bool:
    """Whether an event comes before the one that stands in a position of the heap."""
    return at < event.at or (at == event.at and sequence < event.sequence)


def move_in_heap(queue: EventQueue, start: int, end: int) -> None:
    """Move the event in one position of the heap to another."""
    event, moved = queue.events[start], queue.events[end]
    moved.at = event.at
    moved.sequence = event.sequence
    moved.heap_order = event.heap_order
    queue.events[event.heap_order].heap_position = end
