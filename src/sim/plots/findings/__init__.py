"""Figures of findings. A new file here is found by its name."""

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.findings.found import Found
from sim.findings.versions import Version
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARED = ("rows",)  # what figures share, and no figures themselves


def names() -> list[str]:
    """Every figure's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in SHARED)


def draw(name: str, scenario: Scenario, found: Found, versions: Sequence[Version], caption: str) -> "Figure | None":
    """Draw one figure; None if there is nothing to draw."""
    from sim.plots.style import look

    with look():
        figure: Figure | None = importlib.import_module(f"{__name__}.{name}").draw(scenario, found, versions, caption)
    return figure


def save_all(scenario: Scenario, found: Found, versions: Sequence[Version], caption: str, folder: Path) -> list[Path]:
    """Draw every figure and write it."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    figures = {name: draw(name, scenario, found, versions, caption) for name in names()}
    return [path for name, figure in figures.items() if figure is not None for path in save(figure, folder / name)]
