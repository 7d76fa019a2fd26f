"""A documented battle, fought again thousands of times and held against what was reported."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.battle.run_result import RunResult
    from sim.battle.simulation import fight
    from sim.runs.replicate import replicate
    from sim.scenario import Scenario, load

_LAZY = {
    "RunResult": "sim.battle.run_result",
    "fight": "sim.battle.simulation",
    "replicate": "sim.runs.replicate",
    "Scenario": "sim.scenario",
    "load": "sim.scenario",
}

__all__ = ["RunResult", "Scenario", "fight", "load", "replicate"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import sim` costs nothing."""
    if name not in _LAZY:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
