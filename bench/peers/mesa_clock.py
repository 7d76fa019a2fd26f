"""Mesa's discrete-event simulator: an order schedules its next phase, and every casualty is an event."""

import mesa
from mesa.experimental.devs.eventlist import Priority, SimulationEvent
from mesa.experimental.devs.simulator import DEVSimulator

from bench.peers.fighting import TICK, is_waiting, list_called_orders, play_event
from sim.battle.records import NEVER, BattleState
from sim.battle.rulebook import RuleBook


class Order:
    """An order plays its phases; Mesa keeps weak references, so somebody must hold on to it."""

    def __init__(self, clock: "MesaClock", number: int):
        self.clock, self.number, self.over = clock, number, False
        self.next: SimulationEvent | None = None

    def play(self) -> None:
        """Play one phase, and schedule the next."""
        self.next = None
        hours = self.clock.step(self.number)
        if hours < 0.0:
            self.over = True
        elif not is_waiting(hours):
            self.next = self.clock.simulator.schedule_event_relative(self.play, hours)

    def call(self) -> None:
        """Play now instead of later."""
        if self.next is not None:
            self.clock.simulator.cancel_event(self.next)
        self.next = self.clock.simulator.schedule_event_now(self.play, priority=Priority.HIGH)


class MesaClock:
    """Plays one battle."""

    def __init__(self, rules: RuleBook, battle: BattleState, ends: float):
        self.rules, self.battle, self.ends = rules, battle, ends
        self.simulator = DEVSimulator()
        self.simulator.setup(mesa.Model(seed=1))
        self.orders = [Order(self, number) for number in range(len(battle.orders))]
        self.called = set(range(len(battle.orders)))
        self.due = NEVER
        self.next: SimulationEvent | None = None

    def run(self) -> None:
        """Fight from the opening until the end."""
        self.rules.open_battle(self.battle)
        for order in self.orders:
            order.call()
        self.simulator.run_until(self.ends - TICK)

    def step(self, number: int) -> float:
        """One phase of an order."""
        self.called.discard(number)
        hours, calls, due = self.rules.step_order(self.battle, number, self.simulator.time)
        if calls:
            self.call(list_called_orders(self.rules, self.battle), number)
        self.expect(due)
        return hours

    def call(self, orders: list[int], playing: int) -> None:
        """Let the orders that are called play now."""
        for order in orders:
            if order != playing and order not in self.called and not self.orders[order].over:
                self.called.add(order)
                self.orders[order].call()

    def expect(self, due: float) -> None:
        """Put the next event of the fighting in the calendar, unless it is there."""
        if due == self.due:
            return
        if self.next is not None:
            self.simulator.cancel_event(self.next)
        self.due = due
        self.next = None
        if due < NEVER:
            self.next = self.simulator.schedule_event_absolute(self.fight, due, priority=Priority.LOW)

    def fight(self) -> None:
        """One event of the fighting."""
        self.next = None
        self.due = NEVER
        due, orders = play_event(self.rules, self.battle, self.simulator.time)
        self.call(orders, -1)
        self.expect(due)
