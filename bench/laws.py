"""`python -m bench.laws`: how long a battle takes under each law beside the square law, in rotating rounds.

Plain rules, the December battle, CPU time; no law may be more than twice as slow as the square law.
"""

import statistics
import time

from sim import laws
from sim.battle.simulation import Simulation
from sim.scenario import load

ROUNDS = 5
BATTLES = 6
SEED = 1
SCENARIO = "dec2014"
ALLOWED = 2.0


def main() -> None:
    """Measure every law on the same replications and print the ratio to the square law with its spread."""
    scenario = load(SCENARIO)
    stages = {law: Simulation(scenario, law=law) for law in laws.list_names()}
    for stage in stages.values():
        stage.run(SEED)
    rounds = [measure(stages, turn) for turn in range(ROUNDS)]
    for law in stages:
        each = [seconds[law] / BATTLES * 1000 for seconds in rounds]
        ratios = [seconds[law] / seconds["square"] for seconds in rounds]
        verdict = "" if statistics.median(ratios) <= ALLOWED else "  SLOWER THAN ALLOWED"
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(
            f"{law:12} {statistics.median(each):6.1f} ms, {statistics.median(ratios):.2f} of square ({spread}){verdict}"
        )


def measure(stages: dict[str, Simulation], turn: int) -> dict[str, float]:
    """CPU seconds of each law for the same replications, the order rotating with the turn."""
    names = list(stages)
    turned = names[turn % len(names) :] + names[: turn % len(names)]
    seconds = {}
    for law in turned:
        start = time.process_time()
        for number in range(BATTLES):
            stages[law].run(SEED, turn * BATTLES + number)
        seconds[law] = time.process_time() - start
    return seconds


if __name__ == "__main__":
    main()
