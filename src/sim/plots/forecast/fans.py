"""The dead so far, as battles that are fought on after each cut have them, and the totals that were told."""

from datetime import datetime, timedelta
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.claims.cells import Cell
from sim.claims.wording import day_and_month, last_day
from sim.experiment.scoring import Told
from sim.findings.fans import Fan
from sim.findings.foreseen import Foreseen
from sim.plots.fan import dated, fan, total
from sim.plots.forecast.bars import subtitle
from sim.plots.style import HEAD, INK, MARGIN, foot, sheet
from sim.scenario.model import Scenario

PANEL, TALL, TITLE, AXIS = 3.6, 2.0, 0.45, 0.4  # inches
LEFT, BETWEEN = 0.4, 0.6
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
    figure = sheet(
        width,
        height,
        title="The dead so far, as they were forecast from each cut, and as they were told",
        subtitle=subtitle(cuts),
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
    axes.axvline(days(scenario, found.cut.at), color=INK, linewidth=1.0, linestyle=":")
    fan(axes, opened.quantiles.T, side.colour)
    heard = set(found.heard.claims)
    for id, cell in totals(scenario, found, opened.side).items():
        claim = scenario.claims[id]
        assert claim.observable is not None
        total(axes, days(scenario, claim.observable.until), cell, id in heard)
    dated(axes, [scenario.begins.date() + timedelta(days=n) for n in range(len(opened.midnights))])


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
