"""`sim analyse`: analyse a posterior: turning points, sources, robustness, forecasts and what-ifs, on one page."""

import time
from functools import partial
from pathlib import Path
from typing import Literal

from rich.console import Console

from sim import laws
from sim.analysis.posterior_analysis import PosteriorAnalysis
from sim.analysis.robustness import AnalysisVariant, analyse_variant, list_claims_by_source, make_default_variant
from sim.battle.simulation import Simulation
from sim.cli.arguments import check_page_path, settings_command
from sim.cli.build import build_scenario, build_simulation, load_posterior, require_library
from sim.cli.console import make_console
from sim.cli.errors import SettingsError
from sim.cli.job import Job, start_job
from sim.cli.settings import Settings, compose_command_settings
from sim.cli.smc import SMCCommandSettings, check_posterior_settings, track_smc
from sim.inference.checkpoint import Checkpoint
from sim.inference.fit import WarmStart, fit_claims, make_warm_start
from sim.inference.posterior import Posterior
from sim.inference.workers import Workers
from sim.outputs.described_tables import DescribedTables
from sim.report.pages import analysis as page_found
from sim.report.text import write_markdown_page
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import SHARD_FOLDER, RunDirectory
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap, load_basemap
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import AnalyseManifest, ForecastManifest, PosteriorFacts, WhatifManifest
from sim.storage.reader import open_output
from sim.storage.seal import StoredError
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim analyse posterior=OUTPUT [forecasts=[OUTPUT,...]] [whatif=OUTPUT] [page=FILE.md]\n"
    "                    [setting=value ...]\n\n"
    "Fights a calibrated battle again with new dice and says what that lets one say: how likely what happened was,\n"
    "which turns mattered, what the sources make of it, and what hangs on how the text is read."
)


class AnalyseCommandSettings(SMCCommandSettings):
    """The posterior, other outputs to include, and the alternatives to fit; see conf/analyse.yaml."""

    posterior: Path | None
    forecasts: tuple[Path, ...]
    whatif: Path | None
    readings: Literal["all"] | tuple[str, ...]
    sources: bool
    page: Path | None


@settings_command(USAGE, "analyse", unused=("runs", "save_logs"))
def command(argv: list[str]) -> int:
    """Run a posterior analysis."""
    require_library("xarray", "sim analyse", "infer")
    print(start_job(make_job(argv)))
    return 0


def make_job(argv: list[str]) -> Job:
    """The job that the arguments ask for, after all checks."""
    settings, options = compose_command_settings(argv, "analyse", AnalyseCommandSettings)
    check_posterior_settings(options)
    if options.posterior is None:
        raise SettingsError(["posterior: which? (allowed: an output of sim calibrate)"])
    if options.page is not None:
        check_page_path(options.page)
    check_stored_outputs(options)
    posterior = load_posterior(settings, options.posterior)
    allowed = build_scenario(settings).readings
    for name in () if options.readings == "all" else options.readings:
        if name not in allowed:
            raise SettingsError(
                [f"readings: unknown reading (got {name!r}; allowed: all, {', '.join(allowed) or 'none'})"]
            )
    simulation = choose_engine(build_simulation(settings), settings.engine, options.max_simulations)
    studies = {"base": Study(simulation, settings.seed, 1, n_saved_logs=0)}
    extra_inputs = options.model_dump(mode="json", exclude={"page"}) | {"posterior": posterior.digest}
    basemap = load_basemap(settings.scenario, simulation.scenario)
    work = partial(execute, settings, options, studies["base"], posterior, argv, basemap)
    return Job("analyse", argv, settings, studies, work, extra_inputs)


def check_stored_outputs(options: AnalyseCommandSettings) -> None:
    """Refuse outputs that are incomplete, or of another command."""
    try:
        for path in options.forecasts:
            open_output(path).require(ForecastManifest)
        if options.whatif:
            open_output(options.whatif).require(WhatifManifest)
    except StoredError as error:
        raise SettingsError([f"findings: {error}"]) from error


def execute(
    settings: Settings,
    options: AnalyseCommandSettings,
    study: Study,
    posterior: Posterior,
    argv: list[str],
    basemap: Basemap,
    run_directory: RunDirectory,
) -> None:
    """Simulate from the posterior, fit the alternatives, write and print the results."""
    from sim.analysis.posterior_analysis import analyse_posterior

    start_time = time.perf_counter()
    simulation = study.simulation
    with track_smc(options.smc_settings) as progress:
        workers = Workers(run_directory.backend, run_directory.pool, progress.on_chunk_done)
        analysis = analyse_posterior(simulation, posterior, settings.seed, workers, options.whatif)
        warm_start = make_warm_start(simulation, posterior)

        def fit_version(
            number: int, name: str, other: Simulation, claims: list[str], start: WarmStart | None
        ) -> AnalysisVariant:
            progress.print(name)
            checkpoint = Checkpoint(
                run_directory.folder / SHARD_FOLDER / f"version-{number}", compute_digest(run_directory.job_file.inputs)
            )
            result = fit_claims(
                other, claims, options.smc_settings, settings.seed, workers, progress.on_temperature, checkpoint, start
            )
            return analyse_variant(name, other, result, settings.seed, set(claims) == set(posterior.claims), workers)

        alternatives: list[tuple[str, Simulation, list[str], WarmStart | None]] = []
        alternatives += [(*each, warm_start) for each in list_interpretation_fits(settings, options, simulation)]
        if options.sources:  # from the prior: a warm start can't forget claims
            alternatives += [(*each, None) for each in list_source_fits(simulation)]
        versions = [make_default_variant(analysis.events, analysis.numbers)]
        versions += [fit_version(number, *each) for number, each in enumerate(alternatives, 1)]
    write_results(run_directory.folder, settings, options, study, posterior, analysis, versions, argv, basemap)
    console = make_console()
    print_summary(console, simulation.scenario, analysis, versions)
    console.print(f"{time.perf_counter() - start_time:.0f} s.", highlight=False)


