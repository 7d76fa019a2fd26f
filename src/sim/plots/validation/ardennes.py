"""Daily losses as recorded, and as three fits have them."""

from matplotlib.figure import Figure

from sim.plots.figure_data import ValidationData, load_validation_data
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, GREY, LIGHT_GREY, compute_footer_height, make_figure

WIDTH, HEIGHT = 7.0, 4.2
NOTE = (
    "Bars: casualties a day. Lines: least-squares fits to both sides together, with the law's exponents fixed or free. "
    "No fit follows the days: who attacks, and how hard, is not in the strengths."
)
FIT_STYLES = {"square": (GREY, ":"), "linear": (GREY, "--"), "free": (DARK_GREY, "-")}
FIT_LABELS = {"square": "square law", "linear": "linear law", "free": "free exponents and tempo"}


FIGURE = FigureSpec("ardennes", ("validate",), load_validation_data, applies=lambda data: "ardennes" in data.findings)


def draw(data: ValidationData) -> Figure:
    """Draw both sides beside one another."""
    finding = data.findings["ardennes"]
    curves = finding.curves
    caption = f"32 days · {data.provenance}"
    figure = make_figure(WIDTH, HEIGHT, title=finding.title, subtitle="casualties by day", note=NOTE, caption=caption)
    footer_share = compute_footer_height(WIDTH, NOTE, caption) / HEIGHT
    for n, side in enumerate(("Allied", "German")):
        axes = figure.add_axes((0.09 + n * 0.47, footer_share + 0.1, 0.41, 1 - footer_share - 0.38))
        axes.bar(curves["days"], curves["losses"][n], color=LIGHT_GREY, width=0.8)
        for name, (colour, linestyle) in FIT_STYLES.items():
            if name in curves:
                axes.plot(curves["days"], curves[name][n], color=colour, linestyle=linestyle, label=FIT_LABELS[name])
        axes.set_ylim(0, curves["losses"].max() * 1.05)
        axes.set_title(side, loc="left")
        axes.set_xlabel("day of the campaign")
    figure.axes[0].set_ylabel("casualties a day")
    figure.axes[-1].legend(loc="lower right", bbox_to_anchor=(1.0, 1.08), ncols=3)
    return figure
