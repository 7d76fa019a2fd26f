"""The look that all plots share: type, colours, the sheet with its title and caption."""

from contextlib import AbstractContextManager
from textwrap import fill

import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.ticker import FuncFormatter, LogFormatterMathtext, NullFormatter

from sim.colours import toned as toned
from sim.experiment.provenance import origin, titled
from sim.experiment.store import Results
from sim.scenario.model import Scenario

PNG_DPI = 150
INK = "#222222"
FADED = "#777777"
HAIR = "#bbbbbb"
SAND = "#e6e1d3"  # for what is neither side's

SMALL, USUAL, LARGE = 7.5, 8.5, 12.0  # points
MARGIN = 0.35  # inches
LINE = 0.165  # inches from one line of small print to the next
HEAD = 0.85  # inches that title and subtitle take

LOOK: dict[str, object] = {
    "font.family": ["DejaVu Sans"],
    "font.size": USUAL,
    "axes.labelsize": SMALL,
    "axes.titlesize": USUAL,
    "axes.edgecolor": FADED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": FADED,
    "ytick.color": FADED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a name is a dollar; see `plain_ticks`
    "svg.fonttype": "none",
    "pdf.fonttype": 42,  # type that a publisher's tools can read and edit
    "svg.hashsalt": "sim",
}


def look() -> AbstractContextManager[None]:
    """The look, whatever the settings of this machine, for as long as the context lasts."""
    return matplotlib.style.context(["default", LOOK])


def plain_ticks(figure: Figure) -> None:
    """Write the numbers of logarithmic axes as they are: matplotlib has them as formulas, and here nothing is one."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
                axis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
            if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
                axis.set_minor_formatter(NullFormatter())


def sheet(width: float, height: float, *, title: str, subtitle: str, note: str, caption: str) -> Figure:
    """An empty figure of that size in inches, with a title above, a note and a caption below; see `foot`."""
    figure = Figure(figsize=(width, height), facecolor="white")
    left = MARGIN / width
    below = wrapped(note, width) + "\n" + wrapped(caption, width)
    figure.text(left, 1 - 0.28 / height, title, size=LARGE, weight="bold", va="top")
    figure.text(left, 1 - 0.54 / height, subtitle, size=USUAL, color=FADED, va="top")
    figure.text(left, 0.2 / height, below, size=SMALL, color=FADED, va="bottom", linespacing=1.35)
    return figure


def foot(width: float, note: str, caption: str) -> float:
    """The inches that note and caption take at the foot of a sheet."""
    lines = wrapped(note, width).count("\n") + wrapped(caption, width).count("\n") + 2
    return 0.3 + lines * LINE


def wrapped(text: str, width: float) -> str:
    """Small print broken into the lines of a sheet that wide."""
    return fill(text, int((width - 2 * MARGIN) * 72 / (SMALL * 0.56)))


def balanced(text: str, most: int) -> str:
    """Text in as few lines as that many characters allow, all about equally long."""
    lines = fill(text, most).count("\n") + 1
    return next(
        broken
        for width in range(max(len(text) // lines, 1), most + 1)
        if (broken := fill(text, width)).count("\n") < lines
    )


def caption(scenario: Scenario, results: Results) -> str:
    """Where the numbers of a figure come from."""
    manifest = results.manifest
    fought = [
        titled(scenario),
        f"{results.runs.num_rows} replications",
        f"seed {manifest['seed']}",
        f"law: {manifest['law']}",
    ]
    return origin(fought, manifest)


def text_width(text: str, size: float) -> float:
    """The width of a line of text in inches."""
    font = get_font(findfont(FontProperties(family="DejaVu Sans")))
    font.set_size(size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 / 72
