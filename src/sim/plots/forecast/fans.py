"""The dead so far, as battles that are fought on after each cut have them, and the totals that were told."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.claims.cells import Cell
from sim.claims.wording import day_and_month, last_day
from sim.experiment.scoring import Told
from sim.findings.fans import Fan
from sim.findings.foreseen import Foreseen
from sim.plots.fan import fan
from sim.plots.style import HEAD, INK, MARGIN, SMALL, foot, sheet
from sim.scenario.model import Scenario

PANEL, TALL, TITLE, AXIS = 3.6, 2.0, 0.45, 0.4  # inches
LEFT, BETWEEN = 0.4, 0.6
TICKS = (0, 10, 50, 100, 200, 400, 800, 1500, 3000, 5000)
NOTE = (
    "Bands: the middle 50 and 90 per cent of the dead by the end of each day; line: the median; dotted: the cut. "
    "Symbols: totals since the beginning that sources told, filled if known at the cut, hollow if they came later; a "
    "line goes as far as their words do. Between what was so and what a source tells lies its factor, so that symbols "
    "may lie off a band that is right. The axis is a square root."
)


def draw(scenario: Scenario, found: list[Foreseen], caption: str) -> Figure | None:
    """Cuts as rows, sides as columns."""
    cuts = [each for each in found if each.fans]
    if not cuts:
        return None
    width = 2 * MARGIN + len(scenario.sides) * (LEFT + PANEL) + (len(scenario.sides) - 1) * (BETWEEN - LEFT)
    below = foot(width, NOTE, caption)
    height = HEAD + len(cuts) * (TITLE + TALL + AXIS) + below
    kinds = {"free": "Forecasts", "given_orders": "Hindcasts with the recorded orders"}
    figure = sheet(
        width,
        height,
        title="The dead so far, as they were forecast from each cut, and as they were told",
        subtitle=f"{kinds[cuts[0].mode]} from posterior battles that are fought on after each cut",
        note=NOTE,
        caption=caption,
    )
    for down, each in enumerate(cuts):
        bottom = below + (len(cuts) - 1 - down) * (TITLE + TALL + AXIS) + AXIS
        for across, opened in enumerate(each.fans):
            left = MARGIN + LEFT + across * (PANEL + BETWEEN)
            axes = figure.add_axes((left / width, bottom / height, PANEL / width, TALL / height))
            panel(axes, scenario, each, opened)
    return figure


def panel(axes: Axes, scenario: Scenario, found: Foreseen, opened: Fan) -> None:
    """One side from one cut."""
    side = scenario.sides[opened.side]
    known = day_and_month(last_day(found.cut.at))
    axes.set_title(f"{side.short} dead, known until {known}", loc="left", weight="bold")
    axes.set_yscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0.0)), lambda y: np.square(y)))
    at = np.arange(len(opened.midnights) + 1)
    axes.axvline(days(scenario, found.cut.at), color=INK, linewidth=1.0, linestyle=":")
    fan(axes, at, np.concatenate([np.zeros((5, 1)), opened.quantiles.T], axis=1), side.colour)
    heard = set(found.heard.claims)
    for id, cell in totals(scenario, found, opened.side).items():
        claim = scenario.claims[id]
        assert claim.observable is not None
        when = days(scenario, claim.observable.until)
        high = cell.high if np.isfinite(cell.high) else 1.5 * cell.low + 1.0
        axes.plot([when, when], [cell.low, high], color=INK, linewidth=1.2, zorder=4)
        face = INK if id in heard else "white"
        axes.plot(when, cell.low, "o", markersize=4.5, markerfacecolor=face, markeredgecolor=INK, zorder=5)
    top = axes.get_ylim()[1]
    axes.set_ylim(0, top)
    axes.set_yticks([tick for tick in TICKS if tick <= top])
    axes.set_xlim(0, len(opened.midnights))
    step = 1 if len(opened.midnights) <= 16 else 14
    dates = [scenario.begins + timedelta(days=n) for n in range(0, len(opened.midnights), step)]
    axes.set_xticks(
        [n + 0.5 for n in range(0, len(opened.midnights), step)],
        [str(date.day) if step == 1 else f"{date.day} {date:%b}" for date in dates],
        size=SMALL,
    )
    axes.tick_params("x", length=0)


def days(scenario: Scenario, moment: datetime) -> float:
    """Days since the battle began."""
    return (moment - scenario.begins) / timedelta(days=1)


def totals(scenario: Scenario, found: Foreseen, side: str) -> dict[str, Cell]:
    """What sources told of all of a side's dead since the beginning, before the cut and after it."""
    assert found.split is not None
    later: tuple[Told, ...] = found.split.told
    cells = {each.question.claim: each.question.cell for each in later if each.question.sort == "count"}
    record = found.heard.target.testimony
    cells |= {id: cell for term in record.terms for id, cell in zip(term.claims, term.cells, strict=True)}
    return {id: cell for id, cell in cells.items() if is_total(scenario.claims[id].observable, side)}


def is_total(about: Any, side: str) -> bool:
    """Whether an observable is all of a side's dead since the beginning."""
    return about.measure == "killed" and about.side == side and about.since is None and not about.places
