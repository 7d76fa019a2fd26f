"""SimPy as one would use it: an order is a process, and every casualty is an event of its calendar."""

from collections.abc import Generator

import simpy

from bench.peers.fighting import is_waiting, list_called_orders, play_event
from sim.battle.records import NEVER, BattleState
from sim.battle.rulebook import RuleBook

LAST = 2  # priority of the fighting: after all orders of the same moment


class OrdinarySimpy:
    """Plays one battle."""

    def __init__(self, rules: RuleBook, battle: BattleState, ends: float):
        self.rules, self.battle, self.ends = rules, battle, ends
        self.env = simpy.Environment(initial_time=0.0)
        self.waiting = set(range(len(battle.orders)))
        self.processes: list[simpy.Process] = []
        self.due = NEVER

    def run(self) -> None:
        """Fight from the opening until the end."""
        self.rules.open_battle(self.battle)
        self.processes = [self.env.process(self.order(n)) for n in range(len(self.battle.orders))]
        self.env.run(until=self.ends)

    def order(self, number: int) -> Generator[simpy.Event, None, None]:
        """An order plays its phases."""
        while True:
            self.waiting.discard(number)
            hours, calls, due = self.rules.step_order(self.battle, number, self.env.now)
            if calls:
                self.call(list_called_orders(self.rules, self.battle))
            self.expect(due)
            if hours < 0.0:
                return
            try:
                yield self.env.event() if is_waiting(hours) else self.env.timeout(hours)
            except simpy.Interrupt:
                continue

    def call(self, orders: list[int]) -> None:
        """Interrupt the orders that are called."""
        for order in orders:
            process = self.processes[order]
            if process.is_alive and process is not self.env.active_process and order not in self.waiting:
                self.waiting.add(order)
                process.interrupt()

    def expect(self, due: float) -> None:
        """Put the next event of the fighting in the calendar, unless it is there."""
        if due != self.due and due < NEVER:
            event = self.env.event()
            event._ok, event._value = True, due
            event.callbacks.append(self.fight)
            self.env.schedule(event, LAST, due - self.env.now)
        self.due = due

    def fight(self, event: simpy.Event) -> None:
        """One event of the fighting, if it is still the one that is due."""
        if event.value == self.due:
            self.due = NEVER
            due, orders = play_event(self.rules, self.battle, event.value)
            self.call(orders)
            self.expect(due)
