"""The page of a sweep: range of each measure, figures, design points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.outputs.formatting import find_display_unit, format_estimate, format_level, format_measure_title
from sim.report.html.content import KeyFigure, PageContent, PageTable, ResultBlock, make_figure_blocks, split_lead
from sim.report.html.grid import build_sweep_grid
from sim.report.html.render import write_page
from sim.report.sweep import UNCALIBRATED_NOTE
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.sweep import SweepResult, compute_mean_interval, group_by_point
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap
from sim.scenario.descriptions import join_words
from sim.storage.manifest import SweepManifest

MAX_KEY_FIGURES = 3  # numbers on the first screen
MAX_LEVELS = 6  # of a factor, told one by one
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
    content = PageContent(
        command="sweep",
        argv=tuple(argv),
        scenario=scenario,
        basemap=basemap,
        end_hours=end_hours,
        manifest=manifest,
        headlines=tuple(describe_effect(each) for each in effects),
        key_figures=tuple(build_effect_figure(each) for each in effects[:MAX_KEY_FIGURES]),
        warning=UNCALIBRATED_NOTE if not manifest.calibrated else "",
        result_blocks=(
            ResultBlock("By each factor", tuple(describe_effect(each) for each in effects)),
            *other_figures,
            ResultBlock("All design points", table=build_point_table(sweep, measure_ids)),
        ),
        results_title="What the factors do",
        question=f"What do {join_words([name.replace('_', ' ') for name in sweep.factors])} change?",
        lead=lead,
        grid=build_sweep_grid(sweep, measure_ids),
    )
    write_page(folder, content)


@dataclass(frozen=True)
class LevelEffect:
    """A measure by the levels of one factor, each averaged over every design point that has it, with its interval."""

    factor: str
    measure: OutcomeMeasure
    levels: tuple[tuple[str, tuple[float, float, float]], ...]  # the level's text: mean and ends of the 95% interval


def compute_level_effects(sweep: SweepResult, id: str) -> Iterator[LevelEffect]:
    """The effect of each factor on a measure, in the order of the factors: no design point is singled out."""
    measured = sweep.find_measure(id)
    samples = dict(group_by_point(sweep, id))
    for factor in sweep.factors:
        groups = group_points(sweep, factor)
        yield LevelEffect(
            factor,
            measured,
            tuple(
                (text, compute_mean_interval(measured, np.concatenate([samples[number] for number in numbers])))
                for text, numbers in groups
            ),
        )


def group_points(sweep: SweepResult, factor: str) -> list[tuple[str, list[int]]]:
    """The design points by the level of a factor; by the lowest and the highest third where there are many levels."""
    by_level: dict[Any, list[int]] = {}
    for number, point in enumerate(sweep.points):
        by_level.setdefault(point[factor], []).append(number)
    if len(by_level) <= MAX_LEVELS:
        return [(format_level(level), numbers) for level, numbers in by_level.items()]
    ordered = sorted(by_level)
    third = len(ordered) // 3
    ends = (("up to", ordered[:third], ordered[third - 1]), ("from", ordered[-third:], ordered[-third]))
    return [
        (f"{word} {format_level(edge)}", [number for level in levels for number in by_level[level]])
        for word, levels, edge in ends
    ]


def describe_effect(effect: LevelEffect) -> str:
    """A measure at each level of a factor, in a sentence."""
    levels = [f"{format_estimate(effect.measure, *interval)} with {text}" for text, interval in effect.levels]
    unit = find_display_unit(effect.measure)
    return (
        f"{format_measure_title(effect.measure)} ({unit}), by {effect.factor.replace('_', ' ')}: {'; '.join(levels)}."
    )


def build_effect_figure(effect: LevelEffect) -> KeyFigure:
    """A measure at the first and the last level of a factor."""
    (first, first_interval), (last, last_interval) = effect.levels[0], effect.levels[-1]
    texts = [format_estimate(effect.measure, *each).partition(" (") for each in (first_interval, last_interval)]
    return KeyFigure(
        f"{texts[0][0]} → {texts[1][0]}",
        f"95% intervals {texts[0][2].rstrip(')')}; {texts[1][2].rstrip(')')}",
        f"{format_measure_title(effect.measure)} ({find_display_unit(effect.measure)}), "
        f"{effect.factor.replace('_', ' ')} {first} → {last}, over all levels of the others",
    )


def build_point_table(sweep: SweepResult, measure_ids: list[str]) -> PageTable:
    """Every design point with its levels and the mean of each measure."""
    columns = [dict(group_by_point(sweep, id)) for id in measure_ids]
    rows = []
    for number, point in enumerate(sweep.points):
        cells = [
            format_estimate(sweep.find_measure(id), *compute_mean_interval(sweep.find_measure(id), column[number]))
            for id, column in zip(measure_ids, columns, strict=True)
        ]
        rows.append((str(number), *(format_level(each) for each in point.values()), *cells))
    headings = [
        f"{format_measure_title(sweep.find_measure(id))} ({find_display_unit(sweep.find_measure(id))})"
        for id in measure_ids
    ]
    return PageTable(("point", *sweep.factors, *headings), tuple(rows))
