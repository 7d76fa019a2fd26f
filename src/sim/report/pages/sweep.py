"""The page of a sweep: range of each measure, figures, design points."""

from collections.abc import Sequence
from pathlib import Path

from sim.outputs.formatting import find_display_unit, format_estimate, format_level, format_measure_title
from sim.report.html.content import KeyFigure, PageContent, PageTable, ResultBlock, make_figure_blocks
from sim.report.html.render import write_page
from sim.report.sweep import UNCALIBRATED_NOTE, describe_sweep
from sim.runs.sweep import SweepResult, compute_mean_interval, group_by_point
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap
from sim.storage.manifest import SweepManifest

MAX_KEY_FIGURES = 3  # numbers on the first screen


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
    result_blocks = [ResultBlock("All design points", table=build_point_table(sweep, measure_ids))]
    result_blocks += make_figure_blocks(figure_paths)
    content = PageContent(
        command="sweep",
        argv=tuple(argv),
        scenario=scenario,
        basemap=basemap,
        end_hours=end_hours,
        manifest=manifest,
        headlines=tuple(describe_sweep(sweep, measure_ids)),
        key_figures=tuple(build_range_figure(sweep, id) for id in measure_ids[:MAX_KEY_FIGURES]),
        warning=UNCALIBRATED_NOTE if not manifest.calibrated else "",
        result_blocks=tuple(result_blocks),
        results_title="What the factors do",
    )
    write_page(folder, content)


def build_range_figure(sweep: SweepResult, id: str) -> KeyFigure:
    """The range of a measure over the design points."""
    measured = sweep.find_measure(id)
    means = sorted(compute_mean_interval(measured, sample) for _, sample in group_by_point(sweep, id))
    low, high = (format_estimate(measured, *each) for each in (means[0], means[-1]))
    lowest, highest = low.split(" (")[0], high.split(" (")[0]
    intervals = f"95% intervals of the ends: {low.split(' (')[1].rstrip(')')}; {high.split(' (')[1].rstrip(')')}"
    value = f"{lowest} to {highest}"
    return KeyFigure(
        value,
        intervals,
        f"{format_measure_title(measured)} ({find_display_unit(measured)}), over {len(means)} design points",
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
