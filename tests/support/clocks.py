"""Both clocks side by side; and SimPy clocks that watch a battle, or disturb it."""

import numpy as np
import simpy

from sim import dice
from sim.battle.bulk import fight_one
from sim.battle.fight import Stage
from sim.battle.rows import Battle
from sim.battle.rulebook import RuleBook
from sim.battle.rules.chance import uniform
from sim.battle.rules.rates import touch
from sim.battle.simpy_clock import SimpyClock

TICK = 2.0**-30  # hours; all times of a battle are whole numbers of it


Fight = tuple[bytes, bytes, int]  # log, final forces, phases played


def one_by_one(stage: Stage, seed: int, replication: int) -> Fight:
    """A battle as a stage's own clock and form fight it."""
    run = stage.fight(seed, replication)
    return run.log.tobytes(), np.asarray(run.forces).tobytes(), run.phases


def in_bulk(stage: Stage, seed: int, replication: int) -> Fight:
    """The same battle as machine code fights it among many."""
    log, forces, phases = fight_one(stage, seed, replication)
    return log.tobytes(), forces.tobytes(), phases


class Counted(simpy.Environment):
    """An environment that remembers when something happened in it."""

    def __init__(self, initial_time: float = 0.0):
        super().__init__(initial_time)
        self.moments: list[float] = []

    def step(self) -> None:
        super().step()
        self.moments.append(self.now)


class Watching(SimpyClock):
    """A clock that counts what it asks of the rules, and finds fronts that are out of step with the forces."""

    last: "Watching"

    def __init__(self, rules, battle, ends):
        super().__init__(rules, battle, ends)
        self.rules = RuleBook(*(self.watched(name, rule) for name, rule in rules._asdict().items()))
        self.env = Counted()
        self.asked = dict.fromkeys(rules._fields, 0)
        self.faults: list[str] = []
        Watching.last = self

    def watched(self, name, rule):
        def watch(*arguments):
            self.asked[name] += 1
            answer = rule(*arguments)
            self.look(name)
            return answer

        return watch

    def look(self, name: str) -> None:
        """Compare what each place believes of its people with the forces that stand there."""
        for p in range(len(self.battle.places)):
            for side in range(2):
                here = [force for force in self.battle.forces if force.place == p and force.side == side]
                front = self.battle.fronts[2 * p + side]
                people = sum(force.strength for force in here)
                supplied = sum(force.strength for force in here if force.supplies > 0)
                if (front.strength, front.supplied) != (people, supplied):
                    self.faults.append(f"{name} at {self.env.now}: place {p}, side {side}: {front}, {people}")


class Stopping(SimpyClock):
    """A clock that also stops at moments when nothing is to be done."""

    stops = 300

    def play(self) -> None:
        names = dice.keys([f"stop:{number}" for number in range(self.stops)])
        for share in dice.uniforms(names, 1, 0, names * 0):
            event = self.env.timeout(int(share * self.ends / TICK) * TICK)
            event.callbacks.append(lambda event: self.stop())
        super().play()

    def stop(self) -> None:
        """Do nothing."""


class Meddling(Stopping):
    """One that works out the rates of every place anew at each stop, which a stop for nothing must not do."""

    stops = 3

    def stop(self) -> None:
        for place in self.battle.places:
            touch(self.battle, place.index, self.env.now)
        self.due = self.env.now


class Redrawing(Stopping):
    """One that draws a number at a stop."""

    stops = 1

    def stop(self) -> None:
        for stream in self.battle.streams:
            uniform(stream)


class Keeping(SimpyClock):
    """One that keeps the rows of the battle that it played last."""

    last: Battle

    def play(self) -> None:
        super().play()
        Keeping.last = self.battle
