"""Conditions under which an outcome is likelier: how often it comes about in each, and how much of it lies there."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.scenario_discovery import (
    DiscoveredCondition,
    describe_condition,
    discover_conditions,
    select_informative,
)
from sim.plots.figure_data import CONDITION_OPTIONS, ConditionsData, load_conditions_data
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)
from sim.scoring.intervals import wilson_interval

NAME_WIDTH, PANEL_WIDTH, PANEL_GAP = 3.6, 2.6, 0.3  # inches: the column of conditions, a panel, the gap beside it
ROW_HEIGHT, TITLE_HEIGHT, AXIS_HEIGHT = 0.5, 0.3, 0.5  # inches: a condition, a panel's title, its axis
MAX_CONDITIONS = 8
NOTE = (
    "Conditions were found in one half of the battles by a small tree, and are counted in the other half. Left: of the "
    "battles in which a condition holds, how many have the outcome. Right: of the battles with the outcome, in how "
    "many the condition holds. Bars: 95% intervals. Dashed: all battles."
)


COMMANDS = ("run", "sweep", "sensitivity")
FIGURE = FigureSpec("conditions", COMMANDS, load_conditions_data, optional=True, options=CONDITION_OPTIONS)


def draw(data: ConditionsData) -> Figure:
    """Conditions as rows, density and coverage as panels."""
    discovery = discover_conditions(data.factors, data.outcome, data.groups)
    conditions = select_informative(discovery)[:MAX_CONDITIONS]
    width = 2 * MARGIN + NAME_WIDTH + 2 * (PANEL_WIDTH + PANEL_GAP)
    panel_height = ROW_HEIGHT * max(len(conditions), 1)
    footer_height = compute_footer_height(width, NOTE, data.caption)
    height = HEADER_HEIGHT + TITLE_HEIGHT + panel_height + AXIS_HEIGHT + footer_height
    figure = make_figure(
        width,
        height,
        title="When does it turn?",
        subtitle=f"{data.description} in {discovery.n_outcomes:,} of the {discovery.n_battles:,} battles counted"
        + ("" if conditions else ": no condition makes it likelier by more than they can tell"),
        note=NOTE,
        caption=data.caption,
    )
    base_rate = discovery.n_outcomes / max(discovery.n_battles, 1)
    panels = {
        "the outcome, where it holds": [(each.n_hits, each.n_inside) for each in conditions],
        "it holds, where the outcome is": [(each.n_hits, each.n_outcomes) for each in conditions],
    }
    for panel_index, (title, counts) in enumerate(panels.items()):
        left = MARGIN + NAME_WIDTH + panel_index * (PANEL_WIDTH + PANEL_GAP)
        axes = figure.add_axes(
            (left / width, (footer_height + AXIS_HEIGHT) / height, PANEL_WIDTH / width, panel_height / height)
        )
        draw_panel(axes, counts, base_rate if panel_index == 0 else None)
        axes.set_title(title, loc="left", size=SMALL_FONT, weight="bold")
        axes.set_xlabel("battles in 100")
    draw_condition_labels(figure.axes[0], conditions)
    return figure


def draw_panel(axes: Axes, counts: list[tuple[int, int]], base_rate: float | None) -> None:
    """A share with its interval for each condition."""
    if base_rate is not None:
        axes.axvline(100 * base_rate, color=GREY, linewidth=0.8, linestyle="--")
    for row, (hits, trials) in enumerate(counts):
        low, high = wilson_interval(hits, trials)
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4)
        axes.plot([100 * low, 100 * high], [row, row], color=DARK_GREY, linewidth=1.6, solid_capstyle="butt")
        axes.plot(100 * hits / trials, row, "o", color=DARK_GREY, markersize=5, zorder=3)
    axes.set_xlim(-2, 102)
    axes.set_ylim(max(len(counts), 1) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def draw_condition_labels(axes: Axes, conditions: list[DiscoveredCondition]) -> None:
    """Each condition in words, and how many battles are in it."""
    for row, each in enumerate(conditions):
        text = wrap_balanced(f"{describe_condition(each)} ({each.n_inside:,} battles)", 58)
        axes.text(-0.03, row, text, transform=axes.get_yaxis_transform(), ha="right", va="center", size=SMALL_FONT)
