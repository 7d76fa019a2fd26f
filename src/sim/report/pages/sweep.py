"""The page of a sweep: range of each measure, figures, design points."""

from collections.abc import Sequence
from pathlib import Path

from sim.outputs.formatting import find_display_unit, format_measure_title
from sim.report.html.content import KeyFigure, PageContent, ResultBlock, convert_table, make_figure_blocks, split_lead
from sim.report.html.grid import build_sweep_grid
from sim.report.html.render import write_page
from sim.report.sweep import (
    UNCALIBRATED_NOTE,
    LevelEffect,
    build_point_table,
    compute_level_effects,
    describe_effect,
    describe_factor,
    format_levels,
)
from sim.runs.sweep import SweepResult
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap
from sim.scenario.descriptions import capitalize, join_words
from sim.storage.manifest import SweepManifest

MAX_KEY_FIGURES = 3  # numbers on the first screen
LEAD_FIGURES = ("Response", "Heat map", "Distributions")


def write_sweep_page(
    folder: Path,
    argv: Sequence[str],
    scenario: Scenario,
    end_hours: float,
    basemap: Basemap,
    sweep: SweepResult,
    measure_ids: list[str],
    figure_paths: list[Path],
    manifest: SweepManifest,
) -> None:
    """Write `report.html` beside the tables and figures of a sweep."""
    figures = make_figure_blocks(figure_paths)
    lead, other_figures = split_lead(figures, LEAD_FIGURES)
    effects = [effect for id in measure_ids for effect in compute_level_effects(sweep, id)]
    sentences = tuple(describe_effect(scenario, each) for each in effects)
    content = PageContent(
        command="sweep",
        argv=tuple(argv),
        scenario=scenario,
        basemap=basemap,
        end_hours=end_hours,
        manifest=manifest,
        headlines=sentences,
        key_figures=tuple(
            build_effect_figure(scenario, each, len(sweep.factors)) for each in effects[:MAX_KEY_FIGURES]
        ),
        warning=UNCALIBRATED_NOTE if not manifest.calibrated else "",
        result_blocks=(
            ResultBlock("By each factor", sentences),
            *other_figures,
            ResultBlock("All design points", table=convert_table(build_point_table(scenario, sweep, measure_ids))),
        ),
        results_title="What the factors do",
        question=f"What changes with {join_words([describe_factor(scenario, each) for each in sweep.factors])}?",
        lead=lead,
        grid=build_sweep_grid(sweep, measure_ids),
    )
    write_page(folder, content)


def build_effect_figure(scenario: Scenario, effect: LevelEffect, n_factors: int) -> KeyFigure:
    """A measure at the first and the last level of one of so many factors."""
    levels = format_levels(effect)
    (first, first_mean, first_ends), (last, last_mean, last_ends) = levels[0], levels[-1]
    others = ", over all levels of the others" if n_factors > 1 else ""
    return KeyFigure(
        f"{first_mean} → {last_mean}",
        f"95% intervals {first_ends}; {last_ends}",
        f"{capitalize(format_measure_title(effect.measure))} ({find_display_unit(effect.measure)}), "
        f"{describe_factor(scenario, effect.factor)} {first} → {last}{others}",
    )
