"""Conditions under which an outcome is likelier: how often it comes about in each, and how much of it lies there."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.claims.intervals import wilson
from sim.discovery.tree import Condition, Discovery
from sim.discovery.words import said, telling
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SMALL, balanced, foot, sheet

NAMES, PANEL, BETWEEN = 3.6, 2.6, 0.3  # inches: the column of conditions, a panel, the gap beside it
ROW, TITLE, AXIS = 0.5, 0.3, 0.5  # inches: a condition, a panel's title, its axis
SHOWN = 8  # conditions
NOTE = (
    "Conditions were found in one half of the battles by a small tree, and are counted in the other half. Left: of the "
    "battles in which a condition holds, how many have the outcome. Right: of the battles with the outcome, in how "
    "many the condition holds. Bars: 95% intervals. Dashed: all battles."
)


def draw(found: Discovery, outcome: str, caption: str) -> Figure:
    """Conditions as rows, density and coverage as panels."""
    shown = telling(found)[:SHOWN]
    width = 2 * MARGIN + NAMES + 2 * (PANEL + BETWEEN)
    tall = ROW * max(len(shown), 1)
    below = foot(width, NOTE, caption)
    height = HEAD + TITLE + tall + AXIS + below
    figure = sheet(
        width,
        height,
        title="When does it turn?",
        subtitle=f"{outcome} in {found.outcomes} of the {found.battles} battles that are counted"
        + ("" if shown else ": no condition makes it likelier by more than they can tell"),
        note=NOTE,
        caption=caption,
    )
    usual = found.outcomes / max(found.battles, 1)
    panels = {
        "the outcome, where it holds": [(each.hits, each.inside) for each in shown],
        "it holds, where the outcome is": [(each.hits, each.outcomes) for each in shown],
    }
    for place, (title, counts) in enumerate(panels.items()):
        left = MARGIN + NAMES + place * (PANEL + BETWEEN)
        axes = figure.add_axes((left / width, (below + AXIS) / height, PANEL / width, tall / height))
        panel(axes, counts, usual if place == 0 else None)
        axes.set_title(title, loc="left", size=SMALL, weight="bold")
        axes.set_xlabel("battles in 100")
    name(figure.axes[0], shown)
    return figure


def panel(axes: Axes, counts: list[tuple[int, int]], usual: float | None) -> None:
    """A share with its interval for each condition."""
    if usual is not None:
        axes.axvline(100 * usual, color=FADED, linewidth=0.8, linestyle="--")
    for row, (hits, trials) in enumerate(counts):
        low, high = wilson(hits, trials)
        axes.axhline(row, color=HAIR, linewidth=0.4)
        axes.plot([100 * low, 100 * high], [row, row], color=INK, linewidth=1.6, solid_capstyle="butt")
        axes.plot(100 * hits / trials, row, "o", color=INK, markersize=5, zorder=3)
    axes.set_xlim(-2, 102)
    axes.set_ylim(max(len(counts), 1) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def name(axes: Axes, shown: list[Condition]) -> None:
    """Each condition in words, and how many battles are in it."""
    for row, each in enumerate(shown):
        text = balanced(f"{said(each)} ({each.inside} battles)", 58)
        axes.text(-0.03, row, text, transform=axes.get_yaxis_transform(), ha="right", va="center", size=SMALL)