def list_interpretation_fits(
    settings: Settings, options: AnalyseCommandSettings, simulation: Simulation
) -> list[tuple[str, Simulation, list[str]]]:
    """The alternative interpretations to fit: name, simulation and claims."""
    scenario = simulation.scenario
    fits = []
    for name in scenario.readings if options.readings == "all" else options.readings:
        reading = scenario.readings[name]
        for option in reading.options:
            if option != reading.default and name not in settings.reading:
                other = settings.model_copy(update={"reading": {**settings.reading, name: option}})
                alternative = choose_engine(build_simulation(other), settings.engine, options.max_simulations)
                fits.append((f"reading {name} = {option}", alternative, list(alternative.scenario.calibration_claims)))
    return fits


def list_source_fits(simulation: Simulation) -> list[tuple[str, Simulation, list[str]]]:
    """The fits to the counts of each source alone: name, simulation and claims."""
    names = simulation.scenario.sources
    return [
        (f"counts of {names[id].name} alone", simulation, claims)
        for id, claims in list_claims_by_source(simulation.scenario).items()
    ]


def write_results(
    folder: Path,
    settings: Settings,
    options: AnalyseCommandSettings,
    study: Study,
    posterior: Posterior,
    posterior_analysis: PosteriorAnalysis,
    versions: list[AnalysisVariant],
    argv: list[str],
    basemap: Basemap,
) -> None:
    """Write tables, the manifest, and then figures and pages."""
    from sim.analysis.tables import build_analysis_tables
    from sim.outputs.provenance import collect_study_facts, format_origin, format_title
    from sim.plots import registry
    from sim.plots.figure_data import AnalysisData
    from sim.report.html.content import PageTable, ResultBlock
    from sim.report.posterior_analysis import TURNING_POINT_HEADINGS, describe_headlines, make_turning_point_rows

    scenario = study.simulation.scenario
    tables = build_analysis_tables(posterior_analysis, versions)
    digest = compute_digest({name: table.to_pydict() for name, table in tables.items()})
    all_settings = settings.model_dump(mode="json") | options.model_dump(mode="json")
    calibration = PosteriorFacts(digest=posterior.digest, description=posterior.description)
    manifest = AnalyseManifest(
        **collect_study_facts(study, digest, all_settings) | {"calibrated": True, "posterior": calibration},
        caption_parts=[
            format_title(scenario),
            f"{posterior_analysis.n_simulations:,} battles of {len(posterior):,} draws",
            f"seed {settings.seed}",
            f"under {laws.find_display_name(settings.law)}",
        ],
    )
    described = DescribedTables("analyse", scenario)
    for name, table in tables.items():
        described.write(folder, name, table)
    write_scenario(folder, scenario)
    caption = format_origin(manifest.caption_parts, manifest)
    figure_data = AnalysisData(scenario, posterior_analysis, versions, caption)
    write_manifest(folder, manifest)
    figure_paths = registry.save_figures("analyse", figure_data, folder / "figures")
    rows = tuple(map(tuple, make_turning_point_rows(posterior_analysis.turning_points)))
    turning_point_block = ResultBlock("Turning points", table=PageTable(TURNING_POINT_HEADINGS, rows))
    headlines = describe_headlines(scenario, posterior_analysis)
    page_found.write_analysis_page(
        folder, "analyse", argv, study.simulation, basemap, manifest, headlines, (), [turning_point_block], figure_paths
    )
    if options.page is not None:
        write_analysis_markdown(
            options.page, scenario, options, posterior, posterior_analysis, versions, caption, figure_paths
        )


def write_analysis_markdown(
    page: Path,
    scenario: Scenario,
    options: AnalyseCommandSettings,
    posterior: Posterior,
    analysis: PosteriorAnalysis,
    versions: list[AnalysisVariant],
    caption: str,
    figure_paths: list[Path],
) -> None:
    """Write the analysis as a Markdown page, with its figures and those of the forecasts beside it."""
    from sim.report.forecast import load_forecast_groups
    from sim.report.posterior_analysis import format_analysis_page

    groups = [group for path in options.forecasts for group in load_forecast_groups(path)]
    forecast_figures = {f"{name}.png": path for group in groups for name, path in group.figures.items()}
    figures = {path.name: path for path in figure_paths} | forecast_figures
    text = (
        "\n".join(
            format_analysis_page(
                scenario, options.forecasts, options.whatif, posterior, analysis, versions, caption, page.stem
            )
        )
        + "\n"
    )
    write_markdown_page(page, text, {f"{page.stem}-{name}": path for name, path in figures.items()})


def print_summary(
    console: Console, scenario: Scenario, analysis: PosteriorAnalysis, versions: list[AnalysisVariant]
) -> None:
    """Print the headlines and the table of turning points."""
    from sim.report.posterior_analysis import build_turning_point_table, describe_headlines

    console.print()
    for sentence in describe_headlines(scenario, analysis):
        console.print(f"- {sentence}", highlight=False)
    console.print()
    console.print(build_turning_point_table(analysis.turning_points))
