"""`sim sweep`: simulate many battles at each of many design points, in one job with one output."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from rich.console import Console

from sim.battle.simulation import Simulation
from sim.cli.arguments import settings_command
from sim.cli.build import build_scenario, build_simulation, make_simulation
from sim.cli.console import format_rate, make_console, make_tracker
from sim.cli.errors import SettingsError
from sim.cli.job import Job, make_cached_runner, start_job
from sim.cli.settings import CommandSettings, Settings, compose_command_settings
from sim.cli.sweep_factors import build_cells, parse_factors
from sim.outputs.described_tables import DescribedTables
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS
from sim.runs.design import DesignFactor, DesignName, make_design_points
from sim.runs.outcome_measures import OutcomeMeasure, list_outcome_measures, measures_to_facts
from sim.runs.replicate import ProgressWrapper, Study, choose_engine
from sim.runs.run_directory import RunDirectory
from sim.runs.sweep import INITIAL_RUNS, DesignBlock, Precision, SweepResult, run_sweep
from sim.scenario.basemap import Basemap, load_basemap
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import SweepManifest
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim sweep factors='{PRIOR: [low, high], law: [square, linear]}' [design=sobol points=64] [setting=value]\n"
    "       sim sweep sweep=NAME [setting=value ...]\n\n"
    "Fights many battles at each design point, with the same luck at all of them. A factor is a prior (`prior` for\n"
    "all its range), law, reading.NAME, override.PATH or perturb.NAME.SETTING; its levels are a list, or\n"
    "{low:, high:, steps:}. Two numbers are a range in latin and sobol designs. Factors\n"
    "typed beside sweep=NAME add to its own.\n"
    "runs=auto replicates until half_width is reached (battles in 100 for an event, else the measure's unit)."
)
DEFAULT_POINTS = 64


class SweepCommandSettings(CommandSettings):
    """The factors and the design; see conf/sweep.yaml."""

    factors: dict[str, Any]
    design: DesignName
    points: Annotated[int, Field(ge=2, le=100_000, strict=True)] | None
    measures: tuple[str, ...]
    half_width: dict[str, Annotated[float, Field(gt=0)]] | Annotated[float, Field(gt=0)] | None
    max_runs: Annotated[int, Field(ge=INITIAL_RUNS, le=10_000_000, strict=True)]
    runs: Annotated[int, Field(ge=1, le=10_000_000, strict=True)] | Literal["auto"]


def sweep_in_full(argv: list[str]) -> int:
    """Run a sweep and print every design point."""
    print(start_job(plan_sweep(*compose_sweep(argv)).make_job(argv, ALL_ROWS)))
    return 0


@settings_command(USAGE, "sweep", groups=("sweep",), unused=("save_logs",), alternatives={"full": sweep_in_full})
def command(argv: list[str]) -> int:
    """Run a sweep."""
    print(start_job(make_job(argv)))
    return 0


def compose_sweep(argv: list[str]) -> tuple[Settings, SweepCommandSettings]:
    """Settings and factors; the names of factors are free, and `runs` may be `auto`."""
    argv = [f"++{argument}" if argument.startswith("factors=") else argument for argument in argv]
    return compose_command_settings(argv, "sweep", SweepCommandSettings)


def resolve_point_count(options: SweepCommandSettings) -> int:
    """The number of design points; raise SettingsError if the design can't have it."""
    if options.design == "grid" and options.points is not None:
        raise SettingsError(["points: a grid has as many as its levels give (allowed: design=latin or design=sobol)"])
    points = options.points or DEFAULT_POINTS
    if options.design == "sobol" and points & (points - 1):
        raise SettingsError([f"points: a Sobol design has a power of two (got {points}; allowed: 2, 4, 8, ...)"])
    return points


def select_measures(names: tuple[str, ...], measures: tuple[OutcomeMeasure, ...]) -> list[str]:
    """The named measures, or those of the headline outputs; raise SettingsError for an unknown one."""
    ids = [each.id for each in measures]
    for id in names:
        if id not in ids:
            raise SettingsError([f"measures: unknown measure (got {id!r}; allowed: {', '.join(ids)})"])
    selected = list(names) or [id for id in ids if id.startswith("headline_")]
    return selected or ids[:1]


