"""Strengths by the equations, with the rounded points of the record."""

from matplotlib.figure import Figure

from sim.plots.style import FADED, INK, foot, sheet
from sim.validation.finding import Finding

WIDTH, HEIGHT = 6.5, 4.0
NOTE = (
    "Lines: both sides by Engel's coefficients and landings. Points: the strength of the landed side as recorded, "
    "rounded; no more than five could be had."
)


def draw(finding: Finding, made: str) -> Figure:
    """Draw both strengths by day."""
    curves = finding.curves
    caption = f"Engel 1954 · {made}"
    figure = sheet(WIDTH, HEIGHT, title=finding.title, subtitle="strength by day", note=NOTE, caption=caption)
    below = foot(WIDTH, NOTE, caption) / HEIGHT
    axes = figure.add_axes((0.11, below + 0.1, 0.82, 1 - below - 0.34))
    axes.plot(curves["days"], curves["landed"] / 1000, color=INK, label="landed side, equations")
    axes.plot(curves["days"], curves["defenders"] / 1000, color=FADED, linestyle="--", label="defenders, equations")
    axes.plot(curves["points"][:, 0], curves["points"][:, 1] / 1000, "o", color=INK, mfc="white", label="recorded")
    axes.set_xlabel("day")
    axes.set_ylabel("thousand people")
    axes.set_ylim(0)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3)
    return figure
