"""The page of two outputs beside each other."""

from collections.abc import Sequence
from pathlib import Path

from sim.analysis.output_differences import OutcomeDifference, OutputComparison
from sim.outputs.formatting import format_measure_title
from sim.report.diff import (
    build_outcome_table,
    build_setting_table,
    choose_digits,
    describe_diff,
    describe_settings,
    format_interval,
)
from sim.report.html.content import KeyFigure, PageContent, ResultBlock, convert_table, make_figure_blocks, split_lead
from sim.report.html.render import write_page
from sim.scenario.basemap import Basemap
from sim.storage.manifest import DiffManifest

MAX_KEY_FIGURES = 3  # numbers on the first screen
LEAD_FIGURES = ("Outcome differences",)


def write_diff_page(
    folder: Path,
    argv: Sequence[str],
    comparison: OutputComparison,
    basemap: Basemap,
    figure_paths: list[Path],
    manifest: DiffManifest,
) -> None:
    """Write `report.html` beside the tables and figures of `sim diff`."""
    scenario = comparison.first.scenario
    until = comparison.first.manifest.settings.until
    tables = (
        ResultBlock(
            "What differs",
            tuple(describe_settings(comparison.settings)),
            table=convert_table(build_setting_table(comparison.settings)),
        ),
        ResultBlock("What came of it", table=convert_table(build_outcome_table(comparison.outcomes))),
    )
    lead, blocks = split_lead((*tables, *make_figure_blocks(figure_paths)), LEAD_FIGURES)
    content = PageContent(
        command="diff",
        argv=tuple(argv),
        scenario=scenario,
        basemap=basemap,
        end_hours=scenario.hours_since_start(until or scenario.ends),
        manifest=manifest,
        headlines=tuple(describe_diff(manifest, comparison.outcomes)),
        key_figures=tuple(build_key_figure(each) for each in comparison.outcomes if each.measure.is_event)[
            :MAX_KEY_FIGURES
        ],
        warning=f"A is {manifest.first.label}; B is {manifest.second.label}. The map is of A.",
        result_blocks=blocks,
        results_title="Two outputs beside each other",
        question="What differs between two outputs, A and B, and what came of it?",
        lead=lead,
    )
    write_page(folder, content)


def build_key_figure(each: OutcomeDifference) -> KeyFigure:
    """One event: A, B, and the interval of the difference."""
    digits = choose_digits(each)
    return KeyFigure(
        f"{100 * each.first.value:.{digits}f} → {100 * each.second.value:.{digits}f}",
        f"of 100 battles; {format_interval(each, digits)} of the difference",
        format_measure_title(each.measure),
    )
