"""Figures of forecasts. A new file here is found by its name."""

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from sim.findings.foreseen import Foreseen
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def names() -> list[str]:
    """Every figure's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def draw(name: str, scenario: Scenario, found: list[Foreseen], caption: str) -> "Figure":
    """Draw one figure."""
    from sim.plots.style import look

    with look():
        figure: Figure = importlib.import_module(f"{__name__}.{name}").draw(scenario, found, caption)
    return figure


def save_all(scenario: Scenario, found: list[Foreseen], caption: str, folder: Path) -> list[Path]:
    """Draw every figure, if there is anything to draw, and write it."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    if not any(each.split is not None and each.split.told for each in found):
        return []
    return [path for name in names() for path in save(draw(name, scenario, found, caption), folder / name)]
