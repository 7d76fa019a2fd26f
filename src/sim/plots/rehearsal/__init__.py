"""Figures of a rehearsal of the inference. A new file here is found by its name."""

from pathlib import Path

from sim.calibration.rehearsal import Rehearsed
from sim.plots.family import Family

FIGURES = Family(__name__, __path__)


def save_all(found: Rehearsed, caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure."""
    return FIGURES.save_all(folder, found, caption)
