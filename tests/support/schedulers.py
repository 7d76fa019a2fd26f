"""Both schedulers side by side, SimPy schedulers that watch a battle or disturb it, and logs replayed row by row.

A replay checks everything that must be so at every moment of any battle.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import simpy

from sim import random_streams
from sim.battle.batch import simulate_batch, simulate_one
from sim.battle.records import BattleState
from sim.battle.rulebook import RuleBook
from sim.battle.rules.rates import update_rate
from sim.battle.rules.sampling import draw_uniform
from sim.battle.run_result import RunResult
from sim.battle.schedulers import SimpyScheduler
from sim.battle.simulation import Simulation
from sim.events.log import NONE, EventKind


def observe_by_both_clocks(scenario, observables, seed: int, count: int) -> tuple[list[RunResult], list, list]:
    """Runs by SimPy and plain rules, what is observed of them, and what the compiled clock counts of the same ones."""
    plain = Simulation(scenario)
    compiled = Simulation(scenario, execution_mode="compiled", scheduler="compiled")
    statistics = [each.make_statistic(plain.compiled_scenario.labels) for each in observables]
    runs = [plain.run(seed, replication) for replication in range(count)]
    observed = [[each.observe(run.event_log) for each in observables] for run in runs]
    return runs, observed, simulate_batch(compiled, seed, range(count), statistics).values.tolist()


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
        self.calls = dict.fromkeys(rules._fields, 0)
        self.faults: list[str] = []
        watched = RuleBook(*(self.watched(name, rule) for name, rule in rules._asdict().items()))
        super().__init__(watched, battle, end_time)
        self.env = Counted()
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


LOSSES = (EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)
IN_TRANSIT = NONE


@dataclass
class Body:
    """A force as the log tells of it; `place` is None before it is in the battle."""

    place: int | None = None
    strength: float = 0.0
    came: float = 0.0
    lost: Counter = field(default_factory=Counter)


@dataclass
class Replay:
    """The state that a log implies, and what is wrong with the log."""

    run: RunResult
    bodies: list[Body] = field(default_factory=list)
    assaults: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    leavers: set[int] = field(default_factory=set)  # forces that left the battle
    divided: set[int] = field(default_factory=set)  # forces that divided, and those that came of it

    def check(self, holds: bool, row: np.void, fault: str) -> None:
        """Note a fault with the row that shows it."""
        if not holds:
            self.faults.append(f"{fault} at {row['time']:.3f} h: {EventKind(row['event']).name} {row.tolist()}")

    def play(self) -> "Replay":
        """Take every row in turn."""
        self.bodies = [Body() for _ in self.run.forces]
        before = 0.0
        for row in self.run.log:
            self.check(before <= row["time"] <= self.run.event_log.end_hours, row, "out of time")
            before = row["time"]
            if row["force"] != NONE and row["event"] != EventKind.SEIZED:
                self.take(row, self.bodies[row["force"]])
            self.take_place(row)
        self.finish()
        return self

    def take(self, row: np.void, body: Body) -> None:
        """A row about a force."""
        what, people = row["event"], row["value"]
        self.check(row["side"] == self.run.forces["side"][row["force"]], row, "wrong side")
        if what == EventKind.PLACED or (what == EventKind.JOINED and body.place is None):
            self.check(body.place is None, row, "placed twice")
            self.check(people >= 0 and people == int(people), row, "not a whole number of people")
            body.place, body.strength = int(row["place"]), people
            body.came += people
        elif what == EventKind.JOINED:
            self.check(body.place == row["place"], row, "joined somewhere else")
            body.strength += people
            body.came += people
        elif what == EventKind.DETACHED:
            self.check(people != 0 and people == int(people), row, "not a whole number of people")
            self.check(body.place == row["place"] if people < 0 else body.place is None, row, "detached somewhere else")
            body.place = int(row["place"])
            body.strength += people
            body.came += people
            self.divided.add(int(row["force"]))
        elif what == EventKind.ARRIVED:
            self.check(body.place == IN_TRANSIT, row, "arrived without having left")
            self.check(people == body.strength, row, "lost or won people on the way")
            body.place = int(row["place"])
        else:
            self.check(body.place == row["place"], row, "is not there")
            if what == EventKind.DEPARTED:
                self.check(people == body.strength, row, "left people behind")
                body.place = IN_TRANSIT
            elif what == EventKind.LEFT:
                self.check(people == body.strength, row, "left people behind")
                body.place, body.strength = None, 0.0
                body.came -= people
                self.leavers.add(int(row["force"]))
            elif what in LOSSES:
                self.check(people >= 1 and people == int(people), row, "not a whole number of people")
                body.strength -= people
                body.lost[EventKind(what)] += people
        self.check(body.strength >= 0, row, "fewer than nobody")
        self.check(body.came == body.strength + sum(body.lost.values()), row, "people come from or go to nowhere")

    def take_place(self, row: np.void) -> None:
        """A row about a place: its line, its assaults."""
        what, p = row["event"], int(row["place"])
        if what == EventKind.FRONT_MOVED:
            self.check(0.0 <= row["value"] <= 1.0, row, "the line is off the place")
        elif what == EventKind.ASSAULT:
            self.check(p not in self.assaults, row, "two assaults at once")
            self.check(self.present(p, 0) > 0 and self.present(p, 1) > 0, row, "an assault without two sides")
            self.assaults[p] = int(row["order"])
        elif what == EventKind.ENDED and p in self.assaults:
            self.check(self.assaults[p] == row["order"], row, "ended by another order")
            del self.assaults[p]

    def present(self, p: int, side: int) -> float:
        """The people of a side at a place."""
        sides = self.run.forces["side"]
        return sum(body.strength for body, of in zip(self.bodies, sides, strict=True) if body.place == p and of == side)

    def finish(self) -> None:
        """Compare the end of the log with the final rows."""
        counted = {EventKind.KILLED: "killed", EventKind.WOUNDED: "wounded", EventKind.CAPTURED: "captured"}
        self.check_divided()
        for body, force in zip(self.bodies, self.run.forces, strict=True):
            if body.place is None:
                never_came = not sum(body.lost.values()) and force["strength"] == force["initial_strength"]
                if force["present"] or not (never_came or force["index"] in self.leavers):
                    self.faults.append(f"force {force['index']} is in the battle and not in the log")
                continue
            seen = [body.place, body.strength, body.came, *(body.lost[what] for what in counted)]
            final = [force["place"], force["strength"], force["initial_strength"] + force["replacements"]]
            final += [force[column] for column in counted.values()]
            if force["index"] in self.divided:  # who has which part of a common past is no row of the log
                seen[2] = final[2]
            if seen != final:
                self.faults.append(f"force {force['index']}: log {seen}, final rows {final}")

    def check_divided(self) -> None:
        """Those who divided have together who came to them, whoever bears the losses of before."""
        for side in range(2):
            numbers = [n for n in self.divided if self.run.forces["side"][n] == side and n not in self.leavers]
            if {n for n in self.divided if self.run.forces["side"][n] == side} & self.leavers:
                continue
            rows = self.run.forces[numbers]
            came = sum(self.bodies[n].came for n in numbers)
            if came != (rows["initial_strength"] + rows["replacements"]).sum():
                self.faults.append(f"forces {numbers}: {came} came by the log, other numbers in the final rows")


def faults(run: RunResult) -> list[str]:
    """What is wrong with a run's log."""
    return Replay(run).play().faults
