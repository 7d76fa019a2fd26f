"""Figures of what-ifs: changes beside a base case. A new file here is found by its name."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.paired import Comparison, Named
from sim.plots.family import Family
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = Family(__name__, __path__)
names = FIGURES.names


def draw(name: str, scenario: Scenario, changes: Sequence[Named], comparison: Comparison, caption: str) -> "Figure":
    """Draw one figure."""
    figure: Figure = FIGURES.draw(name, scenario, changes, comparison, caption)
    return figure


def save_all(
    scenario: Scenario, changes: Sequence[Named], comparison: Comparison, caption: str, folder: Path
) -> list[Path]:
    """Draw and write every figure."""
    return FIGURES.save_all(folder, scenario, changes, comparison, caption)
