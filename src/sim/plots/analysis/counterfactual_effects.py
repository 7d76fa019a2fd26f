"""Effects of what-if changes under the posterior: mean, and spread between posterior draws."""

from matplotlib.figure import Figure

from sim.plots.figure_data import AnalysisData
from sim.plots.interval_rows import draw_estimate, draw_zero_line, make_interval_figure
from sim.plots.registry import FigureSpec
from sim.plots.style import GREY, wrap_balanced

NOTE = (
    "Points and dark bars: the mean effect over the posterior with its 95% interval, which counts battles of one draw "
    "together. Pale bars: one standard deviation either way of the effect itself between draws of the unknowns, chance "
    "taken out: what the record leaves open. Hollow: the interval of the mean holds no difference."
)


FIGURE = FigureSpec("counterfactual_effects", ("analyse",))


def draw(data: AnalysisData) -> Figure | None:
    """Changes as rows, events as panels; the first event decides the order."""
    analysis = data.analysis
    events = list(dict.fromkeys(each.event for each in analysis.change_effects))
    if not events:
        return None
    first_effects = {each.label: each.difference.value for each in analysis.change_effects if each.event == events[0]}
    change_names = sorted(first_effects, key=lambda name: first_effects[name])
    figure, panel_axes = make_interval_figure(
        change_names,
        [wrap_balanced(event, 50) for event in events],
        title="What would have changed, and what the record leaves open of it",
        subtitle="Battles in 100 more (right) or fewer (left) than in the base case",
        note=NOTE,
        caption=data.caption,
    )
    for event, axes in zip(events, panel_axes, strict=True):
        draw_zero_line(axes)
        for each in analysis.change_effects:
            if each.event == event:
                row, mean_percent = change_names.index(each.label), 100 * each.difference.value
                if each.between_draw_sd:
                    ends = [mean_percent - 100 * each.between_draw_sd, mean_percent + 100 * each.between_draw_sd]
                    axes.plot(ends, [row, row], color=GREY, linewidth=5, alpha=0.35, solid_capstyle="butt", zorder=1)
                draw_estimate(axes, row, each.difference, filled=each.difference.low > 0 or each.difference.high < 0)
        axes.set_xlabel("battles in 100")
    return figure
