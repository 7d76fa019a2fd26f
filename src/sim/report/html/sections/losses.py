"""The section of losses: cumulative deaths by steps of time with the reports on them, and the numbers behind them."""

import numpy as np

from sim.plots.run_data import build_daily_arrays, read_time_steps
from sim.report.html.content import PageContent, PageSection, PageTable
from sim.report.map.sheet import Atlas
from sim.scenario.descriptions import capitalize

POSITION = 50
LOSS_SERIES = ("killed", "wounded", "captured")


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """Cumulative deaths as a figure, and the cumulative losses of each side as tables."""
    if content.results is None:
        return None
    steps = read_time_steps(content.results, content.scenario)
    losses = [
        np.cumsum(each.sum(axis=2), axis=1)
        for each in build_daily_arrays(content.results, content.scenario, *LOSS_SERIES)
    ]
    tables = []
    for number, side in enumerate(content.scenario.sides.values()):
        rows = []
        for step in range(steps.count):
            cells = [format_median_interval(each[:, step, number]) for each in losses]
            rows.append((steps.format_name(step), *cells))
        headings = ("by the end of", *(f"{name} since the beginning" for name in LOSS_SERIES))
        tables.append((f"{capitalize(side.short_name)} {side.member_noun}", PageTable(headings, tuple(rows))))
    return PageSection("losses", f"Losses by {steps.noun}", "Losses", {"svg": content.losses_svg, "tables": tables})


def format_median_interval(values: np.ndarray) -> str:
    """The median and the middle 90 per cent."""
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{median:.0f} ({low:.0f} to {high:.0f})"
