"""Daily losses as recorded, and as three fits have them."""

from matplotlib.figure import Figure

from sim.plots.style import FADED, HAIR, INK, foot, sheet
from sim.validation.finding import Finding

WIDTH, HEIGHT = 7.0, 4.2
NOTE = (
    "Bars: casualties a day. Lines: least-squares fits to both sides together, with the law's exponents fixed or free. "
    "No fit follows the days: who attacks, and how hard, is not in the strengths."
)
LINES = {"square": (FADED, ":"), "linear": (FADED, "--"), "free": (INK, "-")}
NAMES = {"square": "square law", "linear": "linear law", "free": "free exponents and tempo"}


def draw(finding: Finding, made: str) -> Figure:
    """Draw both sides beside one another."""
    curves = finding.curves
    caption = f"32 days · {made}"
    figure = sheet(WIDTH, HEIGHT, title=finding.title, subtitle="casualties by day", note=NOTE, caption=caption)
    below = foot(WIDTH, NOTE, caption) / HEIGHT
    for n, side in enumerate(("Allied", "German")):
        axes = figure.add_axes((0.09 + n * 0.47, below + 0.1, 0.41, 1 - below - 0.38))
        axes.bar(curves["days"], curves["losses"][n], color=HAIR, width=0.8)
        for name, (colour, dash) in LINES.items():
            if name in curves:
                axes.plot(curves["days"], curves[name][n], color=colour, linestyle=dash, label=NAMES[name])
        axes.set_ylim(0, curves["losses"].max() * 1.05)
        axes.set_title(side, loc="left")
        axes.set_xlabel("day of the campaign")
    figure.axes[0].set_ylabel("casualties a day")
    figure.axes[-1].legend(loc="lower right", bbox_to_anchor=(1.0, 1.08), ncols=3)
    return figure
