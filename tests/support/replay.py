"""Replaying a log row by row: everything that must be so at every moment of any battle."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from sim.battle.run_result import RunResult
from sim.events.log import NONE, EventKind

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
            body.place, body.strength, body.came = int(row["place"]), people, people
        elif what == EventKind.JOINED:
            self.check(body.place == row["place"], row, "joined somewhere else")
            body.strength += people
            body.came += people
        elif what == EventKind.ARRIVED:
            self.check(body.place == IN_TRANSIT, row, "arrived without having left")
            self.check(people == body.strength, row, "lost or won people on the way")
            body.place = int(row["place"])
        else:
            self.check(body.place == row["place"], row, "is not there")
            if what == EventKind.DEPARTED:
                self.check(people == body.strength, row, "left people behind")
                body.place = IN_TRANSIT
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
        for body, force in zip(self.bodies, self.run.forces, strict=True):
            if body.place is None:
                if force["present"] or force["strength"] != force["initial_strength"]:
                    self.faults.append(f"force {force['index']} is in the battle and not in the log")
                continue
            seen = [body.place, body.strength, body.came, *(body.lost[what] for what in counted)]
            final = [force["place"], force["strength"], force["initial_strength"] + force["replacements"]]
            final += [force[column] for column in counted.values()]
            if seen != final:
                self.faults.append(f"force {force['index']}: log {seen}, final rows {final}")


def faults(run: RunResult) -> list[str]:
    """What is wrong with a run's log."""
    return Replay(run).play().faults
