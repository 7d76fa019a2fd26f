"""Ranks of known truths: how far their distribution strays from the uniform one, quantity by quantity."""

import numpy as np
from matplotlib.figure import Figure

from sim.calibration.rehearsal import DRAWS, Rehearsed
from sim.plots.style import FADED, HEAD, INK, MARGIN, SAND, SMALL, foot, sheet

WIDTH, TOP, PANEL, BOTTOM = 7.6, 0.25, 2.9, 0.5
SHOWN = 3  # quantities that are named
NOTE = (
    "Each line is one quantity: the share of truths of at most that rank among 19 draws from their posterior, beyond "
    "what is expected. Band: where 95 of 100 such lines would stay all along if the inference were right. Black: the "
    "most uneven ones. Right: all ranks of all quantities together."
)


def draw(found: Rehearsed, caption: str) -> Figure:
    """Two panels: lines of all quantities, and the histogram of all ranks."""
    below = foot(WIDTH, NOTE, caption)
    height = HEAD + TOP + PANEL + BOTTOM + below
    figure = sheet(
        WIDTH,
        height,
        title="Does the inference find the truth where it is known?",
        subtitle=f"{len(found.names)} quantities in {len(found.ranks)} synthetic battles; chance of the most "
        f"uneven, times their number: {found.smallest:.2g}",
        note=NOTE,
        caption=caption,
    )
    left, base = MARGIN + 0.45, below + BOTTOM
    lines = figure.add_axes((left / WIDTH, base / height, 4.0 / WIDTH, PANEL / height))
    ranks = np.arange(DRAWS + 1)
    band = found.band()
    lines.fill_between(ranks, -100 * band, 100 * band, color=SAND, linewidth=0)
    away = found.distributions()
    uneven = found.chances.argsort()[:SHOWN].tolist()
    for number, line in enumerate(away):
        if number not in uneven:
            lines.plot(ranks, 100 * line, color=FADED, linewidth=0.5, alpha=0.6)
    for number, style in zip(uneven, ("-", "--", ":"), strict=False):
        lines.plot(
            ranks, 100 * away[number], style, color=INK, linewidth=1.2, label=found.names[number].replace("_", " ")
        )
    lines.legend(loc="upper right")
    lines.axhline(0, color=FADED, linewidth=0.6)
    lines.set_xlabel("rank of the truth")
    lines.set_xticks(range(0, DRAWS + 1, 3))
    lines.set_ylabel("share beyond what is expected, in 100")
    bars = figure.add_axes(
        ((left + 4.55) / WIDTH, base / height, (WIDTH - left - 4.55 - MARGIN) / WIDTH, PANEL / height)
    )
    whole = found.counts.sum(axis=0)
    bars.bar(ranks, whole, color=FADED, width=0.8)
    bars.axhline(whole.mean(), color=INK, linewidth=0.8)
    bars.set_title("all ranks", loc="left", size=SMALL, weight="bold")
    bars.set_xlabel("rank")
    return figure
