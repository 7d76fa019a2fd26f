"""Cumulative deaths as forecast from each cutoff, with the reported totals."""

from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.likelihood.binning import Bin
from sim.plots.claim_rows import format_forecast_subtitle
from sim.plots.fan_chart import draw_fan, draw_reported_total, format_fan_axes
from sim.plots.figure_data import ForecastData
from sim.plots.registry import FigureSpec
from sim.plots.style import DARK_GREY, HEADER_HEIGHT, MARGIN, compute_footer_height, make_figure
from sim.scenario.descriptions import capitalize, format_end
from sim.scenario.model import Scenario
from sim.scoring.evaluate import ClaimForecast

if TYPE_CHECKING:
    from sim.analysis.forecast import QuantileFan, SealedForecast

PANEL_WIDTH, PANEL_HEIGHT, TITLE_HEIGHT, AXIS_HEIGHT = 3.6, 2.0, 0.45, 0.4  # inches
AXIS_WIDTH, PANEL_GAP = 0.4, 0.6
NOTE = (
    "Bands: the middle 50 and 90 per cent of the dead by the end of each step; line: the median; dotted: the cut. "
    "Symbols: totals since the beginning that sources reported, filled if known at the cut-off, hollow if they came "
    "later; a line goes as far as their words do. Between what was so and what a source tells lies its factor, so that "
    "symbols may lie off a band that is right. The axis is a square root."
)


FIGURE = FigureSpec("fan_charts", ("forecast",))


def draw(data: ForecastData) -> Figure | None:
    """Cutoffs as rows, sides as columns."""
    scenario, forecasts = data.scenario, data.forecasts
    fan_forecasts = [each for each in forecasts if each.fans]
    if not fan_forecasts:
        return None
    width = (
        2 * MARGIN
        + len(scenario.sides) * (AXIS_WIDTH + PANEL_WIDTH)
        + (len(scenario.sides) - 1) * (PANEL_GAP - AXIS_WIDTH)
    )
    footer_height = compute_footer_height(width, NOTE, data.caption)
    height = HEADER_HEIGHT + len(fan_forecasts) * (TITLE_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT) + footer_height
    figure = make_figure(
        width,
        height,
        title="The dead so far, as they were forecast from each cut-off, and as they were reported",
        subtitle=format_forecast_subtitle(fan_forecasts),
        note=NOTE,
        caption=data.caption,
    )
    for row, each in enumerate(fan_forecasts):
        bottom = (
            footer_height + (len(fan_forecasts) - 1 - row) * (TITLE_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT) + AXIS_HEIGHT
        )
        for column, side_fan in enumerate(each.fans):
            left = MARGIN + AXIS_WIDTH + column * (PANEL_WIDTH + PANEL_GAP)
            axes = figure.add_axes((left / width, bottom / height, PANEL_WIDTH / width, PANEL_HEIGHT / height))
            draw_panel(axes, scenario, each, side_fan)
    return figure


def draw_panel(axes: Axes, scenario: Scenario, forecast: "SealedForecast", side_fan: "QuantileFan") -> None:
    """One side from one cutoff."""
    side = scenario.sides[side_fan.side]
    cutoff_date = format_end(forecast.cutoff.time)
    axes.set_title(f"{capitalize(side.short_name)} dead, known until {cutoff_date}", loc="left", weight="bold")
    steps = side_fan.steps
    axes.axvline(steps.find_position(forecast.cutoff.time), color=DARK_GREY, linewidth=1.0, linestyle=":")
    draw_fan(axes, steps, side_fan.quantiles.T, side.colour)
    conditioned_on = set(forecast.fit.claims)
    for id, cell in find_reported_totals(scenario, forecast, side_fan.side).items():
        claim = scenario.claims[id]
        assert claim.observable is not None
        draw_reported_total(axes, steps.find_position(claim.observable.until), cell, id in conditioned_on)
    format_fan_axes(axes, steps)


def find_reported_totals(scenario: Scenario, forecast: "SealedForecast", side: str) -> dict[str, Bin]:
    """The reported totals of a side's deaths since the beginning, before the cutoff and after it."""
    assert forecast.score is not None
    later_claims: tuple[ClaimForecast, ...] = forecast.score.claim_forecasts
    reported_bins = {
        each.target.claim: each.target.observed_bin for each in later_claims if each.target.kind == "count"
    }
    observation_model = forecast.fit.target.observation_model
    reported_bins |= {
        id: cell for term in observation_model.terms for id, cell in zip(term.claims, term.observed_bins, strict=True)
    }
    return {id: cell for id, cell in reported_bins.items() if is_total(scenario.claims[id].observable, side)}


def is_total(observable: Any, side: str) -> bool:
    """Whether an observable is all deaths of a side since the beginning."""
    return (
        observable.measure == "killed"
        and observable.side == side
        and observable.since is None
        and not observable.places
    )
