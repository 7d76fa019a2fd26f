"""Figures of sweeps: measures over factors. A new file here is found by its name, and says which sweeps it can draw."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.sweep import Swept
from sim.plots.family import Family, write

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = Family(__name__, __path__, shared=("axis",))
names = FIGURES.names


def applies(name: str, swept: Swept) -> bool:
    """Whether a figure is for such a sweep."""
    fits: bool = importlib.import_module(f"{__name__}.{name}").applies(swept)
    return fits


def draw(name: str, swept: Swept, of: list[str], caption: str) -> "Figure | None":
    """Draw one figure of some measures; None if it is not for such a sweep."""
    if not applies(name, swept):
        return None
    figure: Figure = FIGURES.draw(name, swept, of, caption)
    return figure


def save_all(swept: Swept, of: list[str], caption: str, folder: Path) -> list[Path]:
    """Draw every figure that is for this sweep, and write it as SVG and as PNG."""
    return write(folder, {name: draw(name, swept, of, caption) for name in names()})
