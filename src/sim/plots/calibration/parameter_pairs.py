"""Pairs of unknowns under the posterior: the most contracted ones against one another, and each beside its prior."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.inference.diagnostics import summarize_parameters
from sim.plots.figure_data import CalibrationData
from sim.plots.pair_grid import draw_pair_grid, fill_histogram, outline_histogram
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, SMALL_FONT

MAX_PARAMETERS = 5
MAX_POINTS = 1_000  # draws that are drawn, evenly out of all
NOTE = (
    "Points: draws of the posterior, in the units of the unknowns; r: their correlation. On the diagonal, filled: the "
    "posterior; outline: the prior. Unknowns that are correlated are known together better than each alone."
)


FIGURE = FigureSpec("parameter_pairs", ("calibrate",))


def draw(data: CalibrationData) -> Figure | None:
    """The most contracted unknowns, in the order of their contraction."""
    posterior = data.calibration.accepted_posterior
    if posterior is None or len(posterior.parameter_names) < 2:
        return None
    summaries = sorted(summarize_parameters(posterior), key=lambda each: (-each.contraction, each.parameter))
    chosen = summaries[:MAX_PARAMETERS]
    indices = [list(posterior.parameter_names).index(each.parameter) for each in chosen]
    step = max(1, len(posterior.parameter_values) // MAX_POINTS)
    draws = [posterior.parameter_values[:, index] for index in indices]
    priors = [posterior.prior_values[:, index] for index in indices]

    def draw_pair(axes: Axes, across: int, up: int) -> None:
        axes.plot(draws[across][::step], draws[up][::step], ".", color=DARK_GREY, markersize=2, alpha=0.35)
        if np.ptp(draws[across]) > 0 and np.ptp(draws[up]) > 0:
            correlation = float(np.corrcoef(draws[across], draws[up])[0, 1])
            text = f"r {correlation:.1f}".replace("-", "−")
            axes.text(0.97, 0.97, text, transform=axes.transAxes, ha="right", va="top", size=SMALL_FONT)

    def draw_single(axes: Axes, number: int) -> None:
        fill_histogram(axes, draws[number], priors[number])
        outline_histogram(axes, priors[number])

    return draw_pair_grid(
        [f"{each.parameter.replace('_', ' ')}{'' if each.unit == '1' else f' ({each.unit})'}" for each in chosen],
        priors,
        draw_pair,
        draw_single,
        title="How the unknowns hang together",
        subtitle=f"The {len(chosen)} most contracted of {len(posterior.parameter_names)} unknowns, "
        f"{len(posterior.parameter_values):,} draws",
        note=NOTE,
        caption=data.caption,
    )
