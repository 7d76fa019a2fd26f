"""A predictive check by day: what each source would have told of the dead so far, day by day, and what it told."""

from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.claims.reporting import so_far
from sim.claims.wording import day_and_month
from sim.experiment.scoring import Split
from sim.experiment.store import Results
from sim.plots.arrays import by_day, days
from sim.plots.fan import dated, fan, total
from sim.plots.style import FADED, HEAD, MARGIN, balanced, foot, sheet
from sim.scenario.model import Scenario

PANEL, TALL, TITLE, AXIS = 2.7, 1.9, 0.5, 0.45  # inches
LEFT, BETWEEN = 0.5, 0.45
NOTE = (
    "Bands: the middle 50 and 90 per cent of the totals that the source would tell by the end of each day, with its "
    "factor and noise; line: the median. Symbols: the totals since the beginning that it told; a line goes as far as "
    "its words do. Hollow: held out. The axis is a square root."
)


def draw(scenario: Scenario, results: Results, splits: list[Split], caption: str) -> Figure:
    """Sources as columns, sides as rows."""
    sources = sources_of(scenario, splits)
    width = max(2 * MARGIN + LEFT + len(sources) * (PANEL + BETWEEN), 6.0)
    below = foot(width, NOTE, caption)
    height = HEAD + len(scenario.sides) * (TITLE + TALL + AXIS) + below
    figure = sheet(
        width,
        height,
        title="The dead so far, as each source would have told them day by day, and as it told them",
        subtitle=f"Deaths since the beginning of {day_and_month(days(results)[0])}, in reports of simulated battles",
        note=NOTE,
        caption=caption,
    )
    battle = days(results)
    dead = np.cumsum(by_day(results, scenario, "killed").sum(axis=2), axis=1)
    seed = int(results.manifest["seed"])
    for across, source in enumerate(sources):
        for down, (id, side) in enumerate(scenario.sides.items()):
            bottom = below + (len(scenario.sides) - 1 - down) * (TITLE + TALL + AXIS) + AXIS
            left = MARGIN + LEFT + across * (PANEL + BETWEEN)
            axes = figure.add_axes((left / width, bottom / height, PANEL / width, TALL / height))
            name = scenario.sources[source].name
            axes.set_title(balanced(f"{side.short} dead, {name}", 42), loc="left", weight="bold")
            reports = so_far(scenario, source, id, dead[:, :, down], seed)
            if reports is None:
                axes.text(0.5, 0.5, "it told no numbers of these", transform=axes.transAxes, ha="center", color=FADED)
                axes.set_axis_off()
                axes.title.set_visible(True)
                continue
            fan(axes, np.quantile(reports, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0), side.colour)
            marks(axes, scenario, splits, source, id)
            dated(axes, battle)
    return figure


def sources_of(scenario: Scenario, splits: list[Split]) -> list[str]:
    """The sources that told totals of the dead, in the order of the scenario."""
    told = {scenario.claims[id].source for id in totals(scenario, splits)}
    return [source for source in scenario.sources if source in told]


def totals(scenario: Scenario, splits: list[Split]) -> dict[str, str]:
    """The scored claims of all of a side's dead since the beginning, and their split."""
    found = {}
    for split in splits:
        for each in split.told:
            about: Any = scenario.claims[each.question.claim].observable
            whole = about.since in (None, scenario.begins) and not getattr(about, "places", ())
            if each.question.sort == "count" and about.measure == "killed" and whole:
                found[each.question.claim] = split.name
    return found


def marks(axes: Axes, scenario: Scenario, splits: list[Split], source: str, side: str) -> None:
    """What the source told of the side."""
    midnight = datetime.combine(scenario.begins.date(), time())
    cells = {
        each.question.claim: each.question.cell
        for split in splits
        for each in split.told
        if each.question.sort == "count"
    }
    for id, split in totals(scenario, splits).items():
        claim, cell = scenario.claims[id], cells[id]
        about: Any = claim.observable
        if claim.source != source or about.side != side:
            continue
        at = (about.until - midnight) / timedelta(days=1)
        total(axes, at, cell, split != "holdout")
