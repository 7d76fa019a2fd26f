"""The section of losses: cumulative deaths by day with the reports on them, and the numbers behind the figure."""

import numpy as np

from sim.plots.run_data import build_daily_array, list_days
from sim.report.html.content import PageContent, PageSection, PageTable
from sim.report.map.sheet import Atlas
from sim.scenario.descriptions import format_day

POSITION = 50
LOSS_SERIES = ("killed", "wounded", "captured")


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """Cumulative deaths as a figure, and the cumulative losses of each side as tables."""
    if content.results is None:
        return None
    calendar = list_days(content.results)
    tables = []
    for number, side in enumerate(content.scenario.sides.values()):
        rows = []
        cumulative = [
            np.cumsum(build_daily_array(content.results, content.scenario, name).sum(axis=2), axis=1)[..., number]
            for name in LOSS_SERIES
        ]
        for day, date in enumerate(calendar):
            rows.append((format_day(date), *(format_median_interval(each[:, day]) for each in cumulative)))
        headings = ("by the end of", *(f"{name} since the beginning" for name in LOSS_SERIES))
        tables.append((f"{side.short_name} {side.member_noun}", PageTable(headings, tuple(rows))))
    return PageSection("losses", "Losses by day", "Losses", {"svg": content.losses_svg, "tables": tables})


def format_median_interval(values: np.ndarray) -> str:
    """The median and the middle 90 per cent."""
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{median:.0f} ({low:.0f} to {high:.0f})"
