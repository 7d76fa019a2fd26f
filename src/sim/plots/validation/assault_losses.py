"""Casualties of won assaults by the number of attackers, beside recorded battles."""

import numpy as np
from matplotlib.figure import Figure

from sim.plots.figure_data import ValidationData, load_validation_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, compute_footer_height, make_figure

WIDTH, HEIGHT = 6.5, 4.4
LOWEST = 0.5  # where nobody's loss is drawn, on a scale of powers of ten
NOTE = (
    "Grey: assaults that took a place by force, in battles drawn from the priors; one without any casualty is drawn at "
    "a half. Circles: battles of CDB90 that the attacker won, with at most 10,000 people on either side. Casualties "
    "are killed, wounded and taken of both sides together. Line: ten of them, or some three dead."
)


FIGURE = FigureSpec(
    "assault_losses", ("validate",), load_validation_data, applies=lambda data: "assault_losses" in data.findings
)


def draw(data: ValidationData) -> Figure:
    """Draw casualties against attackers, both on scales of powers of ten."""
    finding = data.findings["assault_losses"]
    title, _, scenario_title = finding.title.partition(": ")
    caption = f"{scenario_title} · {data.provenance}"
    figure = make_figure(
        WIDTH, HEIGHT, title=title, subtitle="casualties by number of attackers", note=NOTE, caption=caption
    )
    footer_share = compute_footer_height(WIDTH, NOTE, caption) / HEIGHT
    axes = figure.add_axes((0.11, footer_share + 0.1, 0.82, 1 - footer_share - 0.34))
    simulated, recorded = finding.curves["simulated"], finding.curves["recorded"]
    axes.plot(simulated[:, 0], np.maximum(simulated[:, 1], LOWEST), ".", color=GREY, ms=3, label="simulated")
    axes.plot(recorded[:, 0], np.maximum(recorded[:, 1], LOWEST), "o", color=DARK_GREY, mfc="white", label="CDB90")
    axes.axhline(10, color=DARK_GREY, lw=0.6)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("attackers")
    axes.set_ylabel("killed, wounded and taken")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return figure
