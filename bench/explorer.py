"""The explorer: from a lever's move to the odds of 20 pairs and of 200, in the steps that its page asks for.

Without a browser; `bench.explorer_page` measures the same in the page.
"""

import os
import statistics
import time
from dataclasses import dataclass, replace

from sim import laws
from sim.cli.serve import make_explorer
from sim.cli.settings import compose_settings
from sim.serve.explorer import FIRST_STEPS, BaseSettings, Explorer
from sim.serve.levers import SINCE, Lever, Positions

SCENARIO, SEED = "dec2014", 1
ROUNDS = 9
PRIOR, POSTERIOR, MID_BATTLE = "from the prior", "under a posterior", "in mid-battle"


@dataclass(frozen=True)
class MoveCost:
    """What a move of a lever costs until there are odds of so many pairs: wall and CPU seconds, of each round."""

    state: str
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


def run() -> list[MoveCost]:
    """Measure moves of a slider in each state, to positions where it has not been; base cases were fought before."""
    explorer = make_explorer(compose_settings([f"scenario={SCENARIO}", f"seed={SEED}"]))
    explorer.workers = os.cpu_count() or 1
    return [
        *measure_moves(PRIOR, explorer),
        *measure_moves(POSTERIOR, replace(explorer, settings=BaseSettings(laws.DEFAULT_LAW, True, ()))),
        *measure_moves(MID_BATTLE, explorer),
    ]


def measure_moves(state: str, explorer: Explorer) -> list[MoveCost]:
    """Measure moves of the first slider that has room for them or, in mid-battle, of the first that can move then."""
    for _ in explorer.prepare():
        pass
    base = explorer.find_base(explorer.settings)
    is_later = state == MID_BATTLE
    lever = next(
        each
        for each in base.levers.values()
        if each.kind == "range"
        and float(each.default) + ROUNDS * each.step <= each.high
        and not (is_later and each.is_initial)
    )
    since: Positions = {SINCE: middle_position(base.levers[SINCE])} if is_later else {}
    costs = {pairs: MoveCost(state, pairs, [], []) for pairs in FIRST_STEPS}
    for turn in range(1, ROUNDS + 1):
        positions = explorer.parse_positions(base, {lever.id: float(lever.default) + turn * lever.step, **since})
        wall, cpu = time.perf_counter(), time.process_time()
        for pairs, cost in costs.items():
            explorer.compute_odds(base, positions, pairs)
            cost.walls.append(time.perf_counter() - wall)
            cost.cpus.append(time.process_time() - cpu)
    return list(costs.values())


def middle_position(lever: Lever) -> float:
    """The position of a slider in its middle."""
    return lever.low + lever.step * round((lever.high - lever.low) / lever.step / 2)
