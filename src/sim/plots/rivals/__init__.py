"""Figures of rivals compared by evidence. A new file here is found by its name."""

from pathlib import Path

from sim.calibration.rivals import Compared, Confusion
from sim.plots.family import Family

FIGURES = Family(__name__, __path__)


def save_all(found: Compared, confusion: Confusion | None, caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure."""
    return FIGURES.save_all(folder, found, confusion, caption)
