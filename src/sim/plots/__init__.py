"""Plots, one file each: a scenario and its results to a figure. A new file here is found by itself."""

import importlib
import io
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.store import Results
from sim.scenario.model import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARED = ("arrays", "counts", "family", "fan", "paper", "reports", "style")  # what plots share, and no plots themselves


def names() -> list[str]:
    """Every plot's name, which is the name of its file."""
    found = (module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    return sorted(name for name in found if name not in SHARED)


def draw(name: str, scenario: Scenario, results: Results) -> "Figure":
    """Draw one plot."""
    if name not in names():
        raise ValueError(f"no plot {name!r} (allowed: {', '.join(names())})")
    from sim.plots.style import look

    with look():
        figure: Figure = importlib.import_module(f"{__name__}.{name}").draw(scenario, results)
    return figure


def save_all(scenario: Scenario, results: Results, folder: Path) -> list[Path]:
    """Draw every plot and write it as SVG and as PNG; return the files, each written whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for name in names() for path in save(draw(name, scenario, results), folder / name)]


def save(figure: "Figure", stem: Path) -> list[Path]:
    """Write a figure as commands do by themselves, as SVG and as PNG; the same figure gives the same bytes."""
    from sim.plots import paper

    return paper.save(figure, stem)


def as_svg(figure: "Figure") -> str:
    """A figure as SVG text, as `save` would write it."""
    from sim.plots.style import look

    text = io.StringIO()
    with look():
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
