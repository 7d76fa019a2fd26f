"""Figures of a calibration. A new file here is found by its name."""

from pathlib import Path

from sim.calibration.found import Calibrated
from sim.plots.family import Family

FIGURES = Family(__name__, __path__)


def save_all(found: Calibrated, caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure, those that need a posterior only if there is one to show."""
    return FIGURES.save_all(folder, found, caption)
