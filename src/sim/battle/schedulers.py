"""The two event schedulers that run a battle by the rules: SimPy's, the reference, and a compiled one; same bits."""

from collections.abc import Callable, Sequence

import simpy
from simpy.events import NORMAL, URGENT, EventPriority

from sim.battle.queue_records import EventQueue
from sim.battle.records import NEVER, BattleState
from sim.battle.rulebook import RuleBook, bind_rule
from sim.events.log import NONE


class SimpyScheduler:
    """Runs one battle by a rule book; `n_phases` counts the steps of orders that SimPy scheduled.

    An order is a chain of events: at each it takes a step, which says when the next one is due. An interrupt puts
    another event in the place of that.
    """

    def __init__(self, rules: RuleBook, battle: BattleState, end_time: float):
        self.rules = rules
        self.battle = battle
        self.end_time = end_time
        # The rules that are called again and again.
        self.advance_combat, self.take_step, self.resolve, self.pop_interrupt = (
            bind_rule(each, battle)
            for each in (rules.advance_combat, rules.step_order, rules.resolve_stop, rules.pop_interrupt)
        )
        self.env = simpy.Environment(initial_time=0.0)
        self.next_steps: list[simpy.Event | None] = [None] * len(battle.orders)  # the event at which each order steps
        self.step_callbacks = [self.step_order]  # of all these events
        self.n_phases = 0
        self.combat_due = 0.0  # when the fighting needs its next look
        self.stepping = NONE  # the order that is taking a step
        self.interrupted: set[int] = set()  # orders that step now
        self.ended: set[int] = set()  # orders that are over

    def schedule_intervention(
        self, at: float, apply_overrides: Callable[[BattleState], None], affected_orders: Sequence[int]
    ) -> None:
        """Let a change set in at a moment, before anything else that is due then."""

        def intervene(event: simpy.Event) -> None:
            apply_overrides(self.battle)
            self.rules.refresh_rates(self.battle, self.env.now)
            for order in affected_orders:
                self.rules.reconsider_order(self.battle, order)
                self.deliver_interrupts()
            self.combat_due = self.env.now

        self.schedule(intervene, None, at, URGENT)

    def run(self) -> None:
        """Run from the opening until the end."""
        env, end_time = self.env, self.end_time
        self.rules.open_battle(self.battle)
        for order in range(len(self.battle.orders)):
            self.step_at_once(order)
        while True:
            horizon = min(env.peek(), end_time)
            if self.combat_due < horizon:
                self.combat_due, place = self.advance_combat(horizon)
                if place != NONE:
                    self.schedule(self.resolve_stop, place, self.combat_due - env.now, NORMAL)
                    horizon = self.combat_due
            if horizon >= end_time:
                return
            env.step()

    def schedule(
        self, callback: Callable[[simpy.Event], None], value: int | None, hours: float, priority: EventPriority
    ) -> simpy.Event:
        """Schedule an event with a value, so many hours from now, at which a function is called."""
        event = simpy.Event(self.env)
        event._ok, event._value = True, value  # as SimPy itself does for its events that are certain to come
        event.callbacks = [callback]
        self.env.schedule(event, priority, hours)
        return event

    def step_at_once(self, order: int) -> None:
        """Let an order step now, before all that is due now; what it waited for is forgotten."""
        self.interrupted.add(order)
        self.next_steps[order] = self.schedule(self.step_order, order, 0.0, URGENT)

    def step_order(self, event: simpy.Event) -> None:
        """An order takes a step, unless an interrupt came before its event; the next is when that step says.

        The event of that one is the same again, which is half the work of making another.
        """
        order = event._value
        if event is not self.next_steps[order]:
            return
        self.interrupted.discard(order)
        self.stepping = order
        hours, n_interrupts, self.combat_due = self.take_step(order, self.env.now)
        self.n_phases += 1
        if n_interrupts:
            self.deliver_interrupts()
        self.stepping = NONE
        if hours < 0.0:
            self.ended.add(order)
        elif hours < NEVER:
            event.callbacks = self.step_callbacks
            self.env.schedule(event, NORMAL, hours)

    def resolve_stop(self, event: simpy.Event) -> None:
        """An assault is won, broken off or alarms a reserve: apply the rule, and interrupt the orders concerned."""
        if self.resolve(event._value, self.env.now):
            self.deliver_interrupts()
        self.combat_due = self.env.now

    def deliver_interrupts(self) -> None:
        """Interrupt the orders that the rules asked for, but for the one that is stepping and those that are over."""
        while (order := self.pop_interrupt()) != NONE:
            if order != self.stepping and order not in self.interrupted and order not in self.ended:
                self.step_at_once(order)


class CompiledScheduler:
    """Runs one battle by a rule book, to the same bits as `SimpyScheduler`; `n_phases` counts the steps of orders.

    With plain rules it runs as ordinary Python, for a debugger.
    """

    def __init__(self, rules: RuleBook, battle: BattleState, queue: EventQueue, end_time: float):
        self.rules = rules
        self.battle = battle
        self.queue = queue
        self.end_time = end_time
        self.n_phases = 0
        self.intervention: tuple[float, Callable[[BattleState], None], Sequence[int]] | None = None

    def schedule_intervention(
        self, at: float, apply_overrides: Callable[[BattleState], None], affected_orders: Sequence[int]
    ) -> None:
        """Let a change set in at a moment, before anything else that is due then."""
        self.intervention = (at, apply_overrides, affected_orders)

    def run(self) -> None:
        """Run from the opening until the end."""
        if self.intervention is None or self.intervention[0] >= self.end_time:
            self.n_phases = self.rules.run_battle(self.battle, self.queue, self.end_time)
            return
        at, apply_overrides, affected_orders = self.intervention
        self.n_phases = self.rules.run_battle(self.battle, self.queue, at)
        apply_overrides(self.battle)
        self.rules.refresh_rates(self.battle, at)
        for order in affected_orders:
            self.rules.reschedule_order(self.battle, self.queue, order)
        self.n_phases += self.rules.resume_battle(self.battle, self.queue, at, self.end_time)
