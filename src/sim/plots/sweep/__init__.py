"""Figures of sweeps: measures over factors. A new file here is found by its name, and says which sweeps it can draw."""

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.sweep import Swept

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARED = ("axis",)  # what figures share, and no figures themselves


def names() -> list[str]:
    """Every figure's name, which is the name of its file."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in SHARED)


def applies(name: str, swept: Swept) -> bool:
    """Whether a figure is for such a sweep."""
    fits: bool = importlib.import_module(f"{__name__}.{name}").applies(swept)
    return fits


def draw(name: str, swept: Swept, of: list[str], caption: str) -> "Figure | None":
    """Draw one figure of some measures; None if it is not for such a sweep."""
    from sim.plots.style import look

    module = importlib.import_module(f"{__name__}.{name}")
    if not module.applies(swept):
        return None
    with look():
        figure: Figure = module.draw(swept, of, caption)
    return figure


def save_all(swept: Swept, of: list[str], caption: str, folder: Path) -> list[Path]:
    """Draw every figure that is for this sweep, and write it as SVG and as PNG."""
    from sim.plots import save

    folder.mkdir(parents=True, exist_ok=True)
    drawn = {name: draw(name, swept, of, caption) for name in names()}
    return [path for name, figure in drawn.items() if figure is not None for path in save(figure, folder / name)]
