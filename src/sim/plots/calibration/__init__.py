"""Figures of a calibration. A new file here is found by its name."""

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibration.found import Calibrated

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def names() -> list[str]:
    """Every figure's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def draw(name: str, found: Calibrated, caption: str) -> "Figure | None":
    """Draw one figure; None for one that needs a posterior, where there is none to show."""
    from sim.plots.style import look

    with look():
        figure: Figure | None = importlib.import_module(f"{__name__}.{name}").draw(found, caption)
    return figure


def save_all(found: Calibrated, caption: str, folder: Path) -> list[Path]:
    """Draw every figure that there is something for and write it as SVG and as PNG."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    figures = {name: draw(name, found, caption) for name in names()}
    return [path for name, figure in figures.items() if figure is not None for path in save(figure, folder / name)]
