"""Provenance of an output: versions, commit, settings, seed, digests of inputs and results."""

import importlib.metadata
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.battle.simulation import Simulation
from sim.runs.replicate import Study
from sim.scenario.model import Scenario
from sim.storage.fingerprint import compute_digest

RECORDED_LIBRARIES = ("numpy", "simpy", "numba", "scipy", "pydantic", "pyarrow", "astral", "matplotlib")


def build_manifest(study: Study, results_digest: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Everything needed to reproduce a result, and to check that it is the same."""
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
        **describe_calibration(study.simulation),
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


def describe_calibration(simulation: Simulation) -> dict[str, Any]:
    """Whether parameters come from a posterior, and if so, from which, and with which random inputs."""
    supplied = simulation.supplied
    if supplied is None:
        return {"calibrated": False}
    randomness = "as they were fought" if supplied.randomness is not None else "other dice"
    posterior: dict[str, Any] = {"digest": supplied.digest, "says": supplied.description, "dice": randomness}
    posterior |= {"draws": len(supplied.values), "worth": supplied.ess}
    return {"calibrated": True, "posterior": posterior}


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


def format_origin(simulated: list[str], manifest: dict[str, Any]) -> str:
    """Where the numbers of a figure come from, in a line: what was simulated, and digests of its manifest."""
    facts = [
        manifest["posterior"]["says"] if manifest["calibrated"] else "not calibrated",
        f"scenario {manifest['scenario_digest'][:8]}",
        f"results {manifest['results_digest'][:8]}",
    ]
    return " · ".join([*simulated, *facts])
