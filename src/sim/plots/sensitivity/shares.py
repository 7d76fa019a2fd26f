"""What decides each outcome: the share of the variance of each factor, pure chance among them."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.digits import subject
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SMALL, balanced, foot, sheet
from sim.sensitivity.battles import CHANCE, Decisive, name_of
from sim.sensitivity.indices import Share

ROW, TITLE, AXIS = 0.28, 0.5, 0.5  # inches: a factor, a panel's title, its axis
NAMES, PANEL, BETWEEN = 2.2, 3.2, 0.3  # inches: the column of factors, a panel, the gap beside it
NOTE = (
    "Filled: the share of the variance that is left when everything else is known; hollow: what goes when this alone "
    "is known; bars: 95% intervals. Square: pure chance. Another prior gives other shares."
)


def draw(found: Decisive, of: list[str], caption: str) -> Figure:
    """Measures as panels, two beside each other; factors as rows, each panel in its own order."""
    shown = [id for id in of if found.shares[id] is not None]
    columns, lines = min(max(len(shown), 1), 2), -(-max(len(shown), 1) // 2)
    width = max(2 * MARGIN + columns * (NAMES + PANEL + BETWEEN), 7.6)
    tall = ROW * len(found.factors)
    below = foot(width, NOTE, caption)
    one = TITLE + tall + AXIS
    height = HEAD + lines * one + below
    figure = sheet(
        width,
        height,
        title="What decides the outcome",
        subtitle=f"Shares of the variance over {len(found.outcomes)} battles",
        note=NOTE,
        caption=caption,
    )
    for place, id in enumerate(shown):
        left = MARGIN + NAMES + (place % 2) * (NAMES + PANEL + BETWEEN)
        bottom = below + (lines - 1 - place // 2) * one + AXIS
        axes = figure.add_axes((left / width, bottom / height, PANEL / width, tall / height))
        measured = next(each for each in found.measures if each.id == id)
        text = subject(measured)
        axes.set_title(balanced(text[0].upper() + text[1:110], 50), loc="left", size=SMALL, weight="bold")
        panel(axes, found.shares[id] or [])
    return figure


def panel(axes: Axes, shares: list[Share]) -> None:
    """One measure."""
    axes.axvline(0, color=FADED, linewidth=0.8)
    for row, share in enumerate(shares):
        axes.axhline(row, color=HAIR, linewidth=0.4)
        for shift, middle, half, filled in (
            (-0.14, share.total, share.total_half, True),
            (0.14, share.first, share.first_half, False),
        ):
            at = row + shift
            axes.plot([100 * (middle - half), 100 * (middle + half)], [at, at], color=INK, linewidth=1.2)
            shape = "s" if share.factor == CHANCE else "o"
            face = INK if filled else "white"
            axes.plot(100 * middle, at, shape, markersize=5, markerfacecolor=face, markeredgecolor=INK, zorder=3)
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_yticks(range(len(shares)), [name_of(share.factor) for share in shares])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("per cent of the variance")
