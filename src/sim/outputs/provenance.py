"""Provenance of an output: versions, commit, settings, seed, digests of inputs and results."""

import importlib.metadata
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.battle.simulation import Simulation
from sim.outputs.deviations import find_deviations, format_deviations
from sim.runs.replicate import Study
from sim.scenario.model import Scenario
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import BattleManifest, PosteriorFacts

RECORDED_LIBRARIES = ("numpy", "simpy", "numba", "scipy", "pydantic", "pyarrow", "astral", "matplotlib")


def collect_study_facts(study: Study, results_digest: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The facts of a manifest that every study has: what it takes to reproduce it, and to check that it is the same."""
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": settings,
        "settings_digest": compute_digest(settings),
        "scenario": study.simulation.scenario.name,
        "scenario_digest": study.simulation.digest,
        "law": study.simulation.law,
        "seed": study.seed,
        "runs": study.runs,
        "results_digest": results_digest,
        "engine": study.simulation.scheduler,
        **describe_environment(),
        "calibrated": study.simulation.supplied is not None,
        "posterior": describe_posterior(study.simulation),
    }


def describe_environment() -> dict[str, Any]:
    """The versions, the commit and the machine that made a result."""
    return {
        "version": importlib.metadata.version("sim"),
        "commit": find_commit(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {library: importlib.metadata.version(library) for library in RECORDED_LIBRARIES},
    }


def describe_posterior(simulation: Simulation) -> PosteriorFacts | None:
    """The posterior that parameters come from, and with which random inputs; None if they come from the prior."""
    supplied = simulation.supplied
    if supplied is None:
        return None
    randomness = "as they were fought" if supplied.randomness is not None else "other dice"
    return PosteriorFacts(
        digest=supplied.digest,
        description=supplied.description,
        randomness=randomness,
        draws=len(supplied.values),
        ess=supplied.ess,
        **({"teachers": list(supplied.teachers)} if supplied.teachers else {}),
    )


def find_commit() -> str | None:
    """The commit of the source tree, marked if files differ from it; None outside a checkout."""
    folder = Path(__file__).parent
    try:
        process = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return process.stdout.strip() or None if process.returncode == 0 else None


def format_title(scenario: Scenario) -> str:
    """A scenario's title, marked if the battle is invented."""
    return scenario.title + (" (an invented battle)" if scenario.fictional else "")


def format_origin(simulated: Sequence[str], manifest: BattleManifest) -> str:
    """Where the numbers of a figure come from, in a line: what was simulated, with deviations, and digests."""
    calibration = "not calibrated" if manifest.posterior is None else manifest.posterior.description
    return format_origin_of(simulated, calibration, manifest)


def format_origin_of(simulated: Sequence[str], calibration: str, manifest: BattleManifest) -> str:
    """The same where the manifest doesn't say itself in what way its battles are calibrated."""
    facts = [
        calibration,
        f"scenario {manifest.scenario_digest[:8]}",
        f"results {manifest.results_digest[:8]}",
    ]
    deviations = [format_deviations(find_deviations(manifest)).rstrip(".")]
    return " · ".join(filter(None, [*simulated, *deviations, *facts]))
