"""Figures of forecasts. A new file here is found by its name."""

from pathlib import Path

from sim.findings.foreseen import Foreseen
from sim.plots.family import Family
from sim.scenario.model import Scenario

FIGURES = Family(__name__, __path__, shared=("bars",))


def save_all(scenario: Scenario, found: list[Foreseen], caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure that there is something for."""
    return FIGURES.save_all(folder, scenario, found, caption)
