"""What an output says of itself: versions, commit, settings, seed, digests of what went in and came out."""

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.experiment.replicate import Batch, Study

LIBRARIES = ("numpy", "simpy", "numba", "scipy", "pydantic", "pyarrow", "astral", "matplotlib")


def describe(study: Study, batch: Batch, settings: dict[str, Any]) -> dict[str, Any]:
    """Everything needed to make a result again, and to tell whether it is the same."""
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": study.stage.scenario.name,
        "scenario_digest": study.stage.digest,
        "law": study.stage.law,
        "seed": study.seed,
        "runs": study.runs,
        "settings": settings,
        "settings_digest": digest_of(settings),
        "results_digest": results_digest(batch),
        "version": importlib.metadata.version("sim"),
        "commit": commit(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {library: importlib.metadata.version(library) for library in LIBRARIES},
        "calibrated": False,
    }


def digest_of(plain: Any) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def results_digest(batch: Batch) -> str:
    """SHA-256 over every simulated number: equal digests mean equal bits."""
    total = hashlib.sha256()
    for array in (batch.replications, batch.parameters, batch.claims, batch.sentences, *batch.daily.values()):
        total.update(array.tobytes())
    for run in batch.kept:
        total.update(run.log.tobytes())
    return total.hexdigest()


def commit() -> str | None:
    """The commit of the source tree, with a mark if files differ from it; None outside a checkout."""
    here = Path(__file__).parent
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=here,
            capture_output=True,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None
