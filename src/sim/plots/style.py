"""The style of all figures: type, colours, and a figure with title, note and caption."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import fill

import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.ticker import FuncFormatter, LogFormatterMathtext, NullFormatter
from rich.cells import cell_len

from sim import laws
from sim.colours import adjust_luminance
from sim.likelihood.control import ControlState
from sim.outputs.provenance import format_origin, format_title
from sim.outputs.run_results import RunTables
from sim.plots.fonts import BASE_FAMILY, find_families
from sim.scenario.model import Scenario

PNG_DPI = 150
DARK_GREY = "#222222"
GREY = "#777777"
LIGHT_GREY = "#bbbbbb"
NEUTRAL = "#e6e1d3"  # of what belongs to neither side

SMALL_FONT, BODY_FONT, TITLE_FONT = 7.5, 8.5, 12.0  # points
MARGIN = 0.35  # inches
LINE_HEIGHT = 0.165  # inches from one line of small print to the next
HEADER_HEIGHT = 0.85  # inches that title and subtitle take

STYLE: dict[str, object] = {
    "font.family": [BASE_FAMILY],
    "font.size": BODY_FONT,
    "axes.labelsize": SMALL_FONT,
    "axes.titlesize": BODY_FONT,
    "axes.edgecolor": GREY,
    "axes.labelcolor": DARK_GREY,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": SMALL_FONT,
    "ytick.labelsize": SMALL_FONT,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": DARK_GREY,
    "ytick.labelcolor": DARK_GREY,
    "legend.fontsize": SMALL_FONT,
    "legend.frameon": False,
    "text.color": DARK_GREY,
    "text.parse_math": False,  # a dollar in a name is a dollar; see `simplify_log_ticks`
    "svg.fonttype": "none",
    "pdf.fonttype": 42,  # type that a publisher's tools can read and edit
    "svg.hashsalt": "sim",
}


@contextmanager
def use_style() -> Iterator[None]:
    """The style for as long as the context lasts, whatever the matplotlib settings of this machine."""
    with matplotlib.style.context(["default", STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")  # `set_fallback_fonts` says so in words
        yield


def simplify_log_ticks(figure: Figure) -> None:
    """Label logarithmic axes with plain numbers: matplotlib makes them formulas, which are not parsed here."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
                axis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
            if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
                axis.set_minor_formatter(NullFormatter())


def make_figure(width: float, height: float, *, title: str, subtitle: str, note: str, caption: str) -> Figure:
    """An empty figure of that size in inches, with a title above, a note and a caption below."""
    figure = Figure(figsize=(width, height), facecolor="white")
    left = MARGIN / width
    footer = wrap_small_print(note, width) + "\n" + wrap_small_print(caption, width)
    figure.text(left, 1 - 0.28 / height, title, size=TITLE_FONT, weight="bold", va="top")
    figure.text(left, 1 - 0.54 / height, subtitle, size=BODY_FONT, color=GREY, va="top")
    figure.text(left, 0.2 / height, footer, size=SMALL_FONT, color=GREY, va="bottom", linespacing=1.35)
    return figure


def compute_footer_height(width: float, note: str, caption: str) -> float:
    """The inches that note and caption take at the bottom of a figure."""
    lines = wrap_small_print(note, width).count("\n") + wrap_small_print(caption, width).count("\n") + 2
    return 0.3 + lines * LINE_HEIGHT


def wrap_small_print(text: str, width: float) -> str:
    """Small print wrapped to a figure that wide."""
    return fill(text, count_fitting_chars(text, int((width - 2 * MARGIN) * 72 / (SMALL_FONT * 0.56))))


def wrap_balanced(text: str, max_chars: int) -> str:
    """Text in as few lines as that many characters allow, all about equally long."""
    fitting = count_fitting_chars(text, max_chars)
    lines = fill(text, fitting).count("\n") + 1
    return next(
        wrapped_text
        for width in range(max(len(text) // lines, 1), fitting + 1)
        if (wrapped_text := fill(text, width)).count("\n") < lines
    )


def count_fitting_chars(text: str, max_chars: int) -> int:
    """How many characters of a text fit where that many of Latin do: half as many of Chinese, more if marks combine.

    Examples
    --------
    >>> count_fitting_chars("gate", 20), count_fitting_chars("漢字", 20)
    (20, 10)
    """
    return max(1, max_chars * len(text) // max(1, cell_len(text)))


def format_battle_count(results: RunTables) -> str:
    """How many battles a figure is drawn from, and of how many."""
    count, total = results.runs.num_rows, results.manifest.runs
    return f"{count:,} battles" if count == total else f"the first {count:,} of {total:,} battles"


def format_caption(scenario: Scenario, results: RunTables) -> str:
    """Where the numbers of a figure come from."""
    manifest = results.manifest
    caption_parts = [
        format_title(scenario),
        format_battle_count(results),
        f"seed {manifest.seed}",
        f"under {laws.find_display_name(manifest.law)}",
    ]
    return format_origin(caption_parts, manifest)


def measure_text_width(text: str, size: float) -> float:
    """The width of a line of text in inches."""
    font = get_font([findfont(family) for family in find_families(text)])
    font.set_size(size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 / 72


FIRST_SIDE_LUMINANCE, SECOND_SIDE_LUMINANCE = 0.37, 0.09  # of the first and the second side's bars


def make_control_colours(scenario: Scenario) -> dict[ControlState, str | tuple[float, float, float]]:
    """Colours of the states, as far apart in brightness as in hue."""
    first, second = (side.colour for side in scenario.sides.values())
    return {
        ControlState.FIRST: adjust_luminance(first, FIRST_SIDE_LUMINANCE),
        ControlState.CONTESTED: NEUTRAL,
        ControlState.SECOND: adjust_luminance(second, SECOND_SIDE_LUMINANCE),
    }
