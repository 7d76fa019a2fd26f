"""Counts along an axis of square roots, on which small ones can be read beside large ones: what was to be told, as bars
of 50 and 90 per cent.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from sim.plots.style import FADED, toned
from sim.scenario.model import Scenario

ROOT = (lambda counts: np.sqrt(np.maximum(counts, 0.0)), np.square)  # a scale and its inverse
TICKS = (0, 1, 5, 10, 20, 50, 100, 200, 300, 500, 1000, 2000)


def axis(axes: Axes, top: float, says: str) -> None:
    """The axis from nought to its end."""
    axes.set_xscale("function", functions=ROOT)
    axes.set_xlim(0, top)
    axes.set_xticks([tick for tick in TICKS if tick <= top], [str(tick) for tick in TICKS if tick <= top])
    axes.set_xlabel(says)


def bar(axes: Axes, number: int, quantiles: Sequence[float], colour: str) -> None:
    """The middle 50 and 90 per cent, and the median, in a row."""
    low90, low50, median, high50, high90 = quantiles
    axes.barh(number, high90 - low90, left=low90, height=0.5, color=toned(colour, 0.78), linewidth=0)
    axes.barh(number, high50 - low50, left=low50, height=0.5, color=toned(colour, 0.5), linewidth=0)
    axes.plot([median, median], [number - 0.25, number + 0.25], color=colour, linewidth=1.6)


def colour_of(scenario: Scenario, claim: str) -> str:
    """The colour of the side that was counted."""
    side = getattr(scenario.claims[claim].observable, "side", None)
    return scenario.sides[side].colour if side in scenario.sides else FADED
