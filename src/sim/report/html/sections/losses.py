"""Losses by day: the fan of deaths with the reports on it, and the numbers behind it."""

import numpy as np

from sim.claims.wording import day_and_month
from sim.plots.arrays import by_day, days
from sim.report.html.matter import Matter, Section, Table
from sim.report.map.sheet import Atlas

PLACE = 50
SERIES = ("killed", "wounded", "captured")


def section(matter: Matter, atlas: Atlas) -> Section | None:
    """Deaths since the beginning by day as a figure, and the losses of each side as tables."""
    if matter.results is None:
        return None
    calendar = days(matter.results)
    tables = []
    for number, side in enumerate(matter.scenario.sides.values()):
        rows = []
        sums = [
            np.cumsum(by_day(matter.results, matter.scenario, name).sum(axis=2), axis=1)[..., number] for name in SERIES
        ]
        for day, date in enumerate(calendar):
            rows.append((day_and_month(date), *(spread(each[:, day]) for each in sums)))
        headings = ("by the end of", *(f"{name} since the beginning" for name in SERIES))
        tables.append((f"{side.short} {side.people}", Table(headings, tuple(rows))))
    return Section("losses", "Losses by day", "Losses", {"svg": matter.losses, "tables": tables})


def spread(values: np.ndarray) -> str:
    """The median and the middle 90 per cent."""
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{median:.0f} ({low:.0f} to {high:.0f})"
