"""`sim run`: simulate a battle many times, once or for each combination of settings, and write the results."""

import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.hydra import Hydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException
from rich.console import Console

from sim.cli.arguments import settings_command
from sim.cli.build import build_simulation
from sim.cli.compose import check_hydra_node, extract_plain_settings, make_hydra
from sim.cli.console import format_rate, make_console, track_batches
from sim.cli.errors import SettingsError
from sim.cli.groups import ConfigFolders, find_config_folders, split_config_dirs
from sim.cli.job import Job, start_job
from sim.cli.overrides import check_overrides
from sim.cli.scenario_folders import resolve_scenario, split_scenario_folders
from sim.cli.settings import (
    Settings,
    compose_settings,
    format_hydra_error,
    settings_as_argv,
    validate_settings,
)
from sim.outputs.run_results import RunTableWriter
from sim.runs.accumulators import StudySummary
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import RunDirectory
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap, load_basemap
from sim.storage.manifest import RunManifest
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim run [question=NAME] [setting=value ...] [+override.PATH=VALUE] [+reading.NAME=OPTION]\n"
    "       sim run -m seed=1,2 law=square,linear   (one job for each combination)\n\n"
    "Fights a battle many times and holds the outcomes against the record."
)
PRIMARY = "config"  # the file of conf/ that the settings of all jobs come from


def make_job(argv: list[str]) -> Job:
    """The job that the arguments ask for."""
    return make_job_from_settings(compose_settings(argv), argv)


def make_job_from_settings(settings: Settings, argv: list[str] | None) -> Job:
    """The job of one study."""
    simulation = choose_engine(build_simulation(settings), settings.engine, settings.runs)
    study = Study(simulation, settings.seed, settings.runs, settings.save_logs)
    basemap = load_basemap(settings.scenario, simulation.scenario)
    return Job("run", argv, settings, {"study": study}, partial(execute, argv, settings, study, basemap))


def run_study(settings: Settings, argv: list[str] | None = None) -> Path:
    """Simulate a study, write and print the results; the output folder, which is also the last line printed."""
    folder = start_job(make_job_from_settings(settings, argv))
    print(folder)
    return folder


def execute(
    argv: list[str] | None, settings: Settings, study: Study, basemap: Basemap, run_directory: RunDirectory
) -> None:
    """Simulate what is not simulated yet, write and print the results."""
    collector = RunTableWriter(study, run_directory.folder)
    start_time = time.perf_counter()
    with closing(run_directory.iterate_batches("study", study)) as batches:
        for batch in track_batches(batches, "Fighting", study.runs):
            collector.add(batch)
    seconds = time.perf_counter() - start_time
    summary = write_results(run_directory.folder, collector, settings, argv, basemap)
    console = make_console()
    print_summary(console, study.simulation.scenario, study, summary, run_directory.n_simulated, seconds)


def write_results(
    folder: Path, collector: RunTableWriter, settings: Settings, argv: list[str] | None, basemap: Basemap
) -> StudySummary:
    """Write the remaining tables, the manifest, which marks the results as complete, and then figures and the page."""
    from sim.outputs import run_results
    from sim.outputs.provenance import collect_study_facts
    from sim.plots import registry
    from sim.plots.figure_data import RunData
    from sim.report.html.content import read_figure_svg
    from sim.report.html.render import write_page
    from sim.report.pages.run import build_run_content

    first, summary = collector.close()
    study = collector.study
    facts = collect_study_facts(study, collector.digest.hexdigest(), settings.model_dump(mode="json"))
    manifest = RunManifest(**facts, daily_replications=len(first.replications))
    write_scenario(folder, study.simulation.scenario)
    results = run_results.make_run_tables(study, first, manifest)
    write_manifest(folder, manifest)
    if study.runs > 1:  # one battle has no distribution to draw; the page shows it whole
        registry.save_figures("run", RunData(study.simulation.scenario, results), folder / "figures")
    losses = read_figure_svg(folder, "losses")
    page_argv = settings_as_argv(settings) if argv is None else argv
    write_page(folder, build_run_content("run", page_argv, basemap, study, results, summary, losses))
    return summary


def print_summary(
    console: Console, scenario: Scenario, study: Study, summary: StudySummary, n_run: int, seconds: float
) -> None:
    """Print the results."""
    from sim.report.terminal import show_run

    show_run(console, scenario, study, summary)
    console.print(format_rate(n_run, study.runs, seconds), highlight=False)


def run_multirun(argv: list[str]) -> int:
    """Run every combination of settings; a fault in the settings of one job ends the rest."""

    def run_one(config: DictConfig) -> Any:
        settings = resolve_scenario(extract_plain_settings(config), scenario_folders)
        return str(run_study(validate_settings(settings)))

    user_folders, overrides = split_config_dirs(argv)
    scenario_folders, overrides = split_scenario_folders(overrides)
    folders = find_config_folders(user_folders)
    try:
        check_overrides(overrides, folders)
        hydra = make_hydra(folders)
        check_jobs(hydra, overrides, folders)
        hydra.multirun(PRIMARY, run_one, overrides)
    except (HydraException, OmegaConfBaseException) as error:
        raise SettingsError([format_hydra_error(error)]) from error
    except OSError as error:  # Hydra creates a folder for each job
        raise SettingsError([f"outputs: {error.strerror}: {error.filename}"]) from error
    return 0


def check_jobs(hydra: Hydra, overrides: list[str], folders: ConfigFolders) -> None:
    """Refuse a multirun, before anything is written, if any of its jobs is more than plain settings."""
    master = hydra.compose_config(PRIMARY, overrides, RunMode.MULTIRUN)
    check_hydra_node(master, PRIMARY, folders)
    extract_plain_settings(master)
    for job in split_multirun(hydra, overrides):
        check_overrides(job, folders)
        config = hydra.config_loader.load_sweep_config(master, job)
        check_hydra_node(config, PRIMARY, folders)
        extract_plain_settings(config)


def split_multirun(hydra: Hydra, overrides: list[str]) -> list[list[str]]:
    """The overrides of each job, as Hydra's sweeper will make them."""
    parsed = OverridesParser.create(config_loader=hydra.config_loader).parse_overrides(overrides)
    return [job for batch in BasicSweeper.split_arguments(parsed, None) for job in batch]


@settings_command(USAGE, multirun=run_multirun)
def command(argv: list[str]) -> int:
    """Run one study."""
    run_study(compose_settings(argv), argv)
    return 0
