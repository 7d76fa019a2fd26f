"""Shares of the laws by period, and errors on held-out battles."""

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.validation.victors_simulation import CLOSED_FORM_LAWS
from sim.plots.figure_data import ValidationData, load_validation_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, compute_footer_height, make_figure

WIDTH, HEIGHT = 7.0, 4.2
NOTE = (
    "Left: share of each law among the nearest draws, if a battle lasts a drawn time (bars, one for each of the four "
    "periods, the earliest first). Right: mean relative error of each side's losses on battles that were held out; "
    "`constant` is the same fraction for every battle."
)


FIGURE = FigureSpec("victors", ("validate",), load_validation_data, applies=lambda data: "victors" in data.findings)


def draw(data: ValidationData) -> Figure:
    """Draw shares and errors."""
    finding = data.findings["victors"]
    curves = finding.curves
    caption = f"Rubio-Campillo 2016 · {data.provenance}"
    figure = make_figure(WIDTH, HEIGHT, title=finding.title, subtitle="four laws", note=NOTE, caption=caption)
    footer_share = compute_footer_height(WIDTH, NOTE, caption) / HEIGHT
    height = 1 - footer_share - 0.36
    shares = [curve for name, curve in curves.items() if name.startswith("shares")]
    axes = figure.add_axes((0.09, footer_share + 0.1, 0.41, height))
    for n, share in enumerate(shares):
        grey_level = 0.75 - 0.2 * n
        axes.bar(
            np.arange(len(CLOSED_FORM_LAWS)) + (n - 1.5) * 0.2, share, 0.18, color=(grey_level, grey_level, grey_level)
        )
    axes.set_xticks(range(len(CLOSED_FORM_LAWS)), CLOSED_FORM_LAWS)
    axes.set_ylim(0, 1)
    axes.set_ylabel("share among the nearest draws")
    axes = figure.add_axes((0.58, footer_share + 0.1, 0.38, height))
    names = [name.removeprefix("errors ") for name in curves if name.startswith("errors")]
    for n, (side, colour) in enumerate((("victors", DARK_GREY), ("vanquished", GREY))):
        axes.plot(range(len(names)), [curves[f"errors {name}"][n] for name in names], "o", color=colour, label=side)
    axes.set_xticks(range(len(names)), names, rotation=25, ha="right")
    axes.set_ylim(0, 1)
    axes.set_ylabel("mean relative error of losses")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return figure
