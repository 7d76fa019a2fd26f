"""A fan: a median with bands of 50 and 90 per cent over time."""

import numpy as np
from matplotlib.axes import Axes

from sim.plots.style import toned


def fan(axes: Axes, at: np.ndarray, quantiles: np.ndarray, colour: str) -> None:
    """Bands and median from quantiles of 5, 25, 50, 75 and 95 per cent, shape (5, moments)."""
    low90, low50, median, high50, high90 = quantiles
    axes.fill_between(at, low90, high90, color=toned(colour, 0.78), linewidth=0)
    axes.fill_between(at, low50, high50, color=toned(colour, 0.52), linewidth=0)
    axes.plot(at, median, color=colour, linewidth=1.6)
