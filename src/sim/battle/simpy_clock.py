"""The reference clock: every order is a SimPy process that plays its phases, waits, and can be called up early.

Combat is not in the calendar: between two events of SimPy the rule book lets the fighting run, and comes back
early where something must be seen to. The tie rule is that of `clock/calendar.py`: SimPy's own sequence, with
interrupts before what is due at the same moment.
"""

from collections.abc import Callable, Generator, Sequence

import simpy
from simpy.events import URGENT

from sim.battle.rows import NEVER, Battle
from sim.battle.rulebook import RuleBook
from sim.events import NOBODY


class SimpyClock:
    """Plays one battle by a rule book; `played` counts the phases that SimPy scheduled."""

    def __init__(self, rules: RuleBook, battle: Battle, ends: float):
        self.rules = rules
        self.battle = battle
        self.ends = ends
        self.env = simpy.Environment(initial_time=0.0)
        self.processes: list[simpy.Process] = []
        self.played = 0
        self.due = 0.0  # when the fighting needs its next look
        self.called = set(range(len(battle.orders)))  # orders that play now: at first, all of them begin

    def change(self, at: float, setting_in: Callable[[Battle], None], waking: Sequence[int]) -> None:
        """Let a change set in at a moment, before anything else that is due then."""

        def sets_in(event: simpy.Event) -> None:
            setting_in(self.battle)
            for order in waking:
                self.rules.reconsider(self.battle, order)
                self.pass_on_calls()
            self.due = self.env.now

        event = self.env.event()
        event._ok, event._value = True, None  # as SimPy does for `run(until=...)`, which is such an event too
        event.callbacks = [sets_in]
        self.env.schedule(event, URGENT, at)

    def play(self) -> None:
        """Fight from the opening until the end."""
        self.rules.open_battle(self.battle)
        self.processes = [self.env.process(self.carry_out(order)) for order in range(len(self.battle.orders))]
        while True:
            horizon = min(self.env.peek(), self.ends)
            if self.due < horizon:
                self.due, place = self.rules.advance(self.battle, horizon)
                if place != NOBODY:
                    self.see_to(place, self.due)
                    horizon = self.due
            if horizon >= self.ends:
                return
            self.env.step()

    def carry_out(self, order: int) -> Generator[simpy.Event, None, None]:
        """The process of one order: play a phase, wait as long as it says, or until somebody calls."""
        while True:
            self.called.discard(order)
            hours, calls, self.due = self.rules.step(self.battle, order, self.env.now)
            self.played += 1
            if calls:
                self.pass_on_calls()
            if hours < 0.0:
                return
            try:
                yield self.env.event() if hours == NEVER else self.env.timeout(hours)
            except simpy.Interrupt:
                continue

    def see_to(self, place: int, moment: float) -> None:
        """Schedule the moment at which the fighting at a place needs a decision."""
        turn = self.env.timeout(moment - self.env.now)
        assert turn.callbacks is not None
        turn.callbacks.append(lambda event: self.decide(place))

    def decide(self, place: int) -> None:
        """An assault is won, broken off or alarms a reserve: apply the rule, and call up whom it concerns."""
        if self.rules.settle(self.battle, place, self.env.now):
            self.pass_on_calls()
        self.due = self.env.now

    def pass_on_calls(self) -> None:
        """Call the orders that the rules asked for, but for the one that is playing and those that are over."""
        while (order := self.rules.next_call(self.battle)) != NOBODY:
            process = self.processes[order]
            if process.is_alive and process is not self.env.active_process and order not in self.called:
                self.called.add(order)
                process.interrupt()
