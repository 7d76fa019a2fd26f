"""The figure of a reversal."""

from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.paired import Measured
from sim.reversal.lever import Lever
from sim.reversal.search import Reversal

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(found: Reversal, lever: Lever, measured: Measured, caption: str) -> "Figure":
    """Draw it."""
    from sim.plots.reversal import curve
    from sim.plots.style import look

    with look():
        return curve.draw(found, lever, measured, caption)


def save_all(found: Reversal, lever: Lever, measured: Measured, caption: str, folder: Path) -> list[Path]:
    """Draw it and write it as SVG and as PNG."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    return save(draw(found, lever, measured, caption), folder / "curve")
