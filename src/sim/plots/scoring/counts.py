"""A forest plot of claims: each count as reported, beside what its source was expected to report."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.claim_rows import ClaimRow, RowLayout, build_claim_rows, draw_row_labels, make_claim_figure
from sim.plots.fan_chart import draw_interval_bar, find_side_colour, format_count_axis
from sim.plots.figure_data import ScoreData, load_score_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY
from sim.scenario.model import Scenario

LAYOUT = RowLayout(row_height=0.34, axis_height=0.55, name_width=3.9, panel_width=5.6, phrase_width=1.2, max_chars=66)
NOTE = (
    "Bars: the middle 50 and 90 per cent of what the source would report of the simulated battles, with its factor and "
    "noise; tick: the median. Symbols: what it did tell; a black line goes as far as its words do (over 100: to the "
    "next round number), an arrow without end. Hollow: held out. The axis is a square root."
)


FIGURE = FigureSpec("counts", ("score",), load_score_data)


def draw(data: ScoreData) -> Figure:
    """Counts as rows, by source."""
    scenario, splits = data.scenario, data.splits
    rows = build_claim_rows(scenario, splits, ("count",))
    figure, axes = make_claim_figure(
        rows,
        LAYOUT,
        title="Counts: what each source reported, beside what it would report of the simulated battles",
        subtitle=f"Reports of {len(splits[0].forecast.sample):,} simulated battles (bars), and the claims (symbols)",
        note=NOTE,
        caption=data.caption,
    )
    upper = compute_axis_limit(rows)
    format_count_axis(axes, upper, "people or pieces")
    for number, row in enumerate(rows):
        draw_claim(axes, number, row, scenario, upper)
    return figure


def compute_axis_limit(rows: list[ClaimRow]) -> float:
    """The upper end of the axis: it shows what was reported, and most of what was expected."""
    ends = [1.0]
    for row in rows:
        if row.scored_claim is not None:
            cell = row.scored_claim.target.observed_bin
            ends += [row.scored_claim.quantiles[4], cell.high if math.isfinite(cell.high) else 2.0 * cell.low + 2.0]
    return 1.08 * max(ends)


def draw_claim(axes: Axes, position: int, row: ClaimRow, scenario: Scenario, upper: float) -> None:
    """Draw a claim, or write the name of a source."""
    draw_row_labels(axes, position, row, LAYOUT)
    if row.scored_claim is None:
        return
    draw_interval_bar(
        axes, position, row.scored_claim.quantiles, find_side_colour(scenario, row.scored_claim.target.claim)
    )
    reported_bin = row.scored_claim.target.observed_bin
    if math.isinf(reported_bin.high):
        arrow = {"arrowstyle": "-|>,head_width=0.15,head_length=0.3", "color": DARK_GREY, "shrinkA": 0, "shrinkB": 0}
        axes.annotate(
            "", (min(2.0 * reported_bin.low + 2.0, upper), position), (reported_bin.low, position), arrowprops=arrow
        )
    elif reported_bin.high > reported_bin.low:
        axes.plot(
            [reported_bin.low, reported_bin.high],
            [position, position],
            color=DARK_GREY,
            linewidth=1.4,
            solid_capstyle="butt",
            zorder=4,
        )
    face_colour = "white" if row.is_held_out else DARK_GREY
    axes.plot(
        reported_bin.low,
        position,
        "o",
        markersize=4.5,
        markerfacecolor=face_colour,
        markeredgecolor=DARK_GREY,
        zorder=5,
        clip_on=False,
    )
