"""Strengths by the equations, with the rounded points of the record."""

from matplotlib.figure import Figure

from sim.plots.figure_data import ValidationData, load_validation_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, compute_footer_height, make_figure

WIDTH, HEIGHT = 6.5, 4.0
NOTE = (
    "Lines: both sides by Engel's coefficients and landings. Points: the strength of the landed side as recorded, "
    "rounded; no more than five could be had."
)


FIGURE = FigureSpec("iwo_jima", ("validate",), load_validation_data, applies=lambda data: "iwo_jima" in data.findings)


def draw(data: ValidationData) -> Figure:
    """Draw both strengths by day."""
    finding = data.findings["iwo_jima"]
    curves = finding.curves
    caption = f"Engel 1954 · {data.provenance}"
    figure = make_figure(WIDTH, HEIGHT, title=finding.title, subtitle="strength by day", note=NOTE, caption=caption)
    footer_share = compute_footer_height(WIDTH, NOTE, caption) / HEIGHT
    axes = figure.add_axes((0.11, footer_share + 0.1, 0.82, 1 - footer_share - 0.34))
    axes.plot(curves["days"], curves["landed"] / 1000, color=DARK_GREY, label="landed side, equations")
    axes.plot(curves["days"], curves["defenders"] / 1000, color=GREY, linestyle="--", label="defenders, equations")
    axes.plot(
        curves["points"][:, 0], curves["points"][:, 1] / 1000, "o", color=DARK_GREY, mfc="white", label="recorded"
    )
    axes.set_xlabel("day")
    axes.set_ylabel("thousand people")
    axes.set_ylim(0)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3)
    return figure
