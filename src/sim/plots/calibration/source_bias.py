"""The reporting bias of each source, prior and posterior, and its ratios."""

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from sim.likelihood.count_tree import CountTree
from sim.plots.figure_data import CalibrationData
from sim.plots.interval_rows import draw_quantile_bar
from sim.plots.registry import FigureSpec
from sim.plots.style import (
    DARK_GREY,
    GREY,
    HEADER_HEIGHT,
    LIGHT_GREY,
    MARGIN,
    compute_footer_height,
    make_figure,
    wrap_balanced,
)
from sim.scenario.descriptions import capitalize
from sim.scenario.model import Scenario
from sim.scenario.unknown_names import describe_unknown

if TYPE_CHECKING:
    from sim.inference.diagnostics import CalibrationResult
    from sim.likelihood.observation_model import ObservationModel

LINE_HEIGHT, ROW_GAP, AXIS_HEIGHT = 0.17, 0.14, 0.55
WIDTH, NAME_WIDTH = 8.6, 3.5
NAME_LENGTH = 52  # letters of a line
NOTE = (
    "Grey: prior; black: posterior; thin: the middle nine tenths, thick: the middle half, dot: the median. 2 means two "
    "reported for each one that there was. The record tells ratios between sources (below) better than the factors "
    "themselves."
)
QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95]


FIGURE = FigureSpec("source_bias", ("calibrate",))


def draw(data: CalibrationData) -> Figure | None:
    """Factors as rows, then ratios of factors of two sources that count the same."""
    calibration = data.calibration
    posterior = calibration.accepted_posterior
    if posterior is None:
        return None
    rows = build_bias_rows(calibration)
    if not rows:
        return None
    footer_height = compute_footer_height(WIDTH, NOTE, data.caption)
    row_height = LINE_HEIGHT * max(name.count("\n") + 1 for name, _, _ in rows) + ROW_GAP
    height = HEADER_HEIGHT + row_height * len(rows) + AXIS_HEIGHT + footer_height
    figure = make_figure(
        WIDTH,
        height,
        title="What each source reports for one that there was",
        subtitle="Factors between what was so and what was reported, before and after the claims were heard",
        note=NOTE,
        caption=data.caption,
    )
    axes = figure.add_axes(
        (
            (MARGIN + NAME_WIDTH) / WIDTH,
            (footer_height + AXIS_HEIGHT) / height,
            (WIDTH - 2 * MARGIN - NAME_WIDTH) / WIDTH,
            row_height * len(rows) / height,
        )
    )
    axes.set_xscale("log")
    axes.axvline(1, color=GREY, linewidth=0.8)
    for row, (_, before, after) in enumerate(rows):
        axes.axhline(row, color=LIGHT_GREY, linewidth=0.4)
        draw_quantile_bar(axes, row - 0.16, np.quantile(before, QUANTILES).tolist(), GREY)
        draw_quantile_bar(axes, row + 0.16, np.quantile(after, QUANTILES).tolist(), DARK_GREY)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    ticks = [each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if axes.get_xlim()[0] <= each <= axes.get_xlim()[1]]
    axes.set_xticks(ticks, [f"{each:g}" for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("reported for each one that there was")
    return figure


def build_bias_rows(calibration: "CalibrationResult") -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Draws of each factor, prior and posterior; then of the ratio of each pair that multiplies the same count."""
    posterior = calibration.accepted_posterior
    assert posterior is not None
    scenario = calibration.target.simulation.scenario
    counted_by_parameter = find_biased_counts(calibration.target.observation_model)
    columns = {
        name: posterior.parameter_names.index(name)
        for name in counted_by_parameter
        if name in posterior.parameter_names
    }
    rows = [
        (format_factor(scenario, name), posterior.prior_values[:, n], posterior.parameter_values[:, n])
        for name, n in columns.items()
    ]
    for first, second in combinations(columns, 2):
        if counted_by_parameter[first] & counted_by_parameter[second]:
            ratios = [
                each[:, columns[first]] / each[:, columns[second]]
                for each in (posterior.prior_values, posterior.parameter_values)
            ]
            rows.append((format_ratio(scenario, first, second), ratios[0], ratios[1]))
    return rows


def find_biased_counts(observation_model: "ObservationModel") -> dict[str, set[str]]:
    """The counts that each factor multiplies: side and measure."""
    counted_by_parameter: dict[str, set[str]] = {}
    for term in observation_model.terms:
        if isinstance(term, CountTree):
            observable = observation_model.observables[term.nodes[-1].column]
            key = f"{getattr(observable, 'side', '')} {getattr(observable, 'measure', '')}"
            counted_by_parameter.setdefault(observation_model.parameter_names[term.bias_column], set()).add(key)
    return counted_by_parameter


def describe_factor(scenario: Scenario, parameter: str) -> str:
    """Whose a factor is, and of what: of which losses, or of equipment."""
    return describe_unknown(scenario, parameter).removeprefix("reporting factor of ")


def format_factor(scenario: Scenario, parameter: str) -> str:
    """A factor as a row's name."""
    return wrap_balanced(capitalize(describe_factor(scenario, parameter)), NAME_LENGTH)


def format_ratio(scenario: Scenario, first: str, second: str) -> str:
    """The ratio of two factors as a row's name; what both count stands once."""
    one, other = (describe_factor(scenario, each) for each in (first, second))
    counted = f" ({one.rpartition(' (')[2]}"
    return wrap_balanced(
        capitalize(f"{one.removesuffix(counted) if other.endswith(counted) else one} to {other}"), NAME_LENGTH
    )
