"""Figures of a comparison with the record. A new file here is found by its name."""

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.scoring import Split
from sim.experiment.store import Results
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARED = ("rows",)  # what figures share, and no figures themselves


def names() -> list[str]:
    """Every figure's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in SHARED)


def draw(name: str, scenario: Scenario, results: Results, splits: list[Split], caption: str) -> "Figure":
    """Draw one figure."""
    from sim.plots.style import look

    with look():
        figure: Figure = importlib.import_module(f"{__name__}.{name}").draw(scenario, results, splits, caption)
    return figure


def save_all(scenario: Scenario, results: Results, splits: list[Split], caption: str, folder: Path) -> list[Path]:
    """Draw every figure and write it as SVG and as PNG."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    return [path for name in names() for path in save(draw(name, scenario, results, splits, caption), folder / name)]
