"""The probability of an event along a factor, with the threshold that it has to cross."""

from matplotlib.figure import Figure

from sim.outputs.formatting import format_measure_title
from sim.plots.figure_data import TippingPointData, load_tipping_point_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, HEADER_HEIGHT, MARGIN, compute_footer_height, make_figure

WIDTH, PANEL_HEIGHT, AXIS_WIDTH, AXIS_HEIGHT = 7.6, 3.0, 0.6, 0.5  # inches
NOTE = (
    "Points: the share of battles, the same luck at every value; bars: 95% intervals. Hollow: the base case. Dashed: "
    "as likely as not. Grey: from where the turn is possible to where it is sure."
)


FIGURE = FigureSpec("tipping_curve", ("tipping-point",), load_tipping_point_data)


def draw(data: TippingPointData) -> Figure:
    """One panel."""
    search, factor, output = data.search, data.factor, data.output
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    height = HEADER_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT + footer_height
    curve = search.curve
    figure = make_figure(
        WIDTH,
        height,
        title="What would have turned it",
        subtitle=format_measure_title(output),
        note=NOTE,
        caption=data.caption,
    )
    panel_width = WIDTH - 2 * MARGIN - AXIS_WIDTH
    axes = figure.add_axes(
        (
            (MARGIN + AXIS_WIDTH) / WIDTH,
            (footer_height + AXIS_HEIGHT) / height,
            panel_width / WIDTH,
            PANEL_HEIGHT / height,
        )
    )
    axes.axhline(50, color=GREY, linewidth=0.8, linestyle="--")
    for threshold in (search.upward, search.downward):
        if threshold is not None:
            last_value = search.max_increase if threshold.steps > 0 else -search.max_decrease
            certain_from = threshold.first_certain if threshold.first_certain is not None else last_value
            axes.axvspan(
                curve.compute_factor_value(threshold.first_possible),
                curve.compute_factor_value(certain_from),
                color=GREY,
                alpha=0.2,
                linewidth=0,
            )
    for steps in sorted(curve.events_by_step):
        value = curve.compute_factor_value(steps)
        low, high = curve.compute_interval(steps)
        axes.plot([value, value], [100 * low, 100 * high], color=GREY, linewidth=1)
        face_colour = "white" if steps == 0 else DARK_GREY
        axes.plot(
            value,
            100 * curve.compute_event_share(steps),
            "o",
            markersize=4,
            markerfacecolor=face_colour,
            markeredgecolor=DARK_GREY,
        )
    axes.set_ylim(-2, 102)
    axes.set_ylabel("battles in 100")
    axes.set_xlabel(
        f"hours by which {factor.description} comes later" if factor.kind == "hours" else factor.description
    )
    return figure
