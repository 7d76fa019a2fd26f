"""Laying a drawn figure out anew for the width of a column or a page of a journal, with type that can be read there.

A figure is drawn for a screen; on paper it is narrower, and scaled down to that its type is too small to read. So its
panels are put beneath one another, names are broken into lines and lists beside a panel go below it; then the figure is
scaled by no more than leaves `MIN_PRINT_SIZE` points of the smallest type.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import fill

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from sim.plots.style import (
    BODY_FONT,
    LINE_HEIGHT,
    MARGIN,
    SMALL_FONT,
    TITLE_FONT,
    count_fitting_chars,
)

MIN_PRINT_SIZE = 6.0  # points, of the smallest type on paper
GAP = 0.18  # inches between panels
MAX_NAME_SHARE = 0.42  # of the width, for names at the left of a panel
MIN_PANEL_SHARE = 0.3  # of the width, for a panel itself
CHAR_WIDTH = 0.56  # of the size of type, on average
COLOUR_BAR = "<colorbar>"  # the label that matplotlib gives to the axes of one
MIN_SHRINK, MIN_GRID_SHRINK = 0.8, 0.25  # how much narrower than drawn a panel may get to stay beside others
PANEL_GRID = "grid"  # the label of a figure whose panels stay beside one another, and get smaller
DROPPED_NOTE = "Numbers that would cover one another at this width are left out."
N_ROUNDS = 3  # of measuring and moving: broken names make other margins

Size = tuple[float, float]  # width and height in inches


@dataclass(frozen=True)
class Extent:
    """What a panel takes beyond its axes, in inches: names, ticks and titles on each side."""

    left: float
    right: float
    bottom: float
    top: float


def find_layout_width(paper_width: float) -> float:
    """The width in inches to lay a figure out for, so that scaled to the paper its small type has the least size."""
    return paper_width * SMALL_FONT / MIN_PRINT_SIZE


def fit_to_paper(figure: Figure, paper_width: float) -> None:
    """Lay a figure out for a width of paper, in inches; one that is narrow enough as it is stays so.

    The figure is changed in place: `ExportOptions.width` then scales it to the paper.
    """
    width = find_layout_width(paper_width)
    enlarge_small_type(figure, MIN_PRINT_SIZE * min(float(figure.get_figwidth()), width) / paper_width)
    if float(figure.get_figwidth()) <= width:
        return
    sizes = {axes: measure_size(axes) for axes in figure.axes if axes.get_visible()}
    least = MIN_GRID_SHRINK if figure.get_label() == PANEL_GRID else MIN_SHRINK
    rows = [part for row in group_rows(figure) for part in split_row(row, sizes, width, least)]
    rewrap_texts(figure, width)
    rebuild_legends(figure)
    for _ in range(N_ROUNDS):
        place(figure, rows, sizes, width)
    has_dropped = False
    for axes in sizes:
        thin_tick_labels(axes)
        has_dropped |= drop_clashing_texts(axes)
    if has_dropped:
        figure.texts[2].set_text(f"{wrap_line(DROPPED_NOTE, width, SMALL_FONT)}\n{figure.texts[2].get_text()}")
        place(figure, rows, sizes, width)


def enlarge_small_type(figure: Figure, least: float) -> None:
    """Set type that is smaller than so many points to that size."""
    for text in figure.findobj(Text):
        if isinstance(text, Text) and float(text.get_fontsize()) < least:
            text.set_fontsize(least)


def split_row(row: list[Axes], sizes: dict[Axes, Size], width: float, least: float) -> list[list[Axes]]:
    """Panels beside one another as rows of as many as fit: none gets narrower than a least share of what it was."""
    for count in range(len(row), 0, -1):
        parts = [row[first : first + count] for first in range(0, len(row), count)]
        is_whole = all(part[0].get_label() != COLOUR_BAR for part in parts)
        if is_whole and all(find_shrink(part, sizes, width) >= least for part in parts):
            break
    else:
        parts = group_colour_bars(row)
    for part in parts[1:]:
        copy_names(row[0], part[0])
    return parts


def group_colour_bars(row: list[Axes]) -> list[list[Axes]]:
    """Each panel alone, with the bar of its colours if it has one."""
    parts: list[list[Axes]] = []
    for axes in row:
        if axes.get_label() == COLOUR_BAR and parts:
            parts[-1].append(axes)
        else:
            parts.append([axes])
    return parts


def find_shrink(row: list[Axes], sizes: dict[Axes, Size], width: float) -> float:
    """How much narrower panels have to be than they were to stand beside one another, with what belongs to each."""
    extents = [measure_extent(axes) for axes in row]
    room = width - 2 * MARGIN - (len(row) - 1) * GAP - sum(extent.left + extent.right for extent in extents)
    return min(1.0, room / sum(sizes[axes][0] for axes in row))


def rewrap_texts(figure: Figure, width: float) -> None:
    """Break title, subtitle, note and caption to a width in inches."""
    title, subtitle, footer = figure.texts[:3]
    for text, size in ((title, TITLE_FONT * 1.08), (subtitle, BODY_FONT)):
        text.set_text(wrap_line(" ".join(text.get_text().split()), width, size))
    footer.set_text(wrap_line(" ".join(footer.get_text().split()), width, SMALL_FONT))


def rebuild_legends(figure: Figure) -> None:
    """Make every legend one column; one that stands beside a panel, or above it, goes below."""
    for legend in list(figure.legends):
        handles, labels = list_entries(legend)
        legend.remove()
        figure.legend(handles=handles, labels=labels, loc="lower left", ncols=1, labelspacing=0.6)
    for axes in figure.axes:
        side_legend = axes.get_legend()
        if side_legend is None:
            continue
        anchor = side_legend.get_bbox_to_anchor().transformed(axes.transAxes.inverted())
        if anchor.x0 > 1.0 or anchor.y0 >= 1.0:
            handles, labels = list_entries(side_legend)
            axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.0, -0.26), ncols=1, labelspacing=0.6)


def list_entries(legend: Legend) -> tuple[list[Artist], list[str]]:
    """The marks and the words of a legend."""
    handles = [handle for handle in legend.legend_handles if handle is not None]
    return handles, [text.get_text() for text in legend.get_texts()]


def group_rows(figure: Figure) -> list[list[Axes]]:
    """The visible panels from top to bottom, those beside one another together."""
    shown = [axes for axes in figure.axes if axes.get_visible()]
    rows: list[list[Axes]] = []
    for axes in sorted(shown, key=lambda each: (-each.get_position().y1, each.get_position().x0)):
        box = axes.get_position()
        middle = (box.y0 + box.y1) / 2
        row = next((row for row in rows if row[0].get_position().y0 < middle < row[0].get_position().y1), None)
        if row is None:
            rows.append([axes])
        else:
            row.append(axes)
    return [sorted(row, key=lambda each: each.get_position().x0) for row in rows]


def copy_names(first: Axes, axes: Axes) -> None:
    """Give a panel the names of its rows, where only the first of those beside one another has them."""
    if axes.get_ylim() != first.get_ylim():
        return
    if not any(label.get_text() for label in axes.get_yticklabels()) and first.get_yticks().size:
        axes.set_yticks(first.get_yticks(), [label.get_text() for label in first.get_yticklabels()])
        axes.tick_params(axis="y", length=0)
    for text in list_row_names(first):
        axes.text(
            text.get_position()[0],
            text.get_position()[1],
            text.get_text(),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            size=text.get_fontsize(),
            weight=text.get_fontweight(),
        )


def list_row_names(axes: Axes) -> list[Text]:
    """The names of rows that are written at the left of a panel, instead of as labels of ticks."""
    return [text for text in axes.texts if text.get_horizontalalignment() == "right" and text.get_position()[0] < 0]


def measure_size(axes: Axes) -> Size:
    """Width and height of the axes alone, in inches."""
    box, dpi = axes.get_window_extent(), axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    return float(box.width) / dpi, float(box.height) / dpi


def wrap_line(text: str, width: float, size: float) -> str:
    """A line broken to fit between the margins of a figure that wide."""
    return fill(text, count_fitting_chars(text, int((width - 2 * MARGIN) * 72 / (size * CHAR_WIDTH))))


def place(figure: Figure, rows: list[list[Axes]], sizes: dict[Axes, Size], width: float) -> None:
    """Put rows of panels beneath one another, as wide as what stands beside them leaves, header and footer anew."""
    for row in rows:
        break_names(row[0], MAX_NAME_SHARE * width)
    extents = {axes: measure_extent(axes) for axes in sizes}
    title_lines, subtitle_lines = (text.get_text().count("\n") + 1 for text in figure.texts[:2])
    title_height = 0.28 + title_lines * TITLE_FONT * 1.25 / 72
    header_height = title_height + subtitle_lines * BODY_FONT * 1.3 / 72 + 0.15
    footer_height = 0.3 + (figure.texts[2].get_text().count("\n") + 1) * LINE_HEIGHT
    legend_height = sum(measure_height(legend, figure) + GAP for legend in figure.legends)
    is_grid = figure.get_label() == PANEL_GRID
    boxes = {}
    top = header_height
    shrinks = [max(find_shrink(row, sizes, width), MIN_PANEL_SHARE / len(row)) for row in rows]
    if is_grid:
        shrinks = [min(shrinks)] * len(rows)
        first_left = max(extents[row[0]].left for row in rows)
    for row, shrink in zip(rows, shrinks, strict=True):
        panel_height = sizes[row[0]][1] * (shrink if is_grid else 1.0)
        top += max(extents[axes].top for axes in row)
        x = MARGIN + (first_left if is_grid else extents[row[0]].left)
        for axes in row:
            panel_width = sizes[axes][0] * shrink
            boxes[axes] = (x, top, panel_width, panel_height)
            break_labels(axes, width - x - MARGIN if len(row) == 1 else panel_width)
            x += panel_width + GAP + (0.0 if is_grid else extents[axes].right)
            x += 0.0 if is_grid or axes is row[-1] else extents[row[row.index(axes) + 1]].left
        top += panel_height + max(extents[axes].bottom for axes in row) + GAP
    height = top + footer_height + legend_height
    figure.set_size_inches(width, height)
    left = MARGIN / width
    figure.texts[0].set_position((left, 1 - 0.28 / height))
    figure.texts[1].set_position((left, 1 - title_height / height))
    figure.texts[2].set_position((left, 0.2 / height))
    for axes, (x, y, panel_width, panel_height) in boxes.items():
        axes.set_position((x / width, 1 - (y + panel_height) / height, panel_width / width, panel_height / height))
    for legend in figure.legends:
        legend.set_bbox_to_anchor((left, footer_height / height), transform=figure.transFigure)


def measure_extent(axes: Axes) -> Extent:
    """How far names, ticks, titles and legends reach beyond the axes."""
    inner, dpi = axes.get_window_extent(), axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    outer = axes.get_tightbbox() or inner
    return Extent(
        max(0.0, (inner.x0 - outer.x0) / dpi),
        max(0.0, (outer.x1 - inner.x1) / dpi),
        max(0.0, (inner.y0 - outer.y0) / dpi),
        max(0.0, (outer.y1 - inner.y1) / dpi),
    )


def measure_height(artist: Artist, figure: Figure) -> float:
    """The height of an artist in inches."""
    return float(artist.get_window_extent().height) / figure.dpi


def break_names(axes: Axes, room: float) -> None:
    """Break the names at the left of a panel into lines that fit into so many inches."""
    chars = max(8, int(room * 72 / (SMALL_FONT * 0.6)))
    for text in list_row_names(axes):
        text.set_text(fill(" ".join(text.get_text().split()), chars))
    labels = [label.get_text() for label in axes.get_yticklabels()]
    if any(len(label) > chars for label in labels):
        axes.set_yticks(axes.get_yticks(), [fill(" ".join(label.split()), chars) for label in labels])


def break_labels(axes: Axes, room: float) -> None:
    """Break the title of a panel and the label below it into lines that fit into so many inches."""
    chars = max(8, int(room * 72 / (SMALL_FONT * 0.6)))
    for text in (axes.title, axes._left_title, axes.xaxis.label):  # type: ignore[attr-defined]
        if any(len(line) > chars for line in text.get_text().split("\n")):
            text.set_text(fill(" ".join(text.get_text().split()), chars))


def thin_tick_labels(axes: Axes) -> None:
    """Leave out every second label along an axis until none covers another."""
    for ticks in (axes.xaxis.get_major_ticks(), axes.xaxis.get_minor_ticks()):
        shown = [tick.label1 for tick in ticks if tick.label1.get_text() and tick.label1.get_visible()]
        while len(shown) > 2 and has_clash(shown):
            for label in shown[1::2]:
                label.set_visible(False)
            shown = shown[::2]


def drop_clashing_texts(axes: Axes) -> bool:
    """Leave out the numbers within a panel that cover one another; whether there were any."""
    clashing: set[Text] = set()
    by_line: dict[float, list[Text]] = {}
    for text in axes.texts:
        if text.get_text() and text.get_horizontalalignment() == "center":
            by_line.setdefault(text.get_position()[1], []).append(text)
    for line in by_line.values():
        ordered = sorted(line, key=lambda text: text.get_position()[0])
        for pair in pairwise(ordered):
            clashing |= set(pair) if has_clash(pair) else set()
    for text in clashing:
        text.set_visible(False)
    return bool(clashing)


def has_clash(texts: Sequence[Text]) -> bool:
    """Whether neighbours in a row of texts cover one another."""
    boxes = [text.get_window_extent() for text in texts]
    return any(bool(one.overlaps(two)) for one, two in pairwise(boxes))
