"""Pairs of factors, battles with the outcome told from those without it, and the condition that tells them apart."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.analysis.scenario_discovery import discover_conditions, select_informative
from sim.plots.figure_data import CONDITION_OPTIONS, ConditionsData, load_conditions_data
from sim.plots.pair_grid import draw_pair_grid, fill_histogram, outline_histogram
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, LIGHT_GREY

MAX_FACTORS = 4
MAX_POINTS = 1_500  # battles that are drawn, evenly out of all
NOTE = (
    "Points: battles, dark with the outcome and light without it; frame: the first condition that was found. On the "
    "diagonal, outline: all battles; filled: those with the outcome. Factors of the conditions come first, then those "
    "most correlated with the outcome."
)


COMMANDS = ("run", "sweep", "sensitivity")
FIGURE = FigureSpec("outcome_pairs", COMMANDS, load_conditions_data, optional=True, options=CONDITION_OPTIONS)


def draw(data: ConditionsData) -> Figure:
    """The factors that matter most, against one another."""
    conditions = select_informative(discover_conditions(data.factors, data.outcome, data.groups))
    ranges = {each.factor: (each.low, each.high) for each in conditions[0].ranges} if conditions else {}
    names = choose_factors(data, [each.factor for condition in conditions for each in condition.ranges])
    columns = [np.asarray(data.factors[name], dtype=np.float64) for name in names]
    has_outcome = data.outcome > 0
    step = max(1, len(data.outcome) // MAX_POINTS)

    def draw_pair(axes: Axes, across: int, up: int) -> None:
        for chosen, colour in ((~has_outcome, LIGHT_GREY), (has_outcome, DARK_GREY)):
            axes.plot(columns[across][chosen][::step], columns[up][chosen][::step], ".", color=colour, markersize=2.5)
        frame_condition(axes, ranges.get(names[across]), ranges.get(names[up]))

    def draw_single(axes: Axes, number: int) -> None:
        if has_outcome.any():
            fill_histogram(axes, columns[number][has_outcome], columns[number])
        outline_histogram(axes, columns[number])

    return draw_pair_grid(
        [name.replace("_", " ") for name in names],
        columns,
        draw_pair,
        draw_single,
        title="Where the outcome lies",
        subtitle=f"{data.description} in {int(has_outcome.sum())} of {len(data.outcome):,} battles",
        note=NOTE,
        caption=data.caption,
    )


def choose_factors(data: ConditionsData, in_conditions: list[str]) -> list[str]:
    """The factors of the conditions, then the others by their correlation with the outcome."""
    outcome = np.asarray(data.outcome, dtype=np.float64)

    def measure_correlation(name: str) -> float:
        column = np.asarray(data.factors[name], dtype=np.float64)
        if np.ptp(column) == 0 or np.ptp(outcome) == 0:
            return 0.0
        return abs(float(np.corrcoef(column, outcome)[0, 1]))

    ordered = sorted(data.factors, key=lambda name: (-measure_correlation(name), name))
    return list(dict.fromkeys([*in_conditions, *ordered]))[:MAX_FACTORS]


def frame_condition(axes: Axes, across: tuple[float, float] | None, up: tuple[float, float] | None) -> None:
    """Frame the ranges of a condition, as far as it bounds either variable of a panel."""
    if across is None and up is None:
        return
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    low_x, high_x = across or (left, right)
    low_y, high_y = up or (bottom, top)
    corner = max(low_x, left), max(low_y, bottom)
    size = min(high_x, right) - corner[0], min(high_y, top) - corner[1]
    axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=DARK_GREY, linewidth=1.4))
