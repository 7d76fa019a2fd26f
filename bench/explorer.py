"""The explorer: from a lever's move to the odds of 20 pairs and of 200, in the steps that its page asks for."""

import os
import statistics
import time
from dataclasses import dataclass

from sim import laws
from sim.battle.simulation import Simulation
from sim.scenario import load
from sim.serve.edited_scenarios import EditedScenarios
from sim.serve.explorer import FIRST_STEPS, BaseCase, BaseSettings, Explorer, compile_rules

SCENARIO, SEED = "dec2014", 1
ROUNDS = 9


@dataclass(frozen=True)
class MoveCost:
    """What a move of a lever costs until there are odds of so many pairs: wall and CPU seconds, of each round."""

    pairs: int
    walls: list[float]
    cpus: list[float]

    @property
    def wall(self) -> float:
        """The median of the wall seconds."""
        return statistics.median(self.walls)

    @property
    def cpu(self) -> float:
        """The median of the CPU seconds, of all threads."""
        return statistics.median(self.cpus)


def make_base(settings: BaseSettings) -> BaseCase:
    """The battle as it is written, by machine code."""
    simulation = compile_rules(Simulation(load(SCENARIO), law=settings.law))
    return BaseCase(simulation, EditedScenarios(SCENARIO), SEED)


def run() -> list[MoveCost]:
    """Measure moves of the first slider, each to a position where it has not been; the base case was fought before."""
    explorer = Explorer(make_base, BaseSettings(laws.DEFAULT_LAW, False, ()), os.cpu_count() or 1)
    for _ in explorer.prepare():
        pass
    base = explorer.find_base(explorer.settings)
    lever = next(each for each in base.levers.values() if each.kind == "range")
    costs = {pairs: MoveCost(pairs, [], []) for pairs in FIRST_STEPS}
    for turn in range(1, ROUNDS + 1):
        positions = explorer.parse_positions(base, {lever.id: lever.default + turn * lever.step})
        wall, cpu = time.perf_counter(), time.process_time()
        for pairs, cost in costs.items():
            explorer.compute_odds(base, positions, pairs)
            cost.walls.append(time.perf_counter() - wall)
            cost.cpus.append(time.process_time() - cpu)
    return list(costs.values())
