"""How likely each documented turning point was, and how the outcome depends on it."""

from math import isnan

from matplotlib.figure import Figure

from sim.plots.figure_data import AnalysisData
from sim.plots.interval_rows import draw_estimate, draw_zero_line, make_interval_figure
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, SMALL_FONT

NOTE = (
    "Points and bars: shares of battles fought again with calibrated unknowns and new dice, with 95% intervals. "
    "Middle: black with the turn, grey with its contrary. Right: their difference, hollow where the interval holds "
    "none. A turn without a chance of its own is taken away, and the same battles are fought without it."
)


FIGURE = FigureSpec("turning_points", ("analyse",))


def draw(data: AnalysisData) -> Figure | None:
    """Turning points as rows, the one with the largest effect first."""
    scenario, analysis = data.scenario, data.analysis
    turning_points = sorted(
        analysis.turning_points, key=lambda each: -abs(each.effect.value) if not isnan(each.effect.value) else 1.0
    )
    if not turning_points:
        return None
    objective_name = scenario.places[scenario.objective.place].name
    figure, (probability_axes, hold_axes, effect_axes) = make_interval_figure(
        [each.label for each in turning_points],
        ["How likely it was", f"{objective_name} held at the end", "What goes with it"],
        title="The ledger of luck",
        subtitle=f"Documented turns in {analysis.n_simulations:,} battles fought again",
        note=NOTE,
        caption=data.caption,
    )
    draw_zero_line(effect_axes)
    for row, each in enumerate(turning_points):
        if each.probability is None:
            probability_axes.text(
                2, row, "no rule leaves it open", va="center", size=SMALL_FONT, color=GREY, backgroundcolor="white"
            )
        else:
            draw_estimate(probability_axes, row, each.probability)
        if each.n_without and not isnan(each.p_hold_without.value):
            draw_estimate(hold_axes, row + 0.14, each.p_hold_without, GREY)
        if each.n_with and not isnan(each.p_hold_with.value):
            draw_estimate(hold_axes, row - 0.14, each.p_hold_with)
        if not isnan(each.effect.value):
            draw_estimate(effect_axes, row, each.effect, DARK_GREY, each.effect.low > 0 or each.effect.high < 0)
    for axes in (probability_axes, hold_axes):
        axes.set_xlim(0, 100)
        axes.set_xlabel("battles in 100")
    upper = 1.1 * max(
        5.0, *(100 * max(abs(e.effect.low), abs(e.effect.high)) for e in turning_points if not isnan(e.effect.value))
    )
    effect_axes.set_xlim(-upper, upper)
    effect_axes.set_xlabel("more (right) or fewer (left) in 100")
    return figure