def resolve_precision(
    options: SweepCommandSettings, measure_ids: list[str], measures: tuple[OutcomeMeasure, ...]
) -> int | Precision:
    """The number of replications, or the precision of each measure; raise SettingsError for both or neither."""
    if options.runs != "auto":
        if options.half_width is not None:
            raise SettingsError([f"half_width: goes with runs=auto (got runs={options.runs})"])
        return options.runs
    if options.half_width is None:
        raise SettingsError(["runs: auto needs half_width=NUMBER, or half_width={MEASURE: NUMBER, ...}"])
    half_widths = (
        options.half_width if isinstance(options.half_width, dict) else dict.fromkeys(measure_ids, options.half_width)
    )
    measures_by_id = {each.id: each for each in measures}
    for id in half_widths:
        if id not in measures_by_id:
            raise SettingsError([f"half_width.{id}: unknown measure (allowed: {', '.join(measures_by_id)})"])
    return Precision(
        {id: width / (100 if measures_by_id[id].is_event else 1) for id, width in half_widths.items()}, options.max_runs
    )


@dataclass(frozen=True)
class SweepPlan:
    """A design, checked as a whole: its points, the simulations that fight at them, and what is measured there."""

    settings: Settings
    options: SweepCommandSettings
    base: Simulation
    measure_ids: list[str]
    runs: int | Precision
    factors: dict[str, DesignFactor]
    points: list[dict[str, Any]]
    cells: list[DesignBlock]
    basemap: Basemap

    def make_job(self, argv: list[str] | None, max_rows: int = TELLING_ROWS) -> Job:
        """The job of `sim sweep`: simulate, write, draw, and print so many rows of a table."""
        min_runs = len(self.points) * (self.runs if isinstance(self.runs, int) else INITIAL_RUNS)
        simulation = choose_engine(self.base, self.settings.engine, min_runs)
        studies = {"base": Study(simulation, self.settings.seed, 1, n_saved_logs=0)}
        extra_inputs = self.options.model_dump(mode="json") | {
            "cells": compute_digest([cell.simulation.digest for cell in self.cells])
        }
        return Job("sweep", argv, self.settings, studies, partial(execute, argv, self, max_rows), extra_inputs)


@dataclass(frozen=True)
class StoredSweep:
    """A sweep whose tables are in a folder, its manifest, and how many battles were simulated and not read again."""

    result: SweepResult
    manifest: SweepManifest
    n_simulated: int


def make_job(argv: list[str]) -> Job:
    """The job that the arguments ask for, after all checks."""
    return plan_sweep(*compose_sweep(argv)).make_job(argv)


def plan_sweep(settings: Settings, options: SweepCommandSettings) -> SweepPlan:
    """The design that the settings ask for, after all checks."""
    base = build_simulation(settings)
    all_measures = list_outcome_measures(base.scenario, base.end_hours)
    measure_ids = select_measures(options.measures, all_measures)
    runs = resolve_precision(options, measure_ids, all_measures)
    count = resolve_point_count(options)
    factors = parse_factors(options.factors, settings, options.design)
    points = make_design_points(factors, options.design, count, settings.seed)
    cells = build_cells(points, settings)
    for cell in cells:
        if list_outcome_measures(cell.simulation.scenario, cell.simulation.end_hours) != all_measures:
            raise SettingsError(["factors: the points do not have the same measures, and can't be compared"])
    basemap = load_basemap(settings.scenario, base.scenario)
    return SweepPlan(settings, options, base, measure_ids, runs, factors, points, cells, basemap)


