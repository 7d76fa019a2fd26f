"""The calendar of the compiled clock: plays one battle as SimPy would.

The tie rule of both clocks. An order that is called up plays now, before anything that was due now; several play in
the order of the calls, and a call of an order that is called already changes nothing. Of orders due at one moment,
the one whose turn was settled first plays first. The fighting comes after all of them. At the beginning every order
is called, in the sequence of the scenario.
"""

from sim.battle.clock_rows import Calendar
from sim.battle.rows import NEVER, Battle
from sim.battle.rules.assault import settle
from sim.battle.rules.combat import advance
from sim.battle.rules.intent import reconsider
from sim.battle.rules.journal import next_call
from sim.battle.rules.opening import open_battle
from sim.battle.rules.step import step
from sim.events import NOBODY


def play(battle: Battle, calendar: Calendar, ends: float) -> int:
    """Fight from the opening until the end; returns how many phases were played."""
    open_battle(battle)
    begin(calendar)
    return go_on(battle, calendar, 0.0, ends)


def go_on(battle: Battle, calendar: Calendar, now: float, ends: float) -> int:
    """Fight from a moment on until the end; returns how many phases were played."""
    due = now  # when the fighting needs its next look
    played = 0
    while True:
        horizon = min(next_moment(calendar, now), ends)
        if due < horizon:
            due, place = advance(battle, horizon)
            if place != NOBODY:
                now = due
                if settle(battle, place, now) > 0:
                    pass_on_calls(battle, calendar, NOBODY)
                continue
        if horizon >= ends:
            return played
        now = horizon
        order = next_order(calendar)
        hours, calls, due = step(battle, order, now)
        played += 1
        if calls > 0:
            pass_on_calls(battle, calendar, order)
        if hours < 0.0:
            calendar.turns[order].over = 1
        put(calendar, order, now + hours if 0.0 <= hours < NEVER else NEVER)


def look_anew(battle: Battle, calendar: Calendar, order: int) -> None:
    """An order whose moment is another now is called to look at it."""
    reconsider(battle, order)
    pass_on_calls(battle, calendar, NOBODY)


def begin(calendar: Calendar) -> None:
    """Every order is called, and nothing is due yet."""
    for order in range(len(calendar.turns)):
        turn = calendar.turns[order]
        turn.at = NEVER
        turn.sequence = order
        turn.position = order
        turn.called = 1
        turn.over = 0
        turn.in_heap = order
        turn.in_queue = order
    hand = calendar.hand[0]
    hand.settled = len(calendar.turns)
    hand.first = 0
    hand.waiting = len(calendar.turns)


def next_moment(calendar: Calendar, now: float) -> float:
    """When the next order plays; NEVER if all wait to be called or are over."""
    return now if calendar.hand[0].waiting > 0 else calendar.turns[calendar.turns[0].in_heap].at


def next_order(calendar: Calendar) -> int:
    """The order that plays next: the first that was called, else the one that is due."""
    hand = calendar.hand[0]
    if hand.waiting == 0:
        return calendar.turns[0].in_heap
    order = calendar.turns[hand.first].in_queue
    hand.first = (hand.first + 1) % len(calendar.turns)
    hand.waiting -= 1
    calendar.turns[order].called = 0
    return order


def pass_on_calls(battle: Battle, calendar: Calendar, playing: int) -> None:
    """Call the orders that the rules asked for, but for the one that is playing and those that are over."""
    hand = calendar.hand[0]
    while True:
        order = next_call(battle)
        if order == NOBODY:
            return
        turn = calendar.turns[order]
        if order != playing and turn.over == 0 and turn.called == 0:
            turn.called = 1
            calendar.turns[(hand.first + hand.waiting) % len(calendar.turns)].in_queue = order
            hand.waiting += 1


def put(calendar: Calendar, order: int, at: float) -> None:
    """Settle an order's next turn, and move it to its place in the heap."""
    turn = calendar.turns[order]
    turn.at = at
    turn.sequence = calendar.hand[0].settled
    calendar.hand[0].settled += 1
    position = turn.position
    while position > 0:
        above = calendar.turns[(position - 1) // 2].in_heap
        if not sooner(calendar, order, above):
            break
        stand(calendar, above, position)
        position = (position - 1) // 2
    while 2 * position + 1 < len(calendar.turns):
        child = 2 * position + 1
        if child + 1 < len(calendar.turns) and sooner(
            calendar, calendar.turns[child + 1].in_heap, calendar.turns[child].in_heap
        ):
            child += 1
        below = calendar.turns[child].in_heap
        if not sooner(calendar, below, order):
            break
        stand(calendar, below, position)
        position = child
    stand(calendar, order, position)


def sooner(calendar: Calendar, one: int, other: int) -> bool:
    """Whether one order's turn comes before another's."""
    first, second = calendar.turns[one], calendar.turns[other]
    return first.at < second.at or (first.at == second.at and first.sequence < second.sequence)


def stand(calendar: Calendar, order: int, position: int) -> None:
    """Put an order in a position of the heap."""
    calendar.turns[position].in_heap = order
    calendar.turns[order].position = position
