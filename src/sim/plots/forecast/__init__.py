"""Figures of forecasts. A new file here is found by its name."""

from pathlib import Path

from sim.findings.foreseen import Foreseen
from sim.plots.family import Family
from sim.scenario.model import Scenario

FIGURES = Family(__name__, __path__)


def save_all(scenario: Scenario, found: list[Foreseen], caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure, if there is anything to draw."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(each.split is not None and each.split.told for each in found):
        return []
    return FIGURES.save_all(folder, scenario, found, caption)
