"""The two event schedulers that run a battle by the rules: SimPy's, the reference, and a compiled one; same bits."""

from collections.abc import Callable, Generator, Sequence

import simpy
from simpy.events import URGENT

from sim.battle.records import NEVER, BattleState, EventQueue
from sim.battle.rulebook import RuleBook
from sim.events.log import NONE


class SimpyScheduler:
    """Runs one battle by a rule book; `n_phases` counts the steps of orders that SimPy scheduled."""

    def __init__(self, rules: RuleBook, battle: BattleState, end_time: float):
        self.rules = rules
        self.battle = battle
        self.end_time = end_time
        self.env = simpy.Environment(initial_time=0.0)
        self.processes: list[simpy.Process] = []
        self.n_phases = 0
        self.combat_due = 0.0  # when the fighting needs its next look
        self.interrupted = set(range(len(battle.orders)))  # orders that step now: at first, all of them

    def schedule_intervention(
        self, at: float, apply_overrides: Callable[[BattleState], None], affected_orders: Sequence[int]
    ) -> None:
        """Let a change set in at a moment, before anything else that is due then."""

        def intervene(event: simpy.Event) -> None:
            apply_overrides(self.battle)
            self.rules.refresh_mean_parameters(self.battle)
            for order in affected_orders:
                self.rules.reconsider_order(self.battle, order)
                self.deliver_interrupts()
            self.combat_due = self.env.now

        event = self.env.event()
        event._ok, event._value = True, None  # as SimPy does for `run(until=...)`, which is such an event too
        event.callbacks = [intervene]
        self.env.schedule(event, URGENT, at)

    def run(self) -> None:
        """Run from the opening until the end."""
        self.rules.open_battle(self.battle)
        self.processes = [self.env.process(self.run_order(order)) for order in range(len(self.battle.orders))]
        while True:
            horizon = min(self.env.peek(), self.end_time)
            if self.combat_due < horizon:
                self.combat_due, place = self.rules.advance_combat(self.battle, horizon)
                if place != NONE:
                    self.schedule_stop(place, self.combat_due)
                    horizon = self.combat_due
            if horizon >= self.end_time:
                return
            self.env.step()

    def run_order(self, order: int) -> Generator[simpy.Event, None, None]:
        """The process of one order: take a step, wait as long as it says, or until an interrupt."""
        while True:
            self.interrupted.discard(order)
            hours, n_interrupts, self.combat_due = self.rules.step_order(self.battle, order, self.env.now)
            self.n_phases += 1
            if n_interrupts:
                self.deliver_interrupts()
            if hours < 0.0:
                return
            try:
                yield self.env.event() if hours == NEVER else self.env.timeout(hours)
            except simpy.Interrupt:
                continue

    def schedule_stop(self, place: int, moment: float) -> None:
        """Schedule the moment at which the fighting at a place needs a decision."""
        timeout = self.env.timeout(moment - self.env.now)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda event: self.resolve_stop(place))

    def resolve_stop(self, place: int) -> None:
        """An assault is won, broken off or alarms a reserve: apply the rule, and interrupt the orders concerned."""
        if self.rules.resolve_stop(self.battle, place, self.env.now):
            self.deliver_interrupts()
        self.combat_due = self.env.now

    def deliver_interrupts(self) -> None:
        """Interrupt the orders that the rules asked for, but for the one that is stepping and those that are over."""
        while (order := self.rules.pop_interrupt(self.battle)) != NONE:
            process = self.processes[order]
            if process.is_alive and process is not self.env.active_process and order not in self.interrupted:
                self.interrupted.add(order)
                process.interrupt()


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
        self.rules.refresh_mean_parameters(self.battle)
        for order in affected_orders:
            self.rules.reschedule_order(self.battle, self.queue, order)
        self.n_phases += self.rules.resume_battle(self.battle, self.queue, at, self.end_time)
