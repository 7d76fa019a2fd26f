"""Figures of the validation, one file for each set of data, of the same name: a finding to a figure."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from sim.plots import save
from sim.validation.finding import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(finding: Finding, made: str) -> "Figure":
    """Draw the figure of a finding; `made` says by which law, seed and version."""
    from sim.plots.style import look

    with look():
        figure: Figure = importlib.import_module(f"{__name__}.{finding.name}").draw(finding, made)
    return figure


def save_all(findings: list[Finding], made: str, folder: Path) -> list[Path]:
    """Draw every figure and write it as SVG and as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for finding in findings for path in save(draw(finding, made), folder / finding.name)]
