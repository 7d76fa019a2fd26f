"""Sobol indices: first-order and total shares of the variance by factor, chance among them."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.sensitivity import CHANCE_FACTOR, SobolIndex, format_factor
from sim.outputs.formatting import format_measure_title
from sim.plots.figure_data import SensitivityData, load_sensitivity_data
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    SMALL_FONT,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)

ROW_HEIGHT, TITLE_HEIGHT, AXIS_HEIGHT = 0.28, 0.5, 0.5  # inches: a factor, a panel's title, its axis
NAME_WIDTH, PANEL_WIDTH, PANEL_GAP = 2.2, 3.2, 0.3  # inches: the column of factors, a panel, the gap beside it
NOTE = (
    "Filled: the share of the variance that is left when everything else is known; hollow: what goes when this alone "
    "is known; bars: 95% intervals. Square: pure chance. Another prior gives other shares."
)


FIGURE = FigureSpec("sobol_indices", ("sensitivity",), load_sensitivity_data)


def draw(data: SensitivityData) -> Figure:
    """Measures as panels, two beside each other; factors as rows, each panel in its own order."""
    sensitivity, outputs = data.sensitivity, data.outputs
    drawn_outputs = [id for id in outputs if sensitivity.sobol_indices[id] is not None]
    n_columns, n_rows = min(max(len(drawn_outputs), 1), 2), -(-max(len(drawn_outputs), 1) // 2)
    width = max(2 * MARGIN + n_columns * (NAME_WIDTH + PANEL_WIDTH + PANEL_GAP), 7.6)
    panel_height = ROW_HEIGHT * len(sensitivity.factors)
    footer_height = compute_footer_height(width, NOTE, data.caption)
    cell_height = TITLE_HEIGHT + panel_height + AXIS_HEIGHT
    height = HEADER_HEIGHT + n_rows * cell_height + footer_height
    figure = make_figure(
        width,
        height,
        title="What decides the outcome",
        subtitle=f"Shares of the variance over {len(sensitivity.outcomes):,} battles",
        note=NOTE,
        caption=data.caption,
    )
    for panel_index, id in enumerate(drawn_outputs):
        left = MARGIN + NAME_WIDTH + (panel_index % 2) * (NAME_WIDTH + PANEL_WIDTH + PANEL_GAP)
        bottom = footer_height + (n_rows - 1 - panel_index // 2) * cell_height + AXIS_HEIGHT
        axes = figure.add_axes((left / width, bottom / height, PANEL_WIDTH / width, panel_height / height))
        measured = next(each for each in sensitivity.measures if each.id == id)
        text = format_measure_title(measured)
        axes.set_title(wrap_balanced(text[0].upper() + text[1:110], 50), loc="left", size=SMALL_FONT, weight="bold")
        draw_panel(axes, sensitivity.sobol_indices[id] or [])
    return figure


def draw_panel(axes: Axes, shares: list[SobolIndex]) -> None:
    """One measure."""
    axes.axvline(0, color=GREY, linewidth=0.8)
    for row, share in enumerate(shares):
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4)
        for offset, index_value, half_width, filled in (
            (-0.14, share.total_order, share.total_order_conf, True),
            (0.14, share.first_order, share.first_order_conf, False),
        ):
            position = row + offset
            axes.plot(
                [100 * (index_value - half_width), 100 * (index_value + half_width)],
                [position, position],
                color=DARK_GREY,
                linewidth=1.2,
            )
            marker = "s" if share.factor == CHANCE_FACTOR else "o"
            face_colour = DARK_GREY if filled else "white"
            axes.plot(
                100 * index_value,
                position,
                marker,
                markersize=5,
                markerfacecolor=face_colour,
                markeredgecolor=DARK_GREY,
                zorder=3,
            )
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_yticks(range(len(shares)), [format_factor(share.factor) for share in shares])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("per cent of the variance")
