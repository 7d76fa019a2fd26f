"""What an output says of itself: versions, commit, settings, seed, digests of what went in and came out."""

import hashlib
import importlib.metadata
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from sim.battle.fight import Stage
from sim.experiment.identity import digest_of as digest_of
from sim.experiment.replicate import Batch, Study
from sim.scenario.model import Scenario

LIBRARIES = ("numpy", "simpy", "numba", "scipy", "pydantic", "pyarrow", "astral", "matplotlib")


def describe(study: Study, results_digest: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Everything needed to make a result again, and to tell whether it is the same."""
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": settings,
        "settings_digest": digest_of(settings),
        "scenario": study.stage.scenario.name,
        "scenario_digest": study.stage.digest,
        "law": study.stage.law,
        "seed": study.seed,
        "runs": study.runs,
        "results_digest": results_digest,
        "clock": study.stage.clock,
        **made_by(),
        **standing(study.stage),
    }


def made_by() -> dict[str, Any]:
    """What a result was made by: versions, commit, machine."""
    return {
        "version": importlib.metadata.version("sim"),
        "commit": commit(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {library: importlib.metadata.version(library) for library in LIBRARIES},
    }


def standing(stage: Stage) -> dict[str, Any]:
    """Whether parameters come from a posterior, and if so, from which and with whose dice."""
    given = stage.given
    if given is None:
        return {"calibrated": False}
    thrown = "as they were fought" if given.dice is not None else "other dice"
    about: dict[str, Any] = {"digest": given.digest, "says": given.says, "dice": thrown}
    about |= {"draws": len(given.values), "worth": given.worth}
    return {"calibrated": True, "posterior": about}


class Digest:
    """SHA-256 over every simulated number, batch by batch: equal digests mean equal bits, whatever the batches."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}

    def add(self, batch: Batch) -> None:
        """Take in more replications."""
        arrays = {
            name: getattr(batch, name) for name in ("replications", "parameters", "claims", "sentences", "phases")
        }
        for name, array in (arrays | batch.daily).items():
            self.part(name).update(np.ascontiguousarray(array))
        for run in batch.kept:
            self.part("events").update(run.log.tobytes())

    def part(self, name: str) -> Any:
        """The digest of one array."""
        return self.parts.setdefault(name, hashlib.sha256())

    def hexdigest(self) -> str:
        """The digest of all that was taken in."""
        return digest_of({name: part.hexdigest() for name, part in self.parts.items()})


def results_digest(batch: Batch) -> str:
    """The digest of some replications."""
    digest = Digest()
    digest.add(batch)
    return digest.hexdigest()


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


def titled(scenario: Scenario) -> str:
    """A scenario's title, and that it is invented if it is."""
    return scenario.title + (" (an invented battle)" if scenario.invented else "")


def origin(fought: list[str], manifest: dict[str, Any]) -> str:
    """Where the numbers of a figure come from, in a line: what was fought, and what its manifest says of it."""
    facts = [
        manifest["posterior"]["says"] if manifest["calibrated"] else "not calibrated",
        f"scenario {manifest['scenario_digest'][:8]}",
        f"results {manifest['results_digest'][:8]}",
    ]
    return " · ".join([*fought, *facts])
