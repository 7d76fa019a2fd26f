"""`python -m bench.identity [BATTLES]`: every scenario, law, preset and question under both engines; differences.

SimPy and the calendar play the same machine code; of every 25th battle SimPy plays the plain rules too. Compared are
the whole log, the forces at the end and the phases played.
"""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from joblib import Parallel, delayed

from sim import laws, paths
from sim.battle.batch import simulate_one
from sim.battle.simulation import Simulation
from sim.cli.build import build_simulation
from sim.cli.groups import list_choices
from sim.cli.settings import compose_settings
from sim.scenario import load

RESULTS = Path(__file__).parent / "results"
CHUNK = 250
PLAIN_EVERY = 25  # one in so many is played by plain rules too


def list_simulations() -> dict[str, Simulation]:
    """A simulation of each scenario and law, and of each preset and question that is not one of them."""
    scenarios = sorted(path.stem for path in paths.scenario_folder().glob("*.yaml"))
    simulations = {
        f"{name}, {law} law": Simulation(load(name), law=law) for name in scenarios for law in laws.list_names()
    }
    for group in ("preset", "question"):
        for name in list_choices(group):
            stage = build_simulation(compose_settings([f"{group}={name}"]))
            if stage not in simulations.values():
                simulations[f"{group} {name}"] = stage
    return simulations


def count_differences(stage: Simulation, battles: range) -> int:
    """How many of some battles end otherwise under the other clock."""
    simpy = replace(stage, execution_mode="compiled")
    compiled = replace(simpy, scheduler="compiled")
    count = 0
    for number in battles:
        forms = (simpy, stage) if number % PLAIN_EVERY == 0 else (simpy,)
        count += any(differs(each, compiled, number) for each in forms)
    return count


def differs(stage: Simulation, compiled: Simulation, number: int) -> bool:
    """Whether one battle ends otherwise."""
    run = stage.run(2, number)
    log, forces, phases = simulate_one(compiled, 2, number)
    same = run.log.tobytes() == log.tobytes() and run.forces.tobytes() == forces.tobytes()
    return not (same and run.n_phases == phases)


def main(battles: int) -> None:
    """Compare, print, and keep the counts."""
    counts = {}
    with Parallel(n_jobs=os.cpu_count()) as parallel:
        for name, stage in list_simulations().items():
            chunks = [range(start, min(start + CHUNK, battles)) for start in range(0, battles, CHUNK)]
            counts[name] = sum(parallel(delayed(count_differences)(stage, chunk) for chunk in chunks))
            print(f"{name}: {counts[name]} of {battles} differ", flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "identity.json").write_text(json.dumps({"battles": battles, "differ": counts}, indent=1) + "\n")
    sys.exit(any(counts.values()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
