"""Figures of what-ifs: changes beside a base case. A new file here is found by its name."""

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.paired import Comparison, Named
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def names() -> list[str]:
    """Every figure's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def draw(name: str, scenario: Scenario, changes: Sequence[Named], comparison: Comparison, caption: str) -> "Figure":
    """Draw one figure."""
    from sim.plots.style import look

    with look():
        figure: Figure = importlib.import_module(f"{__name__}.{name}").draw(scenario, changes, comparison, caption)
    return figure


def save_all(
    scenario: Scenario, changes: Sequence[Named], comparison: Comparison, caption: str, folder: Path
) -> list[Path]:
    """Draw every figure and write it as SVG and as PNG."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    return [
        path for name in names() for path in save(draw(name, scenario, changes, comparison, caption), folder / name)
    ]
