"""Figures of findings. A new file here is found by its name."""

from collections.abc import Sequence
from pathlib import Path

from sim.findings.found import Found
from sim.findings.versions import Version
from sim.plots.family import Family
from sim.scenario.model import Scenario

FIGURES = Family(__name__, __path__, shared=("rows",))


def save_all(scenario: Scenario, found: Found, versions: Sequence[Version], caption: str, folder: Path) -> list[Path]:
    """Draw and write every figure that there is something for."""
    return FIGURES.save_all(folder, scenario, found, versions, caption)
