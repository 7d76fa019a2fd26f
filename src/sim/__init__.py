"""A documented battle, fought again thousands of times and held against what was reported."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.battle.fight import Run, fight
    from sim.experiment.replicate import replicate
    from sim.scenario import Scenario, load

HOMES = {
    "Run": "sim.battle.fight",
    "fight": "sim.battle.fight",
    "replicate": "sim.experiment.replicate",
    "Scenario": "sim.scenario",
    "load": "sim.scenario",
}

__all__ = ["Run", "Scenario", "fight", "load", "replicate"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import sim` costs nothing."""
    if name not in HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)
