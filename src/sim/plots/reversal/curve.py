"""The chance of an event along a lever, with the line that it has to cross."""

from matplotlib.figure import Figure

from sim.experiment.digits import subject
from sim.experiment.paired import Measured
from sim.plots.style import FADED, HEAD, INK, MARGIN, foot, sheet
from sim.reversal.lever import Lever
from sim.reversal.search import Reversal

WIDTH, TALL, LEFT, AXIS = 7.6, 3.0, 0.6, 0.5  # inches
NOTE = (
    "Points: the share of battles, the same luck at every value; bars: 95% intervals. Hollow: the base case. Dashed: "
    "as likely as not. Grey: from where the turn is possible to where it is sure."
)


def draw(found: Reversal, lever: Lever, measured: Measured, caption: str) -> Figure:
    """One panel."""
    below = foot(WIDTH, NOTE, caption)
    height = HEAD + TALL + AXIS + below
    curve = found.curve
    figure = sheet(
        WIDTH,
        height,
        title="What would have turned it",
        subtitle=subject(measured),
        note=NOTE,
        caption=caption,
    )
    wide = WIDTH - 2 * MARGIN - LEFT
    axes = figure.add_axes(((MARGIN + LEFT) / WIDTH, (below + AXIS) / height, wide / WIDTH, TALL / height))
    axes.axhline(50, color=FADED, linewidth=0.8, linestyle="--")
    for turn in (found.up, found.down):
        if turn is not None:
            last = found.upmost if turn.steps > 0 else -found.downmost
            surest = turn.surest if turn.surest is not None else last
            axes.axvspan(curve.value(turn.earliest), curve.value(surest), color=FADED, alpha=0.2, linewidth=0)
    for steps in sorted(curve.found):
        at = curve.value(steps)
        low, high = curve.ends(steps)
        axes.plot([at, at], [100 * low, 100 * high], color=FADED, linewidth=1)
        face = "white" if steps == 0 else INK
        axes.plot(at, 100 * curve.share(steps), "o", markersize=4, markerfacecolor=face, markeredgecolor=INK)
    axes.set_ylim(-2, 102)
    axes.set_ylabel("battles in 100")
    axes.set_xlabel(f"hours by which {lever.says} comes later" if lever.kind == "hours" else lever.says)
    return figure
