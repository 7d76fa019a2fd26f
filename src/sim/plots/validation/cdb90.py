"""Who wins at which ratio of forces, and what winners and losers lost."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.figure_data import ValidationData, load_validation_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, LIGHT_GREY, compute_footer_height, make_figure

if TYPE_CHECKING:
    from sim.analysis.validation.results import ValidationResult

WIDTH, HEIGHT = 7.6, 6.2
NOTE = (
    "Top: share of battles that the attacker wins, by attackers for each defender: recorded, with 95% intervals, and "
    "simulated by the chosen law and by others; the engagement refitted foretells each war from the other half of the "
    "wars. Below: fractions lost, from the tenth to the ninetieth of a hundred, "
    "with the median: recorded, the assault as it is in a battle, and an assault that only a break point ends."
)
RATIO_LABELS = ("to 0.75", "to 1", "to 1.5", "to 2", "to 3", "to 5", "over 5")
SERIES_COLOURS = {"recorded": DARK_GREY, "assault": GREY, "break points alone": LIGHT_GREY}


FIGURE = FigureSpec("cdb90", ("validate",), load_validation_data, applies=lambda data: "cdb90" in data.findings)


def draw(data: ValidationData) -> Figure:
    """Draw victories above and losses below."""
    finding = data.findings["cdb90"]
    curves = finding.curves
    caption = f"CDB90, ODC-BY · {data.provenance}"
    figure = make_figure(WIDTH, HEIGHT, title=finding.title, subtitle="one assault each", note=NOTE, caption=caption)
    footer_share = compute_footer_height(WIDTH, NOTE, caption) / HEIGHT
    height = (1 - footer_share - 0.4) / 2
    axes = figure.add_axes((0.09, footer_share + 0.24 + height, 0.58, height))
    x = np.arange(len(RATIO_LABELS))
    recorded_share, intervals = curves["recorded"], curves["intervals"]
    interval_lengths = np.abs(intervals.T - recorded_share)
    axes.errorbar(
        x, recorded_share, yerr=interval_lengths, fmt="o", color=DARK_GREY, capsize=2, label="recorded", clip_on=False
    )
    dashes = ["-", "--", ":", "-.", (0, (1, 3)), (0, (5, 1)), (0, (3, 1, 1, 1))]
    for n, name in enumerate(name for name in curves if name.startswith("won ")):
        label = name.removeprefix("won ")
        axes.plot(x, curves[name], linestyle=dashes[n % len(dashes)], color=DARK_GREY if n < 2 else GREY, label=label)
    axes.set_xticks(x, RATIO_LABELS)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("share won by the attacker")
    axes.set_xlabel("attackers for each defender")
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0))
    axes = figure.add_axes((0.2, footer_share + 0.08, 0.74, height - 0.01))
    draw_losses(axes, finding)
    return figure


def draw_losses(axes: Axes, finding: "ValidationResult") -> None:
    """Draw bars from the 10th to the 90th percentile, with the median."""
    roles = ("winning attacker", "losing attacker", "winning defender", "losing defender")
    for row, role in enumerate(roles):
        outcome, side = role.split()
        for n, (series, colour) in enumerate(SERIES_COLOURS.items()):
            quantiles = finding.curves[f"{series} {side} {outcome}"]
            y = row + (n - 1) * 0.25
            axes.plot(
                [quantiles[9], quantiles[89]], [y, y], color=colour, linewidth=3, label=series if not row else None
            )
            axes.plot(quantiles[49], y, "|", color=DARK_GREY, markersize=9)
    axes.set_yticks(range(len(roles)), roles)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("fraction lost")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3)
