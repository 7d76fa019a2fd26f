"""The way from prior to posterior: temperature, effective sample and how often moves were taken, by island."""

from typing import Literal

from matplotlib.figure import Figure

from sim.calibration.found import Calibrated
from sim.calibration.moves import KINDS
from sim.plots.style import FADED, HAIR, HEAD, INK, MARGIN, SMALL, foot, sheet

NOTE = (
    "From left to right the claims are given more and more weight, from none (prior) to full (posterior). Solid: the "
    "first island; dashed: the second. Effective sample: before resampling; dots: at the "
    "posterior, by families of relatives."
)
MOVES = {
    "parameters": ("#c77d0a", "parameters"),
    "dice": ("#1b7f8c", "dice"),
    "blocks": ("#7a5195", "both"),
    "reports": ("#777777", "reporting only"),
}
STYLES = ("-", "--")
DOTS: dict[str, Literal["full", "none"]] = {"-": "full", "--": "none"}
WIDTH, TOP, PANEL, BETWEEN = 7.6, 0.3, 1.35, 0.45


def draw(found: Calibrated, caption: str) -> Figure:
    """Three panels below each other, with the number of battles as their axis."""
    below = foot(WIDTH, NOTE, caption)
    height = HEAD + TOP + 3 * PANEL + 2 * BETWEEN + 0.5 + below
    figure = sheet(
        WIDTH,
        height,
        title="From prior to posterior",
        subtitle=f"{len(found.cooled.islands)} islands of {found.plan.particles:,} particles, "
        f"{found.cooled.battles:,} battles",
        note=NOTE,
        caption=caption,
    )
    left, wide = MARGIN + 0.55, WIDTH - 2 * MARGIN - 0.55
    axes = [
        figure.add_axes((left / WIDTH, (below + 0.5 + n * (PANEL + BETWEEN)) / height, wide / WIDTH, PANEL / height))
        for n in (2, 1, 0)
    ]
    for island, style in zip(found.cooled.islands, STYLES, strict=False):
        if not island.rungs:
            continue
        battles = [rung.battles / 1000 for rung in island.rungs]
        axes[0].semilogy(battles, [rung.temperature for rung in island.rungs], style, color=INK, linewidth=1.2)
        share = [100 * rung.effective / len(island.fought) for rung in island.rungs]
        there = sum(rung.temperature < 1.0 for rung in island.rungs) + 1
        axes[1].plot(battles[:there], share[:there], style, color=INK, linewidth=1.2)
        axes[1].plot(battles[there:], share[there:], "o", color=INK, markersize=3.5, fillstyle=DOTS[style])
        for kind in KINDS:
            taken = [100 * rung.acceptance.get(kind, float("nan")) for rung in island.rungs]
            colour, words = MOVES[kind]
            axes[2].plot(battles, taken, style, color=colour, linewidth=1.2, label=words if style == "-" else None)
    axes[1].axhline(100 * found.plan.share, color=HAIR, linewidth=0.8)
    for each, title in zip(axes, ("temperature", "effective sample, of 100", "moves taken, of 100"), strict=True):
        each.set_title(title, loc="left", size=SMALL, weight="bold")
    for each in axes[1:]:
        each.set_ylim(0, 100)
    axes[2].legend(ncols=4, loc="upper right", handlelength=1.4, columnspacing=1.0)
    axes[2].set_xlabel("thousand battles of an island", color=FADED)
    return figure
