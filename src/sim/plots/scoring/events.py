"""Events and control: the probability that the source would report what it did; and shares of a place, in per cent."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.likelihood.binning import SHARE_STEPS
from sim.plots.claim_rows import ClaimRow, RowLayout, build_claim_rows, draw_row_labels, make_claim_figure
from sim.plots.fan_chart import draw_interval_bar, find_side_colour
from sim.plots.figure_data import ScoreData, load_score_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, LIGHT_GREY, NEUTRAL
from sim.scenario.model import Scenario

LAYOUT = RowLayout(row_height=0.3, axis_height=0.5, name_width=4.4, panel_width=4.6, phrase_width=1.0, max_chars=76)
SHARE_HEADING = "Shares of a place, in per cent"
NOTE = (
    "The chance, over the simulated battles, that the source tells what it did tell, its misreports included; the line "
    "is its 95% interval for so many battles. All of these were reported: the further left, the less the simulation "
    "expects it. Shares of a place: the middle 50 and 90 per cent of what the source would report, and what it "
    "reported. Hollow: held out."
)


FIGURE = FigureSpec("events", ("score",), load_score_data)


def draw(data: ScoreData) -> Figure:
    """Events as rows, by source."""
    scenario, splits = data.scenario, data.splits
    rows = build_claim_rows(scenario, splits, ("event",))
    shares = [row for row in build_claim_rows(scenario, splits, ("share",)) if row.scored_claim is not None]
    rows += [ClaimRow(SHARE_HEADING), *shares] if shares else []
    figure, axes = make_claim_figure(
        rows,
        LAYOUT,
        title="What happened and who held what: how likely it was to be reported so",
        subtitle=f"Over each source's reports of {len(splits[0].forecast.sample):,} simulated battles",
        note=NOTE,
        caption=data.caption,
    )
    for number, row in enumerate(rows):
        draw_claim(axes, number, row, scenario)
    axes.set_xlim(0, 100)
    axes.set_xlabel("battles in 100 of which it would be reported; per cent held")
    axes.plot([50, 50], [0.5, len(rows) - 0.5], color=LIGHT_GREY, linewidth=0.6, zorder=0)
    return figure


def draw_claim(axes: Axes, position: int, row: ClaimRow, scenario: Scenario) -> None:
    """Draw a claim, or write the name of a source."""
    draw_row_labels(axes, position, row, LAYOUT)
    if row.scored_claim is None:
        return
    face_colour = "white" if row.is_held_out else DARK_GREY
    if row.scored_claim.target.kind == "share":
        step_percent = 100 / SHARE_STEPS
        colour = find_side_colour(scenario, row.scored_claim.target.claim)
        draw_interval_bar(axes, position, [step_percent * each for each in row.scored_claim.quantiles], colour)
        position_percent = step_percent * row.scored_claim.target.observed_bin.low
        axes.plot(
            position_percent,
            position,
            "o",
            markersize=4.5,
            markerfacecolor=face_colour,
            markeredgecolor=DARK_GREY,
            zorder=5,
            clip_on=False,
        )
        return
    axes.barh(position, 100 * row.scored_claim.probability, height=0.5, color=NEUTRAL, linewidth=0, zorder=1)
    low, high = row.scored_claim.probability_interval
    axes.plot(
        [100 * low, 100 * high], [position, position], color=DARK_GREY, linewidth=1.2, zorder=3, solid_capstyle="butt"
    )
    axes.plot(
        100 * row.scored_claim.probability,
        position,
        "o",
        markersize=4.5,
        markerfacecolor=face_colour,
        markeredgecolor=DARK_GREY,
        zorder=4,
        clip_on=False,
    )
