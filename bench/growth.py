"""How the time of a battle grows with the number of places, orders, people and days: the exponent of each.

Invented battles on the ground of the teaching scenario: a chain of places, each with a garrison that the next one's
force attacks. One number grows and the others stay.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from bench.rounds import Contender, measured
from sim.battle.bulk import NOTHING, drawn, fought, prepared
from sim.battle.fight import Stage
from sim.scenario.loading import checked, find
from sim.scenario.model import Scenario
from sim.scenario.reading import plain, read

USUAL = {"places": 8, "orders": 8, "people": 200, "days": 4}
STEPS = {"places": (8, 16, 32, 64), "orders": (8, 16, 32, 64), "people": (100, 200, 400, 800), "days": (4, 8, 16, 32)}
ROUNDS = 5
BATTLES = 100


@dataclass(frozen=True)
class Growth:
    """Seconds a battle at each step, and the slope in logarithms."""

    steps: tuple[int, ...]
    seconds: tuple[float, ...]
    exponent: float


def invented(places: int, orders: int, people: int, days: int) -> Scenario:
    """A battle of so many places, orders, people in each force and days."""
    data: dict[str, Any] = plain(read(find("teaching")).data)
    village = data["places"]["village"]
    link = next(iter(data["links"].values()))
    ids = [f"p{n}" for n in range(places)]
    sides = list(data["sides"])
    data["places"] = {
        id: {key: value for key, value in village.items() if key not in ("airstrip", "depot")}
        | {"name": f"place {id}", "held_by": {"side": sides[n % 2], "assumption": "for a benchmark"}}
        for n, id in enumerate(ids)
    }
    data["links"] = {
        f"{a}_{b}": {key: value for key, value in link.items() if key != "km"}
        | {"between": [a, b], "km": {"value": 2.0, "assumption": "for a benchmark"}}
        for a, b in pairwise(ids)
    }
    force = data["forces"]["outpost"]
    data["forces"] = {
        f"f{n}": force
        | {"name": f"force {n}", "side": sides[n % 2], "at": id, "drawn_from": [], "decided": "for a benchmark"}
        | {"strength": {"value": people, "assumption": "for a benchmark"}, "equipment": {}}
        for n, id in enumerate(ids)
    }
    data["orders"] = {
        f"o{n}": {
            "kind": "attack",
            "side": sides[n % places % 2],
            "target": ids[(n + 1) % places],
            "forces": [f"f{n % places}"],
            "window": {
                "earliest": f"2001-06-{1 + n * days // orders:02d}T04:00",
                "latest": f"2001-06-{1 + n * days // orders:02d}T08:00",
            },
            "decided": "for a benchmark",
        }
        for n in range(orders)
    }
    data |= {"claims": {}, "readings": {}, "weather": {}, "ends": f"2001-06-{days:02d}" if days <= 30 else "2001-07-02"}
    data["objective"] = {"side": sides[0], "place": ids[0]}
    data["sentences"] = [one for one in data["sentences"] if "place" not in one["observable"]]
    return checked(data, read(find("teaching")))


def run() -> dict[str, Growth]:
    """Measure every step of every number."""
    found = {}
    for what, steps in STEPS.items():
        stages = [Stage(invented(**(USUAL | {what: step})), form="compiled", clock="compiled") for step in steps]
        contenders = [Contender(str(step), work_of(stage), BATTLES) for step, stage in zip(steps, stages, strict=True)]
        timings, _ = measured(contenders, ROUNDS)
        seconds = [timings.median(str(step)) for step in steps]
        slope = float(np.polyfit(np.log(steps), np.log(seconds), 1)[0])
        found[what] = Growth(steps, tuple(seconds), slope)
    return found


def work_of(stage: Stage) -> Any:
    """Fights battles whose draws are ready."""
    draws = drawn(stage, 1, range(BATTLES))

    def work(count: int) -> bytes:
        questions, answers = prepared(stage, (), BATTLES)
        fought(stage, draws, questions, answers, NOTHING)
        return answers.phases.tobytes()

    return work
