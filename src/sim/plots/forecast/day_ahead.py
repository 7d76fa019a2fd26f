"""Forecasts of claims of the next day, with what was then reported."""

from matplotlib.figure import Figure

from sim.plots.claim_rows import draw_forecasts
from sim.plots.figure_data import ForecastData
from sim.plots.registry import FigureSpec

FIGURE = FigureSpec("day_ahead", ("forecast",))


def draw(data: ForecastData) -> Figure | None:
    """Day by day; None if there is nothing to draw."""
    scenario, forecasts = data.scenario, data.forecasts
    daily_forecasts = [each for each in forecasts if each.cutoff.is_daily]
    return draw_forecasts(
        scenario, daily_forecasts, "What was forecast for the next day, and what was then reported", data.caption
    )
