"""A predictive check by steps of time: cumulative deaths as each source would report them, and as it did."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.events.time_steps import TimeSteps
from sim.likelihood.simulated_reports import simulate_running_totals
from sim.plots.fan_chart import draw_fan, draw_reported_total, format_fan_axes
from sim.plots.figure_data import ScoreData, load_score_data
from sim.plots.registry import FigureSpec
from sim.plots.run_data import build_daily_arrays, read_time_steps
from sim.plots.style import GREY, HEADER_HEIGHT, MARGIN, compute_footer_height, make_figure, wrap_balanced
from sim.scenario.descriptions import capitalize, format_day
from sim.scenario.model import Scenario
from sim.scoring.evaluate import SplitEvaluation

PANEL_WIDTH, PANEL_HEIGHT, TITLE_HEIGHT, AXIS_HEIGHT = 2.7, 1.9, 0.5, 0.45  # inches
AXIS_WIDTH, PANEL_GAP = 0.5, 0.45
NOTE = (
    "Bands: the middle 50 and 90 per cent of the totals that the source would report by the end of each step, with its "
    "factor and noise; line: the median. Symbols: the totals since the beginning that it reported; a line goes as far "
    "as its words do. Hollow: held out. The axis is a square root."
)


FIGURE = FigureSpec("cumulative_deaths", ("score",), load_score_data)


def draw(data: ScoreData) -> Figure:
    """Sources as columns, sides as rows."""
    scenario, results, splits = data.scenario, data.results, data.splits
    sources = find_reporting_sources(scenario, splits)
    width = max(2 * MARGIN + AXIS_WIDTH + len(sources) * (PANEL_WIDTH + PANEL_GAP), 6.0)
    footer_height = compute_footer_height(width, NOTE, data.caption)
    height = HEADER_HEIGHT + len(scenario.sides) * (TITLE_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT) + footer_height
    figure = make_figure(
        width,
        height,
        title="The dead so far, as each source would have reported them day by day, and as it did",
        subtitle=f"Deaths since the beginning of {format_day(scenario.begins.date())}, in reports of simulated battles",
        note=NOTE,
        caption=data.caption,
    )
    steps = read_time_steps(results, scenario)
    (killed,) = build_daily_arrays(results, scenario, "killed")
    deaths = np.cumsum(killed.sum(axis=2), axis=1)
    seed = results.manifest.seed
    for column, source in enumerate(sources):
        for row, (id, side) in enumerate(scenario.sides.items()):
            bottom = (
                footer_height
                + (len(scenario.sides) - 1 - row) * (TITLE_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT)
                + AXIS_HEIGHT
            )
            left = MARGIN + AXIS_WIDTH + column * (PANEL_WIDTH + PANEL_GAP)
            axes = figure.add_axes((left / width, bottom / height, PANEL_WIDTH / width, PANEL_HEIGHT / height))
            name = scenario.sources[source].name
            axes.set_title(wrap_balanced(f"{capitalize(side.short_name)} dead, {name}", 42), loc="left", weight="bold")
            reports = simulate_running_totals(scenario, source, id, deaths[:, :, row], seed)
            if reports is None:
                axes.text(
                    0.5, 0.5, "it reported no numbers of these", transform=axes.transAxes, ha="center", color=GREY
                )
                axes.set_axis_off()
                axes.title.set_visible(True)
                continue
            draw_fan(axes, steps, np.quantile(reports, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0), side.colour)
            draw_reported_totals(axes, scenario, steps, splits, source, id)
            format_fan_axes(axes, steps)
    return figure


def find_reporting_sources(scenario: Scenario, splits: Sequence[SplitEvaluation]) -> list[str]:
    """The sources that reported total deaths, in the order of the scenario."""
    reporting = {scenario.claims[id].source for id in find_reported_totals(scenario, splits)}
    return [source for source in scenario.sources if source in reporting]


def find_reported_totals(scenario: Scenario, splits: Sequence[SplitEvaluation]) -> dict[str, str]:
    """The scored claims of all deaths of a side since the beginning, and the split of each."""
    split_of_claim = {}
    for split in splits:
        for each in split.claim_forecasts:
            observable: Any = scenario.claims[each.target.claim].observable
            is_total = observable.since in (None, scenario.begins) and not getattr(observable, "places", ())
            if each.target.kind == "count" and observable.measure == "killed" and observable.side and is_total:
                split_of_claim[each.target.claim] = split.name
    return split_of_claim


def draw_reported_totals(
    axes: Axes,
    scenario: Scenario,
    steps: TimeSteps,
    splits: Sequence[SplitEvaluation],
    source: str,
    side: str,
) -> None:
    """Draw the totals that a source reported of a side."""
    reported_bins = {
        each.target.claim: each.target.observed_bin
        for split in splits
        for each in split.claim_forecasts
        if each.target.kind == "count"
    }
    for id, split in find_reported_totals(scenario, splits).items():
        claim, cell = scenario.claims[id], reported_bins[id]
        observable: Any = claim.observable
        if claim.source != source or observable.side != side:
            continue
        draw_reported_total(axes, steps.find_position(observable.until), cell, split != "holdout")
