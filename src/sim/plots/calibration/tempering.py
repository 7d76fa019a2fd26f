"""From prior to posterior: beta, effective sample size and acceptance rates, by chain."""

from typing import Literal

from matplotlib.figure import Figure

from sim.inference.moves import MOVE_KINDS
from sim.plots.figure_data import CalibrationData
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
)

NOTE = (
    "From left to right the claims are given more and more weight, from none (prior) to full (posterior). Solid: the "
    "first island; dashed: the second. Effective sample: before resampling; dots: at the "
    "posterior, by families of relatives."
)
MOVE_STYLES = {
    "parameters": ("#c77d0a", "parameters"),
    "dice": ("#1b7f8c", "dice"),
    "blocks": ("#7a5195", "both"),
    "reports": ("#777777", "reporting only"),
}
CHAIN_STYLES = ("-", "--")
DOT_FILLS: dict[str, Literal["full", "none"]] = {"-": "full", "--": "none"}
WIDTH, TOP_HEIGHT, PANEL_HEIGHT, PANEL_GAP = 7.6, 0.3, 1.35, 0.45


FIGURE = FigureSpec("tempering", ("calibrate",))


def draw(data: CalibrationData) -> Figure:
    """Three panels below each other, with the number of battles as their axis."""
    calibration = data.calibration
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    height = HEADER_HEIGHT + TOP_HEIGHT + 3 * PANEL_HEIGHT + 2 * PANEL_GAP + 0.5 + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="From prior to posterior",
        subtitle=f"{len(calibration.smc.chains)} islands of {calibration.settings.n_particles:,} particles, "
        f"{calibration.smc.n_simulations:,} battles",
        note=NOTE,
        caption=data.caption,
    )
    left, panel_width = MARGIN + 0.55, WIDTH - 2 * MARGIN - 0.55
    axes = [
        figure.add_axes(
            (
                left / WIDTH,
                (footer_height + 0.5 + n * (PANEL_HEIGHT + PANEL_GAP)) / height,
                panel_width / WIDTH,
                PANEL_HEIGHT / height,
            )
        )
        for n in (2, 1, 0)
    ]
    for chain, style in zip(calibration.smc.chains, CHAIN_STYLES, strict=False):
        if not chain.tempering_steps:
            continue
        thousands = [step.n_simulations / 1000 for step in chain.tempering_steps]
        axes[0].semilogy(
            thousands, [step.beta for step in chain.tempering_steps], style, color=DARK_GREY, linewidth=1.2
        )
        ess_percent = [100 * step.ess / len(chain.population) for step in chain.tempering_steps]
        n_tempering = sum(step.beta < 1.0 for step in chain.tempering_steps) + 1
        axes[1].plot(thousands[:n_tempering], ess_percent[:n_tempering], style, color=DARK_GREY, linewidth=1.2)
        axes[1].plot(
            thousands[n_tempering:],
            ess_percent[n_tempering:],
            "o",
            color=DARK_GREY,
            markersize=3.5,
            fillstyle=DOT_FILLS[style],
        )
        for kind in MOVE_KINDS:
            acceptance_percent = [100 * step.acceptance.get(kind, float("nan")) for step in chain.tempering_steps]
            colour, label = MOVE_STYLES[kind]
            axes[2].plot(
                thousands, acceptance_percent, style, color=colour, linewidth=1.2, label=label if style == "-" else None
            )
    axes[1].axhline(100 * calibration.settings.ess_fraction, color=LIGHT_GREY, linewidth=0.8)
    for each, title in zip(axes, ("temperature", "effective sample, of 100", "moves taken, of 100"), strict=True):
        each.set_title(title, loc="left", size=SMALL_FONT, weight="bold")
    for each in axes[1:]:
        each.set_ylim(0, 100)
    axes[2].legend(ncols=4, loc="upper right", handlelength=1.4, columnspacing=1.0)
    axes[2].set_xlabel("thousand battles of an island", color=GREY)
    return figure
