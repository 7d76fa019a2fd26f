"""Who wins at which ratio of forces, and what winners and losers lost."""

import numpy as np
from matplotlib.figure import Figure

from sim.plots.style import FADED, HAIR, INK, foot, sheet
from sim.validation.finding import Finding

WIDTH, HEIGHT = 7.6, 6.2
NOTE = (
    "Top: share of battles that the attacker wins, by attackers for each defender: recorded, with 95% intervals, and "
    "simulated by the chosen law and by others. Below: fractions lost, from the tenth to the ninetieth of a hundred, "
    "with the median: recorded, the assault as it is in a battle, and an assault that only a break point ends."
)
CLASSES = ("to 0.75", "to 1", "to 1.5", "to 2", "to 3", "to 5", "over 5")
SHOWN = {"recorded": INK, "assault": FADED, "break points alone": HAIR}


def draw(finding: Finding, made: str) -> Figure:
    """Draw victories above and losses below."""
    curves = finding.curves
    caption = f"CDB90, ODC-BY · {made}"
    figure = sheet(WIDTH, HEIGHT, title=finding.title, subtitle="one assault each", note=NOTE, caption=caption)
    below = foot(WIDTH, NOTE, caption) / HEIGHT
    height = (1 - below - 0.4) / 2
    axes = figure.add_axes((0.09, below + 0.24 + height, 0.58, height))
    x = np.arange(len(CLASSES))
    seen, between = curves["recorded"], curves["intervals"]
    spread = np.abs(between.T - seen)
    axes.errorbar(x, seen, yerr=spread, fmt="o", color=INK, capsize=2, label="recorded", clip_on=False)
    dashes = ["-", "--", ":", "-.", (0, (1, 3)), (0, (5, 1)), (0, (3, 1, 1, 1))]
    for n, name in enumerate(name for name in curves if name.startswith("won ")):
        label = name.removeprefix("won ")
        axes.plot(x, curves[name], linestyle=dashes[n % len(dashes)], color=INK if n < 2 else FADED, label=label)
    axes.set_xticks(x, CLASSES)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("share won by the attacker")
    axes.set_xlabel("attackers for each defender")
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0))
    axes = figure.add_axes((0.2, below + 0.08, 0.74, height - 0.01))
    draw_losses(axes, finding)
    return figure


def draw_losses(axes, finding: Finding) -> None:  # type: ignore[no-untyped-def]
    """Bars from the tenth to the ninetieth of a hundred, with the median."""
    roles = ("winning attacker", "losing attacker", "winning defender", "losing defender")
    for row, role in enumerate(roles):
        fate, side = role.split()
        for n, (which, colour) in enumerate(SHOWN.items()):
            quantiles = finding.curves[f"{which} {side} {fate}"]
            y = row + (n - 1) * 0.25
            axes.plot(
                [quantiles[9], quantiles[89]], [y, y], color=colour, linewidth=3, label=which if not row else None
            )
            axes.plot(quantiles[49], y, "|", color=INK, markersize=9)
    axes.set_yticks(range(len(roles)), roles)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("fraction lost")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3)
