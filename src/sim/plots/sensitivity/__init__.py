"""Figures of what decides an outcome. A new file here is found by its name."""

from pathlib import Path
from typing import TYPE_CHECKING

from sim.plots.family import Family
from sim.sensitivity.battles import Decisive

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = Family(__name__, __path__)
names = FIGURES.names


def draw(name: str, found: Decisive, of: list[str], caption: str) -> "Figure":
    """Draw one figure of some measures."""
    figure: Figure = FIGURES.draw(name, found, of, caption)
    return figure


def save_all(found: Decisive, of: list[str], caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure."""
    return FIGURES.save_all(folder, found, of, caption)
