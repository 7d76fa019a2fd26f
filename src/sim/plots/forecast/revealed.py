"""Forecasts from the cuts of the record, with what was told later revealed."""

from matplotlib.figure import Figure

from sim.findings.foreseen import Foreseen
from sim.plots.forecast.bars import drawn
from sim.scenario.model import Scenario


def draw(scenario: Scenario, found: list[Foreseen], caption: str) -> Figure | None:
    """Cut by cut."""
    cuts = [each for each in found if not each.cut.daily]
    return drawn(scenario, cuts, "What was forecast to be told, and what was told", caption)
