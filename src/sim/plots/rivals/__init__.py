"""Figures of rivals compared by evidence. A new file here is found by its name."""

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibration.rivals import Compared, Confusion

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def names() -> list[str]:
    """Every figure's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def draw(name: str, found: Compared, confusion: Confusion | None, caption: str) -> "Figure":
    """Draw one figure."""
    from sim.plots.style import look

    with look():
        figure: Figure = importlib.import_module(f"{__name__}.{name}").draw(found, confusion, caption)
    return figure


def save_all(found: Compared, confusion: Confusion | None, caption: str, folder: Path) -> list[Path]:
    """Draw every figure and write it as SVG and as PNG."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    return [path for name in names() for path in save(draw(name, found, confusion, caption), folder / name)]
