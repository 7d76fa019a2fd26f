"""`sim sensitivity`: which parameters decide the outcome, and how much of it is pure chance?"""

import time
from pathlib import Path
from typing import Annotated

from pydantic import Field
from rich.console import Console

from sim import laws
from sim.analysis.sensitivity import SensitivityResult, SensitivitySettings, list_variable_priors, run_sensitivity
from sim.cli.arguments import settings_command
from sim.cli.build import build_scenario, build_simulation, make_simulation, require_library
from sim.cli.console import format_rate, make_console, make_tracker
from sim.cli.errors import SettingsError
from sim.cli.job import Job, make_cached_runner, start_job
from sim.cli.settings import CommandSettings, Settings, compose_command_settings
from sim.cli.sweep import select_measures
from sim.outputs.described_tables import DescribedTables
from sim.report.terminal_table import ALL_ROWS, TELLING_ROWS, print_table
from sim.runs.outcome_measures import list_outcome_measures, measures_to_facts
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import RunDirectory
from sim.scenario.model import Scenario
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import SensitivityManifest
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim sensitivity [priors=[NAME,...]] [measures=[MEASURE,...]] [setting=value ...]\n\n"
    "Screens the unknowns (Morris), and then takes the share of the variance that each of those left has (Sobol),\n"
    "with the others together and luck as factors among them. Printed are the ten largest; with --full all."
)


class SensitivityCommandSettings(CommandSettings):
    """Parameters, measures and sizes of the designs; see conf/sensitivity.yaml."""

    priors: tuple[str, ...]
    measures: tuple[str, ...]
    trajectories: Annotated[int, Field(ge=2, le=10_000, strict=True)]
    n_selected: Annotated[int, Field(ge=1, le=200, strict=True)]
    saltelli_n: Annotated[int, Field(ge=16, le=2**20, strict=True)]


def analyse_in_full(argv: list[str]) -> int:
    """Run a sensitivity analysis and print every unknown."""
    require_library("SALib", "sim sensitivity", "sensitivity")
    print(start_job(make_job(argv, ALL_ROWS)))
    return 0


@settings_command(USAGE, "sensitivity", unused=("runs", "save_logs"), alternatives={"full": analyse_in_full})
def command(argv: list[str]) -> int:
    """Run a sensitivity analysis."""
    require_library("SALib", "sim sensitivity", "sensitivity")
    print(start_job(make_job(argv)))
    return 0


def make_job(argv: list[str], max_rows: int = TELLING_ROWS) -> Job:
    """The job that the arguments ask for, after all checks; it prints so many rows of each table."""
    settings, options = compose_command_settings(argv, "sensitivity", SensitivityCommandSettings)
    if options.saltelli_n & (options.saltelli_n - 1):
        raise SettingsError([f"saltelli_n: not a power of two (got {options.saltelli_n}; allowed: 16, 32, 64, ...)"])
    if settings.parameters != "prior":
        raise SettingsError(["parameters: the unknowns are what varies (allowed: parameters=prior)"])
    simulation = build_simulation(settings)
    varying_priors = list_variable_priors(simulation)
    for name in options.priors:
        if name not in varying_priors:
            raise SettingsError([f"priors: no prior that varies (got {name!r}; allowed: {', '.join(varying_priors)})"])
    measure_ids = select_measures(options.measures, list_outcome_measures(simulation.scenario, simulation.end_hours))
    priors = tuple(name for name in varying_priors if name in options.priors) or varying_priors
    design = SensitivitySettings(options.trajectories, options.n_selected, options.saltelli_n)
    studies = {
        "base": Study(choose_engine(simulation, settings.engine, options.saltelli_n), settings.seed, 1, n_saved_logs=0)
    }

    def execute(run_directory: RunDirectory) -> None:
        runner = make_cached_runner(settings, run_directory)
        start_time = time.perf_counter()
        result = run_sensitivity(
            simulation, priors, measure_ids, design, settings.seed, runner, settings.engine, make_tracker
        )
        seconds = time.perf_counter() - start_time
        write_results(run_directory.folder, settings, options, measure_ids, result)
        from sim.report.sensitivity import CORRELATION_NOTE

        console = make_console()
        print_summary(console, simulation.scenario, result, measure_ids, max_rows)
        if simulation.scenario.prior_correlations:
            console.print(CORRELATION_NOTE, highlight=False)
        console.print(
            format_rate(runner.n_simulated, result.n_screening_runs + len(result.outcomes), seconds), highlight=False
        )

    return Job("sensitivity", argv, settings, studies, execute, options.model_dump(mode="json"))


def print_summary(
    console: Console, scenario: Scenario, result: SensitivityResult, measure_ids: list[str], max_rows: int
) -> None:
    """Print sentences first, then a table for each measure."""
    from sim.report.sensitivity import (
        TABLE_EXPLANATION,
        UNCALIBRATED_NOTE,
        build_sensitivity_table,
        describe_screening,
        describe_sensitivity,
    )

    console.print()
    for sentence in describe_sensitivity(scenario, result, measure_ids):
        console.print(f"- {sentence}", highlight=False)
    console.print()
    for id in measure_ids:
        measure_table = build_sensitivity_table(scenario, result, id)
        if measure_table is not None:
            print_table(console, measure_table, max_rows)
    for sentence in (TABLE_EXPLANATION, *describe_screening(scenario, result), UNCALIBRATED_NOTE):
        console.print(sentence, highlight=False)


def write_results(
    folder: Path,
    settings: Settings,
    options: SensitivityCommandSettings,
    measure_ids: list[str],
    result: SensitivityResult,
) -> None:
    """Write the tables of battles, Sobol indices and Morris effects, the manifest, and then the figures."""
    from sim.analysis.tables import build_morris_table, build_sensitivity_runs_table, build_sobol_table
    from sim.outputs.provenance import collect_study_facts, format_origin, format_title
    from sim.plots import registry
    from sim.plots.figure_data import SensitivityData

    scenario = build_scenario(settings)
    tables = {
        "sobol_indices": build_sobol_table(result),
        "morris_effects": build_morris_table(result),
        "sensitivity_runs": build_sensitivity_runs_table(result),
    }
    digest = compute_digest({name: table.to_pydict() for name, table in tables.items()})
    study = Study(make_simulation(settings, scenario), settings.seed, len(result.outcomes), 0)
    all_settings = settings.model_dump(mode="json") | options.model_dump(mode="json")
    manifest = SensitivityManifest(
        **collect_study_facts(study, digest, all_settings),
        measures=measures_to_facts(result.measures),
        selected_measures=measure_ids,
        factors=list(result.factors),
        screened=result.n_screening_runs,
        caption_parts=[
            format_title(scenario),
            f"{len(result.outcomes):,} battles",
            f"seed {settings.seed}",
            f"under {laws.find_display_name(settings.law)}",
        ],
    )
    write_scenario(folder, scenario)
    described = DescribedTables("sensitivity", scenario, manifest.measures)
    for name, table in tables.items():
        described.write(folder, name, table)
    caption = format_origin(manifest.caption_parts, manifest)
    write_manifest(folder, manifest)
    registry.save_figures("sensitivity", SensitivityData(result, measure_ids, caption), folder / "figures")
