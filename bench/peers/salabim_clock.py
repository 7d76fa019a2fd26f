"""salabim: an order is a component, and every casualty is an event of its calendar."""

from collections.abc import Iterator

import salabim

from bench.peers.fighting import is_waiting, list_called_orders, play_event
from sim.battle.records import NEVER, BattleState
from sim.battle.rulebook import RuleBook

salabim.yieldless(False)
FIRST, LAST = -1, 1  # priorities: calls before what is due at the same moment, the fighting after it


class Order(salabim.Component):  # type: ignore[misc]
    """An order plays its phases."""

    def setup(self, clock: "SalabimClock", number: int) -> None:
        """Note whose it is."""
        self.clock, self.number, self.over = clock, number, False

    def process(self) -> Iterator[None]:
        """Play, wait, or wait to be called."""
        while True:
            hours = self.clock.step(self.number)
            if hours < 0.0:
                self.over = True
                return
            yield self.passivate() if is_waiting(hours) else self.hold(hours)


class Fighting(salabim.Component):  # type: ignore[misc]
    """The fighting, event by event."""

    def setup(self, clock: "SalabimClock") -> None:
        """Note whose it is."""
        self.clock, self.due = clock, NEVER

    def process(self) -> Iterator[None]:
        """Let happen what is due, and wait for the next."""
        while True:
            yield self.passivate() if self.due == NEVER else self.hold(till=self.due, priority=LAST)
            self.due, orders = play_event(self.clock.rules, self.clock.battle, self.clock.env.now())
            self.clock.call(orders, -1)


class SalabimClock:
    """Plays one battle."""

    def __init__(self, rules: RuleBook, battle: BattleState, ends: float):
        self.rules, self.battle, self.ends = rules, battle, ends
        self.env = salabim.Environment(trace=False, random_seed=None)
        self.called: set[int] = set()

    def run(self) -> None:
        """Fight from the opening until the end."""
        self.rules.open_battle(self.battle)
        self.fighting = Fighting(clock=self, priority=LAST, env=self.env)
        self.called = set(range(len(self.battle.orders)))
        self.orders = [
            Order(clock=self, number=n, priority=FIRST, env=self.env) for n in range(len(self.battle.orders))
        ]
        self.env.run(till=self.ends, priority=float("-inf"))

    def step(self, number: int) -> float:
        """One phase of an order."""
        self.called.discard(number)
        hours, calls, due = self.rules.step_order(self.battle, number, self.env.now())
        if calls:
            self.call(list_called_orders(self.rules, self.battle), number)
        if due != self.fighting.due:
            self.fighting.due = due
            if due < NEVER:
                self.fighting.activate(at=due, priority=LAST)
            else:
                self.fighting.passivate()
        return hours

    def call(self, orders: list[int], playing: int) -> None:
        """Wake the orders that are called."""
        for order in orders:
            if order != playing and order not in self.called and not self.orders[order].over:
                self.called.add(order)
                self.orders[order].activate(priority=FIRST)
