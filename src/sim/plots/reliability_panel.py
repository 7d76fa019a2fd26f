"""A panel of reliability: how often the answer was yes where a yes was given so much of a chance."""

import numpy as np
from matplotlib.axes import Axes

from sim.plots.style import DARK_GREY, GREY, SMALL_FONT
from sim.scoring.intervals import wilson_interval


def draw_reliability(axes: Axes, chances: np.ndarray, answers: np.ndarray, n_bins: int, marker_size: float) -> None:
    """Draw the share of yes by the chance that was given, with its 95% interval and the number of questions.

    Parameters
    ----------
    axes
        Empty; both of its axes become chances in 100, the vertical one without a label.
    chances
        Of a yes, shape (questions,).
    answers
        Whether it was yes, shape (questions,).
    n_bins
        Into how many parts of equal length the scale is cut.
    marker_size
        Of the points, in points of type.
    """
    axes.plot([0, 100], [0, 100], color=GREY, linewidth=0.8)
    bins = np.minimum((chances * n_bins).astype(int), n_bins - 1)
    for number in np.unique(bins).tolist():
        members = bins == number
        n_yes, count = int(answers[members].sum()), int(members.sum())
        low, high = wilson_interval(n_yes, count)
        mean, share = 100 * float(chances[members].mean()), 100 * n_yes / count
        axes.plot([mean, mean], [100 * low, 100 * high], color=DARK_GREY, linewidth=1.0)
        axes.plot(mean, share, "o", color=DARK_GREY, markersize=marker_size)
        axes.annotate(str(count), (mean, share), (5, -8), textcoords="offset points", size=SMALL_FONT)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel("chance of a yes that was forecast, in 100")
