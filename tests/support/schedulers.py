"""Both schedulers side by side; and SimPy schedulers that watch a battle, or disturb it."""

import numpy as np
import simpy

from sim import random_streams
from sim.battle.batch import simulate_one
from sim.battle.records import BattleState
from sim.battle.rulebook import RuleBook
from sim.battle.rules.rates import update_rate
from sim.battle.rules.sampling import draw_uniform
from sim.battle.schedulers import SimpyScheduler
from sim.battle.simulation import Simulation

TICK = 2.0**-30  # hours; all times of a battle are whole numbers of it


Fight = tuple[bytes, bytes, int]  # log, final forces, phases played


def one_by_one(simulation: Simulation, seed: int, replication: int) -> Fight:
    """A battle as the simulation's own scheduler and form of the rules run it."""
    run = simulation.run(seed, replication)
    return run.log.tobytes(), np.asarray(run.forces).tobytes(), run.n_phases


def in_bulk(simulation: Simulation, seed: int, replication: int) -> Fight:
    """The same battle as machine code simulates it among many."""
    log, forces, phases = simulate_one(simulation, seed, replication)
    return log.tobytes(), forces.tobytes(), phases


class Counted(simpy.Environment):
    """An environment that remembers when something happened in it."""

    def __init__(self, initial_time: float = 0.0):
        super().__init__(initial_time)
        self.moments: list[float] = []

    def step(self) -> None:
        super().step()
        self.moments.append(self.now)


class Watching(SimpyScheduler):
    """A scheduler that counts its calls of the rules, and finds contingents that are out of step with the forces."""

    last: "Watching"

    def __init__(self, rules, battle, end_time):
        super().__init__(rules, battle, end_time)
        self.rules = RuleBook(*(self.watched(name, rule) for name, rule in rules._asdict().items()))
        self.env = Counted()
        self.calls = dict.fromkeys(rules._fields, 0)
        self.faults: list[str] = []
        Watching.last = self

    def watched(self, name, rule):
        def watch(*arguments):
            self.calls[name] += 1
            answer = rule(*arguments)
            self.look(name)
            return answer

        return watch

    def look(self, name: str) -> None:
        """Compare what each place believes of its people with the forces that stand there."""
        for p in range(len(self.battle.places)):
            for side in range(2):
                here = [force for force in self.battle.forces if force.place == p and force.side == side]
                contingent = self.battle.contingents[2 * p + side]
                people = sum(force.strength for force in here)
                supplied = sum(force.strength for force in here if force.supplies > 0)
                if (contingent.strength, contingent.supplied_strength) != (people, supplied):
                    self.faults.append(f"{name} at {self.env.now}: place {p}, side {side}: {contingent}, {people}")


class Stopping(SimpyScheduler):
    """A scheduler that also stops at moments when nothing is to be done."""

    stops = 300

    def run(self) -> None:
        keys = random_streams.stream_keys([f"stop:{number}" for number in range(self.stops)])
        for share in random_streams.draw_uniforms(keys, 1, 0, keys * 0):
            event = self.env.timeout(int(share * self.end_time / TICK) * TICK)
            event.callbacks.append(lambda event: self.stop())
        super().run()

    def stop(self) -> None:
        """Do nothing."""


class Meddling(Stopping):
    """One that works out the rates of every place anew at each stop, which a stop for nothing must not do."""

    stops = 3

    def stop(self) -> None:
        for place in self.battle.places:
            update_rate(self.battle, place.index, self.env.now)
        self.combat_due = self.env.now


class Redrawing(Stopping):
    """One that draws a number at a stop."""

    stops = 1

    def stop(self) -> None:
        for stream in self.battle.streams:
            draw_uniform(stream)


class Keeping(SimpyScheduler):
    """One that keeps the rows of the battle that it ran last."""

    last: BattleState

    def run(self) -> None:
        super().run()
        Keeping.last = self.battle
