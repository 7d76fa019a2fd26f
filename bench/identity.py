"""`python -m bench.identity [BATTLES]`: every scenario, law and experiment under both clocks; how many battles differ.

SimPy plays plain rules, the calendar plays machine code; compared are the whole log and the forces at the end.
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
from sim.cli.settings import compose_settings, scenario_of
from sim.scenario import load

RESULTS = Path(__file__).parent / "results"
PIECE = 100


def stages() -> dict[str, Stage]:
    """A stage for each scenario and law, and for each experiment that is not one of them."""
    scenarios = sorted(path.stem for path in files.scenario_folder().glob("*.yaml"))
    found = {f"{name}, {law} law": Stage(load(name), law=law) for name in scenarios for law in laws.names()}
    for path in sorted((files.conf_folder() / "experiment").glob("*.yaml")):
        chosen = compose_settings([f"experiment={path.stem}"])
        stage = Stage(scenario_of(chosen), law=chosen.law, until=chosen.until, draw=chosen.params)
        if stage not in found.values():
            found[f"experiment {path.stem}"] = stage
    return found


def differing(stage: Stage, battles: range) -> int:
    """How many of some battles end otherwise under the other clock."""
    compiled = replace(stage, form="compiled", clock="compiled")
    count = 0
    for number in battles:
        run = stage.fight(2, number)
        log, forces, phases = fight_one(compiled, 2, number)
        same = run.log.tobytes() == log.tobytes() and run.forces.tobytes() == forces.tobytes()
        count += not (same and run.phases == phases)
    return count


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
