"""How the time of a battle grows with the number of places, orders, people and days: the exponent of each.

Invented battles on the ground of the teaching scenario: a chain of places, each with a garrison that the next one's
force attacks. One number grows and the others stay.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from bench.rounds import Contender, measure_rounds
from sim.battle.batch import NO_INTERVENTION, draw_batch, prepare_batch, run_batch
from sim.battle.simulation import Simulation
from sim.scenario.loading import build_scenario, find_scenario_file
from sim.scenario.model import Scenario
from sim.scenario.yaml_parser import read_document, to_plain_data

BASE_SIZES = {"places": 8, "orders": 8, "people": 200, "days": 4}
STEPS = {"places": (8, 16, 32, 64), "orders": (8, 16, 32, 64), "people": (100, 200, 400, 800), "days": (4, 8, 16, 32)}
ROUNDS = 5
BATTLES = 100


@dataclass(frozen=True)
class Growth:
    """Seconds a battle at each step, and the slope in logarithms."""

    steps: tuple[int, ...]
    seconds: tuple[float, ...]
    exponent: float


def make_scenario(places: int, orders: int, people: int, days: int) -> Scenario:
    """A battle of so many places, orders, people in each force and days."""
    data: dict[str, Any] = to_plain_data(read_document(find_scenario_file("teaching")).data)
    village = data["places"]["village"]
    link = next(iter(data["roads"].values()))
    ids = [f"p{n}" for n in range(places)]
    sides = list(data["sides"])
    data["places"] = {
        id: {key: value for key, value in village.items() if key not in ("airstrip", "depot")}
        | {"name": f"place {id}", "initial_control": {"side": sides[n % 2], "assumption": "for a benchmark"}}
        for n, id in enumerate(ids)
    }
    data["roads"] = {
        f"{a}_{b}": {key: value for key, value in link.items() if key != "km"}
        | {"between": [a, b], "km": {"value": 2.0, "assumption": "for a benchmark"}}
        for a, b in pairwise(ids)
    }
    force = data["forces"]["outpost"]
    data["forces"] = {
        f"f{n}": force
        | {"name": f"force {n}", "side": sides[n % 2], "location": id, "based_on": [], "rationale": "for a benchmark"}
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
            "rationale": "for a benchmark",
        }
        for n in range(orders)
    }
    data.pop("summary", None)
    data |= {"claims": {}, "readings": {}, "turning_points": {}, "weather": {}}
    data |= {"ends": f"2001-06-{days:02d}" if days <= 30 else "2001-07-02"}
    data["objective"] = {"side": sides[0], "place": ids[0]}
    data["headline_outputs"] = [one for one in data["headline_outputs"] if "place" not in one["observable"]]
    return build_scenario(data, read_document(find_scenario_file("teaching")))


def run() -> dict[str, Growth]:
    """Measure every step of every number."""
    result = {}
    for size, steps in STEPS.items():
        stages = [
            Simulation(make_scenario(**(BASE_SIZES | {size: step})), execution_mode="compiled", scheduler="compiled")
            for step in steps
        ]
        contenders = [
            Contender(str(step), make_work(stage), BATTLES) for step, stage in zip(steps, stages, strict=True)
        ]
        timings, _ = measure_rounds(contenders, ROUNDS)
        seconds = [timings.median(str(step)) for step in steps]
        slope = float(np.polyfit(np.log(steps), np.log(seconds), 1)[0])
        result[size] = Growth(steps, tuple(seconds), slope)
    return result


def make_work(stage: Simulation) -> Any:
    """The work of simulating battles whose draws are ready."""
    draws = draw_batch(stage, 1, range(BATTLES))

    def work(count: int) -> bytes:
        questions, answers = prepare_batch(stage, (), BATTLES)
        run_batch(stage, draws, questions, answers, NO_INTERVENTION)
        return answers.n_phases.tobytes()

    return work