def execute(argv: list[str] | None, plan: SweepPlan, max_rows: int, run_directory: RunDirectory) -> None:
    """Simulate what is not simulated yet, write and print the results."""
    start_time = time.perf_counter()
    stored = store_sweep(plan, run_directory, make_tracker("Fighting"))
    seconds = time.perf_counter() - start_time
    write_pages(run_directory.folder, plan, stored, argv or [])
    console = make_console()
    print_summary(console, plan, stored.result, max_rows)
    console.print(format_rate(stored.n_simulated, len(stored.result.outcomes), seconds), highlight=False)


def print_summary(console: Console, plan: SweepPlan, result: SweepResult, max_rows: int) -> None:
    """Print sentences first, then the design points."""
    from sim.outputs.provenance import describe_posterior
    from sim.report.sweep import UNCALIBRATED_NOTE, build_point_table, describe_sweep
    from sim.report.terminal_table import print_table
    from sim.report.text import format_caveat
    from sim.runs.sweep import find_imprecise_points

    base, runs = plan.base, plan.runs
    console.print()
    scenario = base.scenario
    for sentence in describe_sweep(scenario, result, plan.measure_ids):
        console.print(f"- {sentence}", highlight=False)
    console.print()
    print_table(console, build_point_table(scenario, result, plan.measure_ids), max_rows)
    if isinstance(runs, Precision):
        all_points = set(range(len(result.points)))
        imprecise_points = find_imprecise_points(
            all_points, [(result.point_index, result.replication, result.outcomes)], result.measures, runs
        )
        if imprecise_points:
            console.print(
                f"{len(imprecise_points)} of {len(result.points)} points did not reach the half-width asked for within "
                f"{plan.options.max_runs:,} replications.",
                highlight=False,
            )
    console.print(format_caveat(describe_posterior(base), UNCALIBRATED_NOTE), highlight=False)


def store_sweep(plan: SweepPlan, run_directory: RunDirectory, track: ProgressWrapper) -> StoredSweep:
    """Simulate what is not simulated yet; write the tables and the manifest, which marks the results as complete."""
    from sim.outputs.provenance import collect_study_facts, format_title
    from sim.outputs.tables import make_outcomes_table, make_points_table

    settings, options, folder = plan.settings, plan.options, run_directory.folder
    runner = make_cached_runner(settings, run_directory)
    result = run_sweep(
        tuple(plan.factors), plan.points, plan.cells, settings.seed, plan.runs, runner, settings.engine, track
    )
    scenario = build_scenario(settings)
    study = Study(make_simulation(settings, scenario), settings.seed, len(result.outcomes), 0)
    all_settings = settings.model_dump(mode="json") | options.model_dump(mode="json")
    manifest = SweepManifest(
        **collect_study_facts(study, result.digest, all_settings),
        points=len(result.points),
        factors=list(result.factors),
        measures=measures_to_facts(result.measures),
        selected_measures=plan.measure_ids,
        caption_parts=[
            format_title(scenario),
            f"{len(result.points)} design points, {len(result.outcomes):,} battles",
            f"seed {settings.seed}",
        ],
    )
    write_scenario(folder, scenario)
    described = DescribedTables("sweep", scenario, manifest.measures)
    described.write(folder, "points", make_points_table(result))
    described.write(folder, "outcomes", make_outcomes_table(result))
    write_manifest(folder, manifest)
    return StoredSweep(result, manifest, runner.n_simulated)


def write_pages(folder: Path, plan: SweepPlan, stored: StoredSweep, argv: Sequence[str]) -> None:
    """Draw the figures and write the page."""
    from sim.outputs.provenance import format_origin
    from sim.plots import registry
    from sim.plots.figure_data import SweepData
    from sim.report.pages import sweep as sweep_page

    settings, result, manifest = plan.settings, stored.result, stored.manifest
    scenario = build_scenario(settings)
    caption = format_origin(manifest.caption_parts, manifest)
    data = SweepData(result, plan.measure_ids, caption)
    figure_paths = registry.save_figures("sweep", data, folder / "figures")
    end_hours = scenario.hours_since_start(settings.until or scenario.ends)
    sweep_page.write_sweep_page(
        folder, argv, scenario, end_hours, plan.basemap, result, plan.measure_ids, figure_paths, manifest
    )
