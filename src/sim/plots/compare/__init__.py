"""Figures of a comparison with the record. A new file here is found by its name."""

from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.scoring import Split
from sim.experiment.store import Results
from sim.plots.family import Family
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = Family(__name__, __path__, shared=("rows",))
names = FIGURES.names


def draw(name: str, scenario: Scenario, results: Results, splits: list[Split], caption: str) -> "Figure":
    """Draw one figure."""
    figure: Figure = FIGURES.draw(name, scenario, results, splits, caption)
    return figure


def save_all(scenario: Scenario, results: Results, splits: list[Split], caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure."""
    return FIGURES.save_all(folder, scenario, results, splits, caption)
