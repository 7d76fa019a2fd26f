"""Forecasts of the next day, with what was then told revealed."""

from matplotlib.figure import Figure

from sim.findings.foreseen import Foreseen
from sim.plots.forecast.bars import drawn
from sim.scenario.model import Scenario


def draw(scenario: Scenario, found: list[Foreseen], caption: str) -> Figure | None:
    """Day by day."""
    days = [each for each in found if each.cut.daily]
    return drawn(scenario, days, "What was forecast for the next day, and what was then told", caption)
