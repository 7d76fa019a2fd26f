"""Forecasts of claims from each cutoff, with what was reported later."""

from matplotlib.figure import Figure

from sim.plots.claim_rows import draw_forecasts
from sim.plots.figure_data import ForecastData
from sim.plots.registry import FigureSpec

FIGURE = FigureSpec("claim_forecasts", ("forecast",))


def draw(data: ForecastData) -> Figure | None:
    """Cutoff by cutoff; None if there is nothing to draw."""
    scenario, forecasts = data.scenario, data.forecasts
    at_cutoffs = [each for each in forecasts if not each.cutoff.is_daily]
    return draw_forecasts(scenario, at_cutoffs, "What was forecast, and what was reported", data.caption)
