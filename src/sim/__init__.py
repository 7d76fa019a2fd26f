"""A documented battle, fought again thousands of times and held against what was reported."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.battle.run_result import RunResult
    from sim.battle.simulation import fight
    from sim.errors import SimError
    from sim.library.calibrate import calibrate
    from sim.library.diff import diff
    from sim.library.opening import open_stored as open
    from sim.library.run import run
    from sim.library.score import score
    from sim.library.sweep import sweep
    from sim.library.whatif import whatif
    from sim.runs.replicate import replicate
    from sim.scenario import Scenario, load

    __version__: str

# Where each public name is, and what it is called there.
_LAZY = {
    "RunResult": ("sim.battle.run_result", "RunResult"),
    "Scenario": ("sim.scenario", "Scenario"),
    "SimError": ("sim.errors", "SimError"),
    "fight": ("sim.battle.simulation", "fight"),
    "load": ("sim.scenario", "load"),
    "replicate": ("sim.runs.replicate", "replicate"),
    "calibrate": ("sim.library.calibrate", "calibrate"),
    "diff": ("sim.library.diff", "diff"),
    "open": ("sim.library.opening", "open_stored"),
    "run": ("sim.library.run", "run"),
    "score": ("sim.library.score", "score"),
    "sweep": ("sim.library.sweep", "sweep"),
    "whatif": ("sim.library.whatif", "whatif"),
}

__all__ = [
    "RunResult",
    "Scenario",
    "SimError",
    "calibrate",
    "diff",
    "fight",
    "load",
    "open",
    "replicate",
    "run",
    "score",
    "sweep",
    "whatif",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import sim` costs nothing."""
    if name == "__version__":
        return import_module("importlib.metadata").version("sim")
    if name not in _LAZY:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    module, attribute = _LAZY[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted([*globals(), *_LAZY, "__version__"])
