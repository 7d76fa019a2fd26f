"""`python -m bench.identity [BATTLES]`: every scenario, law and experiment under both clocks; how many battles differ.

SimPy and the calendar play the same machine code; of every 25th battle SimPy plays the plain rules too. Compared are
the whole log, the forces at the end and the phases played.
"""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from joblib import Parallel, delayed

from sim import files, laws
from sim.battle.bulk import fight_one
from sim.battle.fight import Stage
from sim.cli.settings import compose_settings, experiments
from sim.cli.stage import stage_of
from sim.scenario import load

RESULTS = Path(__file__).parent / "results"
PIECE = 250
PLAIN = 25  # one in so many is played by plain rules too


def stages() -> dict[str, Stage]:
    """A stage for each scenario and law, and for each experiment that is not one of them."""
    scenarios = sorted(path.stem for path in files.scenario_folder().glob("*.yaml"))
    found = {f"{name}, {law} law": Stage(load(name), law=law) for name in scenarios for law in laws.names()}
    for name in experiments():
        stage = stage_of(compose_settings([f"experiment={name}"]))
        if stage not in found.values():
            found[f"experiment {name}"] = stage
    return found


def differing(stage: Stage, battles: range) -> int:
    """How many of some battles end otherwise under the other clock."""
    simpy = replace(stage, form="compiled")
    compiled = replace(simpy, clock="compiled")
    count = 0
    for number in battles:
        forms = (simpy, stage) if number % PLAIN == 0 else (simpy,)
        count += any(unlike(each, compiled, number) for each in forms)
    return count


def unlike(stage: Stage, compiled: Stage, number: int) -> bool:
    """Whether one battle ends otherwise."""
    run = stage.fight(2, number)
    log, forces, phases = fight_one(compiled, 2, number)
    same = run.log.tobytes() == log.tobytes() and run.forces.tobytes() == forces.tobytes()
    return not (same and run.phases == phases)


def main(battles: int) -> None:
    """Compare, print, and keep the counts."""
    counts = {}
    with Parallel(n_jobs=os.cpu_count()) as parallel:
        for name, stage in stages().items():
            pieces = [range(start, min(start + PIECE, battles)) for start in range(0, battles, PIECE)]
            counts[name] = sum(parallel(delayed(differing)(stage, piece) for piece in pieces))
            print(f"{name}: {counts[name]} of {battles} differ", flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "identity.json").write_text(json.dumps({"battles": battles, "differ": counts}, indent=1) + "\n")
    sys.exit(any(counts.values()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
