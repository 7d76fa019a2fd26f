"""How likely each documented turning point was, and what it did to the outcome."""

from math import isnan

from matplotlib.figure import Figure

from sim.analysis.turning_points import TurningPointEffect
from sim.plots.figure_data import AnalysisData
from sim.plots.interval_rows import draw_estimate, draw_zero_line, make_interval_figure
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, SMALL_FONT

NOTE = (
    "Points and bars: shares of battles simulated again with calibrated unknowns and new random inputs, with 95% "
    "intervals. Middle: the same battles with the turn decided both ways, its orders' luck moved no further than that "
    "takes and all other luck kept: black if it happens, grey if not. Right: black, their difference, which is the "
    "effect (hollow where the interval holds none); grey, the association: battles that have the turn of themselves "
    "beside those that do not, which may differ in other things too."
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
        ["How likely it was", f"{objective_name} held at the end", "Effect, and association (grey)"],
        title="Turning points",
        subtitle=f"Each documented turn decided both ways in {analysis.n_simulations:,} battles simulated again",
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
        if each.n_pairs:
            draw_estimate(hold_axes, row + 0.14, each.p_hold_if_not, GREY)
            draw_estimate(hold_axes, row - 0.14, each.p_hold_if_so)
            is_beyond_chance = each.effect.low > 0 or each.effect.high < 0
            draw_estimate(effect_axes, row - 0.14, each.effect, DARK_GREY, is_beyond_chance)
        if each.association is not None and not isnan(each.association.difference.value):
            draw_estimate(effect_axes, row + 0.14, each.association.difference, GREY)
    for axes in (probability_axes, hold_axes):
        axes.set_xlim(0, 100)
        axes.set_xlabel("battles in 100")
    upper = 1.1 * max(5.0, *(abs(end) for each in turning_points for end in list_effect_ends(each)))
    effect_axes.set_xlim(-upper, upper)
    effect_axes.set_xlabel("more (right) or fewer (left) in 100")
    return figure


def list_effect_ends(turning_point: TurningPointEffect) -> list[float]:
    """The ends of the intervals that are drawn for the effect and the association, in per cent."""
    drawn = [turning_point.effect] if turning_point.n_pairs else []
    if turning_point.association is not None and not isnan(turning_point.association.difference.value):
        drawn.append(turning_point.association.difference)
    return [100 * end for estimate in drawn for end in (estimate.low, estimate.high)]
